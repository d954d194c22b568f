import { Button, Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { missingIn } from '../../engine/flow/about.ts';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { allCauses } from '../canvas/marks.ts';
import { setAbout } from '../document/commands.ts';
import { SuiteProgress } from '../fold/suite-run.tsx';
import { AboutFields } from '../start/about-fields.tsx';
import { edit, endGesture } from '../state/edit.ts';
import { saveFlow, service } from '../state/files.ts';
import { newCase } from '../state/making.ts';
import { exportRelease, isUntested } from '../state/sandbox.ts';
import { words } from '../words/index.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { arranged, isDraft, present, served } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { Dialog } from '../ui/dialog.tsx';

/** Sign and export: what a release needs, and what came of it. */
export function ExportDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'export');
  const document = useStudio((state) => state.document);
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog
      opened={opened && document !== null}
      onClose={close}
      title={words().exporting.title(document?.history.present.about.title ?? '')}
      size={520}
    >
      {opened && document !== null ? (
        <Release path={document.path} title={document.history.present.about.title} close={close} />
      ) : null}
    </Dialog>
  );
}

/** Whether the flow says what every flow says of itself, or a person said to sign it without. */
export const isAboutSettled = (state: StudioState, without: boolean): boolean => {
  const about = flowOf(state)?.about;
  return without || about === undefined || missingIn(about).length === 0;
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function Release({ path, title, close }: { path: string; title: string; close: () => void }) {
  const before = useAnswer(useCallback(() => service().call('releases', {}), []));
  const proposed = useMemo(
    () =>
      1 +
      Math.max(
        0,
        ...(before.answer?.releases
          .filter((one) => one.flow === title || one.flow === path)
          .map((one) => one.release) ?? []),
      ),
    [before.answer, title, path],
  );
  const [number, setNumber] = useState<number | null>(null);
  const [notAfter, setNotAfter] = useState('');
  const [note, setNote] = useState('');
  const [saving, setSaving] = useState(false);
  const testing = useStudio((state) => state.sandbox.running === 'export');
  const [without, setWithout] = useState(false);
  const [asked, setAsked] = useState(false);
  const [told] = useState(() => isAboutSettled(useStudio.getState(), false));
  const [error, setError] = useState<ErrorShape | null>(null);
  const [done, setDone] = useState<StudioAnswer<'exportFlow'> | null>(null);
  const errors = useStudio(
    (state) => allCauses(state.checks).filter(({ problem }) => problem.severity === 'error').length,
  );
  const disabled = useStudio(
    (state) => Object.values(flowOf(state)?.nodes ?? {}).filter((node) => node.disabled === true).length,
  );
  const draft = useStudio((state) => isDraft(state.document));
  const badDate = notAfter !== '' && !DATE.test(notAfter);

  const act = async () => {
    setSaving(true);
    setError(null);
    try {
      if (!draft || (await saveFlow())) {
        const until = notAfter === '' ? null : `${notAfter}T23:59:59Z`;
        const released = await exportRelease({ path, release: number ?? proposed, notAfter: until, note });
        setDone(released);
        transit((state) => served(state, { released }));
      }
    } catch (cause) {
      setError(toErrorShape(cause));
    }
    setSaving(false);
  };
  if (done !== null) return <Done done={done} close={close} />;
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (isAboutSettled(useStudio.getState(), without)) void act();
        else event.currentTarget.querySelector<HTMLElement>('.about-ask [type=checkbox]')?.focus();
      }}
    >
      <p className="quiet">{words().exporting.help}</p>
      {errors === 0 ? null : (
        <p className="error-note">
          {words().exporting.problems(errors)}{' '}
          <button
            type="button"
            className="plain link"
            onClick={() =>
              transit((state) =>
                present(arranged(state, { view: 'flows', foldOpen: true, foldTab: 'problems' }), { dialog: null }),
              )
            }
          >
            {words().exporting.showProblems}
          </button>
        </p>
      )}
      <Untested />
      <AskOnceMore without={without} asked={asked} onWithout={setWithout} />
      {disabled === 0 ? null : <p className="chip wait">{words().canvas.disable.released(disabled)}</p>}
      <div className="two">
        <NumberInput
          {...(told ? { 'data-autofocus': true } : {})}
          label={words().exporting.release}
          min={1}
          allowDecimal={false}
          value={number ?? proposed}
          onChange={(next) => setNumber(typeof next === 'number' ? next : null)}
        />
        <TextInput
          label={words().exporting.notAfter}
          placeholder="2027-12-31"
          value={notAfter}
          error={badDate ? words().exporting.badDate : undefined}
          onChange={(event) => setNotAfter(event.target.value)}
        />
      </div>
      <Textarea
        label={words().exporting.note}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {error === null ? null : <Refused error={error} />}
      {testing ? (
        <div className="stack" role="group" aria-label={words().exporting.testing}>
          <span className="quiet">{words().exporting.testing}</span>
          <SuiteProgress />
        </div>
      ) : (
        <Button type="submit" loading={saving} disabled={badDate}>
          {draft ? words().exporting.saveAndAct : words().exporting.act}
        </Button>
      )}
    </form>
  );
}

/** A flow that nothing has tested is not signed: how it comes to be. */
function Untested() {
  const untested = useStudio(isUntested);
  if (!untested) return null;
  return (
    <p className="error-note">
      {words().making.toSign} {words().making.toSignHelp}{' '}
      <button
        type="button"
        className="plain link"
        onClick={() => {
          transit((state) => present(state, { dialog: null }));
          newCase();
        }}
      >
        {words().making.first}
      </button>
    </p>
  );
}

interface AskOnceMoreProps {
  /** The person said to sign it all the same. */
  without: boolean;
  /** Signing was asked for and is held until one of the two is done. */
  asked: boolean;
  onWithout: (without: boolean) => void;
}

/** What the flow does not say of itself yet, asked once more; what was missing at first is shown until the dialog closes. */
export function AskOnceMore({ without, asked, onWithout }: AskOnceMoreProps) {
  const about = useStudio((state) => flowOf(state)?.about ?? null);
  const [missing] = useState(() => (about === null ? [] : missingIn(about)));
  if (about === null || missing.length === 0) return null;
  return (
    <fieldset className="about-ask">
      <legend>{words().exportAsks.title}</legend>
      <p className="small quiet">{words().exportAsks.help}</p>
      <AboutFields
        about={about}
        only={missing}
        first
        onBlur={endGesture}
        onChange={(next, part) => edit(words().did.about, (flow) => setAbout(flow, next), `about ${part}`)}
      />
      {missingIn(about).length === 0 ? null : (
        <Checkbox
          label={words().exportAsks.without}
          checked={without}
          error={asked && !without ? words().exportAsks.needed(words().start.missing(missingIn(about))) : undefined}
          onChange={(event) => onWithout(event.currentTarget.checked)}
        />
      )}
    </fieldset>
  );
}

/** Why there is no release. The unsafe path, or the scenario that failed, is a click away. */
function Refused({ error }: { error: ErrorShape }) {
  const tab = error.code === 'TESTS_FAILED' ? 'coverage' : 'problems';
  const leads = ['PROOF_UNSAFE', 'TESTS_FAILED', 'FLOW_INVALID'].includes(error.code);
  return (
    <div className="stack">
      <ErrorNote error={error} />
      {leads ? (
        <Button
          variant="default"
          onClick={() =>
            transit((state) =>
              present(arranged(state, { view: 'flows', foldOpen: true, foldTab: tab }), { dialog: null }),
            )
          }
        >
          {error.code === 'TESTS_FAILED' ? words().exporting.showTests : words().exporting.showPath}
        </Button>
      ) : null}
    </div>
  );
}

function Done({ done, close }: { done: StudioAnswer<'exportFlow'>; close: () => void }) {
  return (
    <div className="stack loose">
      <p className="row tone-good">
        <CircleCheck size={18} aria-hidden />
        <span className="strong">{words().exporting.done(done.release)}</span>
      </p>
      <dl className="facts">
        <div>
          <dt>{words().releases.file}</dt>
          <dd className="mono break">{done.manifest}</dd>
        </div>
        <div>
          <dt>{words().releases.program}</dt>
          <dd className="mono break">{done.program}</dd>
        </div>
        <div>
          <dt>{words().exporting.keys}</dt>
          <dd className="mono break">{done.keys.join(', ')}</dd>
        </div>
        <div>
          <dt>{words().exporting.tests}</dt>
          <dd>{words().exporting.passed(done.tests)}</dd>
        </div>
      </dl>
      <Button variant="default" onClick={close}>
        {words().exporting.close}
      </Button>
    </div>
  );
}
