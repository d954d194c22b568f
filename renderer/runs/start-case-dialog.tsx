import { Button, Loader, Select } from '@mantine/core';
import { useCallback, useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldValue, givenIn, lackingIn, type GivenValues } from '../ui/field-value.tsx';
import { tell } from '../ui/notice.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';

type Startable = StudioAnswer<'startable'>['flows'][number];

/** Starts a real case on the local runner: of which flow, and with an input that a person gives. */
export function StartCaseDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'start case');
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog opened={opened} onClose={close} title={words().startCase.title} size={480}>
      {opened ? <StartCase close={close} /> : null}
    </Dialog>
  );
}

/** The flow on the canvas where a case can start from it, and the one exported last otherwise. */
export const firstChoice = (flows: readonly Startable[], open: string | null): Startable | undefined =>
  flows.find(({ flow }) => flow === open) ?? flows[0];

export function StartCase({ close }: { close: () => void }) {
  const { answer, error } = useAnswer(useCallback(() => service().call('startable', {}), []));
  const open = useStudio((state) => state.document?.path ?? null);
  const [picked, setPicked] = useState<string | null>(null);
  if (error !== null) return <ErrorNote error={error} />;
  if (answer === null) return <Loader size="sm" role="status" aria-label={words().startCase.loading} />;
  const chosen = answer.flows.find(({ flow }) => flow === picked) ?? firstChoice(answer.flows, open);
  if (chosen === undefined) return <p>{words().startCase.noRelease}</p>;
  return (
    <div className="stack loose">
      <p className="quiet">{words().startCase.help}</p>
      <Select
        label={words().startCase.flow}
        data={answer.flows.map(({ flow, title, release }) => ({
          value: flow,
          label: words().startCase.of(title, release),
        }))}
        value={chosen.flow}
        allowDeselect={false}
        onChange={setPicked}
      />
      {chosen.problem === null ? (
        <Input key={chosen.flow} of={chosen} close={close} />
      ) : (
        <ErrorNote error={chosen.problem} />
      )}
    </div>
  );
}

/** Brings the keyboard to a field of the form, by its place. */
function focusField(form: HTMLFormElement, at: number): void {
  const field = form.querySelectorAll('input:not([type=hidden]), textarea').item(at);
  if (field instanceof HTMLElement) field.focus();
}

function Input({ of: { flow, input }, close }: { of: Startable; close: () => void }) {
  const [values, setValues] = useState<GivenValues>({});
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const lacking = asked ? lackingIn(input, values) : [];
  const [error, setError] = useState<ErrorShape | null>(null);
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const { run } = await service().call('startCase', { flow, input: givenIn(input, values) });
      tell(words().startCase.started(run));
      close();
    } catch (cause) {
      setError(toErrorShape(cause));
    }
    setBusy(false);
  };
  return (
    <form
      className="stack loose"
      // What is missing is said at its field, in our words.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        const [first] = lackingIn(input, values);
        if (first === undefined) void start();
        else focusField(event.currentTarget, Object.keys(input).indexOf(first));
      }}
    >
      {Object.entries(input).map(([name, field]) => (
        <FieldValue
          key={name}
          name={name}
          field={field}
          value={values[name] ?? null}
          error={lacking.includes(name) ? words().startCase.lacking : undefined}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      {error === null ? null : <ErrorNote error={error} />}
      <Button type="submit" loading={busy}>
        {words().startCase.act}
      </Button>
    </form>
  );
}
