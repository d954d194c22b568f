import { Button, Loader } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { RecordState } from '../../../engine/studio/contract-record.ts';
import { useOffer } from '../../commands/offered.ts';
import { RunStory } from '../../runs/run-story.tsx';
import { service } from '../../state/files.ts';
import { transit, useStudio } from '../../state/store.ts';
import { arranged } from '../../state/transitions.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { exactTime, fromNow, plainNumber } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { useNow } from '../../ui/use-now.ts';
import { ExportEvidence } from './export-evidence.tsx';
import { FindCase } from './find-case.tsx';
import { VerifySection } from './verify-section.tsx';
import { words } from '../../words/index.ts';

/** The record: how much there is, whether it is whole, and one case of it from input to effect. */
export function RecordPage() {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('record', {}), []));
  const tasks = useStudio((state) => state.service.openTasks);
  const audit = useStudio((state) => state.service.audit);
  useEffect(again, [again, tasks, audit.verification]);
  const [story, setStory] = useState<string | null>(null);
  const [exporting, setExporting] = useState<string | null>(null);
  useOffer({ 'record.evidence': story === null ? null : () => setExporting(story) });
  const record = answer?.record ?? null;
  const head = (
    <div>
      <h1>{words().record.title}</h1>
      <p className="quiet">{words().record.what}</p>
    </div>
  );
  if (record === null)
    return (
      <Page>
        {head}
        {error !== null ? <ErrorNote error={error} /> : null}
        {answer === null && error === null ? (
          <Loader size="sm" role="status" aria-label={words().record.loading} />
        ) : null}
        {answer === null ? null : <NothingYet />}
      </Page>
    );
  return (
    <div className="runs">
      <Page className="grow record">
        {head}
        {error === null ? null : <ErrorNote error={error} />}
        <Facts record={record} />
        <VerifySection />
        <FindCase chosen={story} events={record.events} onOpen={setStory} onExport={setExporting} />
      </Page>
      {story === null ? null : <RunStory key={story} id={story} onClose={() => setStory(null)} onChoose={setStory} />}
      <ExportEvidence id={exporting} onClose={() => setExporting(null)} onExported={again} />
    </div>
  );
}

const NothingYet = () => (
  <Empty title={words().record.noneTitle} text={words().record.none}>
    <Button variant="default" onClick={() => transit((state) => arranged(state, { view: 'runs' }))}>
      {words().record.toCases}
    </Button>
  </Empty>
);

function Facts({ record }: { record: RecordState }) {
  const now = useNow();
  const { events, cases, covered, behind, writtenAt, root, origin, troubles } = record;
  const written = writtenAt === null ? null : fromNow(writtenAt, now);
  return (
    <section className="stack">
      <div className="figures">
        <Figure value={plainNumber(events)} label={words().record.events(events)} />
        <Figure value={plainNumber(cases)} label={words().record.cases(cases)} />
      </div>
      <dl className="facts">
        <div>
          <dt>{words().record.sealed}</dt>
          <dd title={writtenAt === null ? undefined : exactTime(writtenAt)}>
            {covered === 0 ? words().record.neverSealed : words().record.sealedOver(covered, written)}
          </dd>
        </div>
        <div>
          <dt>{words().record.lag}</dt>
          <dd>{behind === 0 ? words().record.noLag : words().record.lagOf(behind)}</dd>
        </div>
        <div>
          <dt title={words().record.rootHint}>{words().record.root}</dt>
          <dd className="mono">{root}</dd>
        </div>
        <div>
          <dt>{words().record.log}</dt>
          <dd className="mono">{origin}</dd>
        </div>
        {troubles.length === 0 ? null : (
          <div>
            <dt>{words().record.troubles}</dt>
            <dd>
              <ul>
                {troubles.map((trouble) => (
                  <li key={trouble}>{trouble}</li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

const Figure = ({ label, value }: { label: string; value: string }) => (
  <div className="figure">
    <span className="figure-value">{value}</span>
    <span className="small quiet">{label}</span>
  </div>
);
