import { Button, FileButton, Progress } from '@mantine/core';
import { CircleCheck, CircleX, ShieldCheck, Square } from 'lucide-react';
import { useState } from 'react';
import type { Verification } from '../../../engine/studio/contract-record.ts';
import { stopVerifying, verifyRecord } from '../../state/audit.ts';
import type { Audit } from '../../state/records.ts';
import { useStudio } from '../../state/store.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { lengthOf } from '../../ui/format.ts';
import { words } from '../../words/index.ts';

/** Verifies the record, beside the engine, with a way to stop; the result stays until the next. */
export function VerifySection() {
  const { progress, verification, stopped, error } = useStudio((state) => state.service.audit);
  const [seals, setSeals] = useState<readonly string[]>([]);
  const read = async (files: readonly File[]) => setSeals(await Promise.all(files.map((file) => file.text())));
  return (
    <section className="plain-card" aria-labelledby="record-verify">
      <h2 id="record-verify">{words().record.verify}</h2>
      <p className="quiet">{words().record.verifyHelp}</p>
      <div className="row wrap">
        {progress === null ? (
          <Button leftSection={<ShieldCheck size={14} aria-hidden />} onClick={() => void verifyRecord(seals)}>
            {verification === null ? words().record.verifyNow : words().record.verifyAgain}
          </Button>
        ) : (
          <Button variant="default" leftSection={<Square size={14} aria-hidden />} onClick={() => void stopVerifying()}>
            {words().record.stop}
          </Button>
        )}
        <FileButton multiple accept=".note,text/plain" onChange={(files) => void read(files)}>
          {(props) => (
            <Button variant="default" disabled={progress !== null} {...props}>
              {seals.length === 0 ? words().record.chooseSeal : words().record.chosenSeals(seals.length)}
            </Button>
          )}
        </FileButton>
        {seals.length === 0 ? null : (
          <Button variant="subtle" onClick={() => setSeals([])}>
            {words().record.forget}
          </Button>
        )}
      </div>
      {progress === null ? null : <Under progress={progress} />}
      <div role="status" className="stack">
        {stopped ? <p className="tone-wait">{words().record.stopped}</p> : null}
        {verification === null ? null : <Result verification={verification} />}
      </div>
      {error === null ? null : <ErrorNote error={error} />}
    </section>
  );
}

/** Reading and comparing take about as long; the bar goes through twice as many events. */
function Under({ progress: { phase, done, all } }: { progress: NonNullable<Audit['progress']> }) {
  const share = all === 0 ? 0 : (phase === 'events' ? done : all + done) / (2 * all);
  const said =
    all === 0
      ? words().record.beginning
      : phase === 'events'
        ? words().record.reading(done, all)
        : words().record.comparing(done, all);
  return (
    <div className="stack">
      <Progress value={share * 100} size="sm" aria-label={words().record.progress} />
      <p className="small quiet">{said}</p>
      <p className="small quiet">{words().record.shared}</p>
    </div>
  );
}

function Result({ verification }: { verification: Verification }) {
  const { ok, events, tookMs, against, checkpointsFrom, signatures, findings } = verification;
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <>
      <p className={`row strong ${ok ? 'tone-good' : 'tone-bad'}`}>
        <Icon size={16} aria-hidden />
        {ok ? words().record.holds(events, lengthOf(tookMs)) : words().record.broken}
      </p>
      <p className="quiet">
        {words().record.against(against)}
        {against === null ? '' : ` ${checkpointsFrom === 'here' ? words().record.own : words().record.elsewhere}`}
        {signatures === 'checked' || against === null ? '' : ` ${words().record.unsigned}`}
      </p>
      {ok ? null : (
        <>
          <p>{words().record.brokenHint}</p>
          <ul className="results">
            {findings.map((finding) => (
              <li key={`${finding.code} ${finding.seq ?? ''} ${finding.message}`} className="row top">
                <span className="grow">{finding.message}</span>
                <span className="small quiet">
                  {finding.seq === undefined ? '' : `${words().record.atEvent(finding.seq)} · `}
                  <span className="mono">{finding.code}</span>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
