import { Button, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { Field, Fields } from '../../engine/flow/document.ts';
import { service } from '../state/files.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';

/** Starts a real case on the local runner, with an input that a person gives. */
export function StartCaseDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'start case');
  const flow = useFlow();
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog opened={opened} onClose={close} title={words.startCase.title} size={480}>
      {flow === null ? <p>{words.startCase.noFlow}</p> : <StartCase input={flow.input} close={close} />}
    </Dialog>
  );
}

type Value = string | number | boolean | null;

function StartCase({ input, close }: { input: Fields; close: () => void }) {
  const [values, setValues] = useState<Readonly<Record<string, Value>>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const start = async () => {
    setBusy(true);
    setError(null);
    const given = Object.entries(input).flatMap(([name, field]) => {
      const value = values[name] ?? (field.type === 'boolean' ? false : '');
      return value === '' ? [] : [[name, value] as const];
    });
    try {
      const { run } = await service().call('startCase', { input: Object.fromEntries(given) });
      notifications.show({
        message: words.startCase.started(run),
        closeButtonProps: { 'aria-label': words.shell.dismiss },
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
      <p className="quiet">{words.startCase.help}</p>
      {Object.entries(input).map(([name, field]) => (
        <InputValue
          key={name}
          name={name}
          field={field}
          value={values[name] ?? null}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      {error === null ? null : <ErrorNote error={error} />}
      <Button type="submit" loading={busy}>
        {words.startCase.act}
      </Button>
    </form>
  );
}

function InputValue({
  name,
  field,
  value,
  onChange,
}: {
  name: string;
  field: Field;
  value: Value;
  onChange: (value: Value) => void;
}) {
  const common = { label: field.label ?? name, description: field.description, required: field.optional !== true };
  if (field.type === 'number')
    return <NumberInput {...common} value={typeof value === 'number' ? value : ''} onChange={onChange} />;
  if (field.type === 'boolean')
    return (
      <Switch
        label={common.label}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (field.type === 'string' && field.values !== undefined)
    return (
      <Select {...common} data={field.values} value={typeof value === 'string' ? value : null} onChange={onChange} />
    );
  if (field.type === 'string')
    return (
      <Textarea
        {...common}
        autosize
        minRows={1}
        maxRows={6}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const hint = field.type === 'date' ? '2026-03-02' : field.type === 'date and time' ? '2026-03-02T09:00:00Z' : '';
  return (
    <TextInput
      {...common}
      placeholder={hint}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
