import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { Fields } from '../../engine/flow/document.ts';
import { service } from '../state/files.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldValue, givenIn, type GivenValues } from '../ui/field-value.tsx';
import { words } from '../words/index.ts';

/** Starts a real case on the local runner, with an input that a person gives. */
export function StartCaseDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'start case');
  const flow = useFlow();
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog opened={opened} onClose={close} title={words().startCase.title} size={480}>
      {flow === null ? <p>{words().startCase.noFlow}</p> : <StartCase input={flow.input} close={close} />}
    </Dialog>
  );
}

function StartCase({ input, close }: { input: Fields; close: () => void }) {
  const [values, setValues] = useState<GivenValues>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const { run } = await service().call('startCase', { input: givenIn(input, values) });
      notifications.show({
        message: words().startCase.started(run),
        closeButtonProps: { 'aria-label': words().shell.dismiss },
      });
      close();
    } catch (cause) {
      setError(toErrorShape(cause));
    }
    setBusy(false);
  };
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <p className="quiet">{words().startCase.help}</p>
      {Object.entries(input).map(([name, field]) => (
        <FieldValue
          key={name}
          name={name}
          field={field}
          value={values[name] ?? null}
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
