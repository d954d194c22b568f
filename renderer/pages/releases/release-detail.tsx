import { Button, Loader } from '@mantine/core';
import { CircleCheck, CircleX, GitCompare, ShieldCheck } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { toErrorShape, type ErrorShape } from '../../../engine/flow/error.ts';
import type { StudioAnswer } from '../../../engine/studio/contract.ts';
import { flowShown, service } from '../../state/files.ts';
import { useStudio } from '../../state/store.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { longDate, shortDigests } from '../../ui/format.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { startComparison } from '../../versions/acts.ts';
import type { SideRef } from '../../versions/store.ts';
import { words } from '../../words/index.ts';
import { ClassChip } from '../connections/connection-card.tsx';

type Detail = StudioAnswer<'release'>;
type Release = StudioAnswer<'releases'>['releases'][number];

/** A release looked into: what it says, whether it holds, and what came of it here. */
export function ReleaseDetail({ path, before }: { path: string; before: Release | null }) {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('release', { path }), [path]));
  // A newer one may replace it.
  const released = useStudio((state) => state.service.released);
  useEffect(again, [again, released]);
  return (
    <section className="run-story scroll" tabIndex={0} aria-label={path}>
      {error === null ? null : <ErrorNote error={error} />}
      {answer === null ? (
        error === null ? (
          <Loader size="sm" role="status" aria-label={words().releases.loading} />
        ) : null
      ) : (
        <Shown detail={answer} before={before} />
      )}
    </section>
  );
}

const TONES: Readonly<Record<Detail['local']['state'], string>> = {
  'in force': 'good',
  replaced: '',
  held: 'bad',
  'never accepted': 'wait',
};

function Shown({ detail, before }: { detail: Detail; before: Release | null }) {
  const said = words().releases;
  const { local } = detail;
  return (
    <>
      <div>
        <h2 className="break">{detail.title}</h2>
        <p className="quiet">{said.number(detail.release)}</p>
      </div>
      <p>
        <span className="quiet">{said.local}: </span>
        <span className={`chip ${TONES[local.state]}`} title={said.stateHints[local.state]}>
          {local.state === 'replaced' ? said.states.replaced(local.by) : said.states[local.state]}
        </span>
      </p>
      {local.state === 'held' ? <ErrorNote error={local.error} /> : null}
      <Verify path={detail.path} />
      <Compare detail={detail} before={before} />
      <dl className="facts tight">
        {detail.note === '' ? null : <Fact name={said.note}>{detail.note}</Fact>}
        <Fact name={said.author}>{detail.author}</Fact>
        <Fact name={said.notAfter}>{detail.notAfter === null ? said.noEnd : longDate(detail.notAfter)}</Fact>
        <Fact name={said.requires}>
          <Requires requires={detail.requires} />
        </Fact>
        <Fact name={said.signatures}>
          <Signatures path={detail.path} keys={detail.signatures} />
        </Fact>
        <Fact name={said.program}>
          <span className="small mono" title={detail.program}>
            {shortDigests(detail.program)}
          </span>
        </Fact>
        <Fact name={said.statement}>
          <span className="small mono" title={detail.digest}>
            {shortDigests(detail.digest)}
          </span>
        </Fact>
        <Fact name={said.file}>
          <span className="small mono break">{detail.path}</span>
        </Fact>
      </dl>
      <Pins pins={detail.pins} />
    </>
  );
}

/** Who signed, by the names that the trusted keys have here; a key that nobody here knows stands for itself. */
function Signatures({ path, keys }: { path: string; keys: Detail['signatures'] }) {
  const said = words().releases;
  const { answer } = useAnswer(useCallback(() => service().call('verifyRelease', { path }), [path]));
  return keys.map((key) => {
    const signer = answer?.signers.find(({ keyId }) => keyId === key);
    return (
      <span key={key} className="block">
        {signer === undefined ? null : <span className="block">{said.signedBy[signer.role](signer.name)}</span>}
        <span className="block small quiet mono" title={key ?? undefined}>
          {said.signature(key === null ? null : shortDigests(key))}
        </span>
      </span>
    );
  });
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Requires({ requires }: Pick<Detail, 'requires'>) {
  if (requires.length === 0) return <>–</>;
  return requires.map(({ connection, actions }) => (
    <span key={connection} className="block">
      {actions.map((action) => (
        <span key={action.name} className="row wrap">
          <span className="break">
            {connection} · {action.name}
          </span>
          <ClassChip action={action} />
        </span>
      ))}
    </span>
  ));
}

/** Whether the file is what was signed, by whom. */
function Verify({ path }: { path: string }) {
  const said = words().releases;
  const [found, setFound] = useState<StudioAnswer<'verifyRelease'> | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const verify = async () => {
    setBusy(true);
    setError(null);
    try {
      setFound(await service().call('verifyRelease', { path }));
    } catch (cause) {
      setError(toErrorShape(cause));
    }
    setBusy(false);
  };
  return (
    <section className="stack" aria-live="polite">
      <div>
        <Button
          variant="default"
          loading={busy}
          leftSection={<ShieldCheck size={14} aria-hidden />}
          onClick={() => void verify()}
        >
          {found === null ? said.verify : said.verifyAgain}
        </Button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {found === null ? null : <Verified found={found} />}
    </section>
  );
}

/** What verifying a release found. */
export function Verified({ found }: { found: StudioAnswer<'verifyRelease'> }) {
  const said = words().releases;
  const Icon = found.refused === null ? CircleCheck : CircleX;
  return (
    <>
      <p className={`row top strong ${found.refused === null ? 'tone-good' : 'tone-bad'}`}>
        <Icon size={16} aria-hidden />
        {found.refused === null ? said.holds(found.files) : said.broken}
      </p>
      {found.refused === null ? null : <ErrorNote error={found.refused} />}
      <ul>
        {found.signers.map((signer) => (
          <li key={`${signer.role} ${signer.keyId}`} className="break">
            {said.signedBy[signer.role](signer.name)}
            <span className="small quiet block mono break">{signer.keyId}</span>
          </li>
        ))}
        {found.warnings.map((warning) => (
          <li key={warning} className="small quiet break">
            {warning}
          </li>
        ))}
      </ul>
      <p className="small quiet">{said.own}</p>
    </>
  );
}

async function compareOn(flow: string, before: SideRef, after: SideRef): Promise<void> {
  await flowShown(flow);
  if (useStudio.getState().document?.path === flow) await startComparison(before, after);
}

function Compare({ detail, before }: { detail: Detail; before: Release | null }) {
  const there = useStudio((state) => state.service.workspace?.flows.some(({ path }) => path === detail.flow) ?? false);
  if (!there) return null;
  const self: SideRef = { side: 'release', path: detail.path, release: detail.release };
  return (
    <div className="row wrap compare-release">
      {before === null ? null : (
        <button
          type="button"
          className="plain"
          onClick={() =>
            void compareOn(detail.flow, { side: 'release', path: before.path, release: before.release }, self)
          }
        >
          <GitCompare size={14} aria-hidden />
          {words().releases.compareBefore(before.release)}
        </button>
      )}
      <button type="button" className="plain" onClick={() => void compareOn(detail.flow, self, { side: 'draft' })}>
        <GitCompare size={14} aria-hidden />
        {words().releases.compareDraft}
      </button>
    </div>
  );
}

function Pins({ pins }: Pick<Detail, 'pins'>) {
  const said = words().releases;
  return (
    <section className="stack">
      <h3>
        {said.pins} <span className="quiet">{said.pinCount(pins.length)}</span>
      </h3>
      <p className="small quiet">{said.pinsHelp}</p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{said.kind}</th>
            <th scope="col">{said.name}</th>
            <th scope="col">{said.digest}</th>
          </tr>
        </thead>
        <tbody>
          {pins.map((pin) => (
            <tr key={`${pin.kind} ${pin.name}`}>
              <td>{said.kinds[pin.kind]}</td>
              <td title={pin.path}>{pin.name}</td>
              <td className="mono" title={pin.sha256}>
                {pin.sha256.slice(0, 12)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
