import { Button, Checkbox, Radio, Select, Textarea } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer, StudioRequest } from '../../engine/studio/contract.ts';
import { service } from '../state/files.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { words } from '../words/index.ts';

type View = StudioAnswer<'run'>['again'];
type Place = StudioRequest<'tryAgain'>['again'];

interface AgainProps {
  run: string;
  again: View;
  /** Shows another case. */
  onChoose: (run: string) => void;
}

/** The cases that a case tries again, or that try it again; and the way to try it again where that can be. */
export function Again({ run, again, onChoose }: AgainProps) {
  const [opened, setOpened] = useState(false);
  const links = [
    [words().again.retries, again.retries],
    [words().again.retriedBy, again.retriedBy],
  ] as const;
  return (
    <div className="stack">
      {links.map(([label, id]) =>
        id === null ? null : (
          <p key={label} className="quiet">
            {label}{' '}
            <button type="button" className="plain link mono" onClick={() => onChoose(id)}>
              {id}
            </button>
          </p>
        ),
      )}
      {again.releases.length === 0 ? null : (
        <div className="row">
          <Button variant="default" leftSection={<RotateCw size={14} aria-hidden />} onClick={() => setOpened(true)}>
            {words().again.open}
          </Button>
        </div>
      )}
      <Dialog opened={opened} onClose={() => setOpened(false)} title={words().again.title}>
        <AgainForm
          run={run}
          again={again}
          onStarted={(started) => {
            setOpened(false);
            onChoose(started);
          }}
        />
      </Dialog>
    </div>
  );
}

interface FormProps {
  run: string;
  again: View;
  onStarted: (run: string) => void;
}

function AgainForm({ run, again, onStarted }: FormProps) {
  const [place, setPlace] = useState<Place>('failed step');
  const [release, setRelease] = useState(again.releases[0] ?? null);
  const [reason, setReason] = useState('');
  const [knows, setKnows] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const repeats = place === 'start' && again.done.length > 0;
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const effects = repeats && knows ? again.done.map(({ key }) => key) : [];
      const started = await service().call('tryAgain', { run, again: place, release, reason: reason.trim(), effects });
      onStarted(started.run);
    } catch (cause) {
      setError(toErrorShape(cause));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <p className="quiet">{words().again.help}</p>
      <Radio.Group
        label={words().again.where}
        value={place}
        onChange={(value) => setPlace(value === 'start' ? 'start' : 'failed step')}
      >
        <div className="stack">
          <Radio value="failed step" label={words().again.failedStep} description={words().again.failedStepHelp} />
          <Radio value="start" label={words().again.start} description={words().again.startHelp} />
        </div>
      </Radio.Group>
      {repeats ? <Done done={again.done} knows={knows} onKnows={setKnows} /> : null}
      <Version releases={again.releases} release={release} onRelease={setRelease} />
      <Textarea
        label={words().again.reason}
        placeholder={words().again.reasonHint}
        required
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {error === null ? null : <ErrorNote error={error} />}
      <Button type="submit" loading={busy} disabled={reason.trim() === '' || (repeats && !knows)}>
        {words().again.act}
      </Button>
    </form>
  );
}

/** What would be done once more, and that the person knows. */
function Done({ done, knows, onKnows }: { done: View['done']; knows: boolean; onKnows: (knows: boolean) => void }) {
  return (
    <section className="stack" aria-label={words().again.done(done.length)}>
      <p className="strong">{words().again.done(done.length)}</p>
      <ul>
        {done.map((effect) => (
          <li key={effect.key}>
            {effect.name}{' '}
            <span className="small quiet">
              {effect.connection} · {effect.action}
            </span>
          </li>
        ))}
      </ul>
      <Checkbox label={words().again.know} checked={knows} onChange={(event) => onKnows(event.currentTarget.checked)} />
    </section>
  );
}

/** The version it ran on, or a newer one; nothing to choose where there is one. */
function Version({
  releases,
  release,
  onRelease,
}: {
  releases: readonly number[];
  release: number | null;
  onRelease: (release: number | null) => void;
}) {
  if (releases.length < 2) return null;
  return (
    <Select
      label={words().again.version}
      data={releases.map((one, i) => ({ value: String(one), label: words().again.release(one, i === 0) }))}
      value={release === null ? null : String(release)}
      allowDeselect={false}
      onChange={(value) => onRelease(value === null ? null : Number(value))}
    />
  );
}
