import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { describeType, type FeelType } from '../../engine/feel/index.ts';
import { asJson, type JsonValue } from '../../engine/flow/json.ts';
import type { Mock } from '../../engine/studio/contract.ts';
import type { portsOf } from '../document/describe.ts';
import { words } from '../words/index.ts';
import { hasForm, MockField } from './mock-value-form.tsx';
import { checkMockValue, readMockValue, sampleOf, writeMockValue } from './mock-value.ts';

interface MockFormProps {
  mock: Mock;
  ports: ReturnType<typeof portsOf>;
  /** The type of what the step leaves by an exit. */
  typeOf: (port: string) => FeelType;
  onKeep: (mock: Mock) => void;
  onCancel: () => void;
}

/** A mock is made or changed: its name, its exit, and the value in fields of the type, or as JSON. */
export function MockForm({ mock, ports, typeOf, onKeep, onCancel }: MockFormProps) {
  const [name, setName] = useState(mock.name);
  const [port, setPort] = useState(mock.port);
  const [value, setValue] = useState<JsonValue>(() => asJson(mock.value));
  /** What is written as JSON; null while fields are filled in. */
  const [text, setText] = useState<string | null>(() => {
    const type = typeOf(mock.port);
    return hasForm(type) && checkMockValue(asJson(mock.value), type, mock.port).ok ? null : writeMockValue(mock.value);
  });
  const type = typeOf(port);
  const read = text === null ? checkMockValue(value, type, port) : readMockValue(text, type, port);
  const leave = (to: string | null): void => {
    if (to === null || to === port) return;
    const next = typeOf(to);
    const kept = read.ok && checkMockValue(read.value, next, to).ok ? read.value : sampleOf(next);
    setPort(to);
    setValue(kept);
    setText(hasForm(next) ? null : writeMockValue(kept));
  };
  const help = type.kind === 'null' ? words().stepCase.noValue : words().stepCase.valueIs(describeType(type));
  return (
    <form
      className="named"
      onSubmit={(event) => {
        event.preventDefault();
        if (read.ok && name.trim() !== '') onKeep({ name: name.trim(), port, value: read.value });
      }}
    >
      <TextInput
        label={words().stepCase.name}
        placeholder={words().stepCase.nameExample}
        maxLength={60}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Select
        label={words().stepCase.exit}
        data={ports.map((one) => ({ value: one.id, label: one.label }))}
        value={port}
        allowDeselect={false}
        onChange={leave}
      />
      {text === null ? (
        <MockField label={words().stepCase.value} type={type} value={value} onChange={setValue} />
      ) : (
        <Textarea
          label={words().stepCase.valueAsJson}
          description={help}
          classNames={{ input: 'mono' }}
          autosize
          minRows={2}
          maxRows={14}
          spellCheck={false}
          value={text}
          error={read.ok ? undefined : read.message}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {text === null && !read.ok ? <p className="field-fault error">{read.message}</p> : null}
      {hasForm(type) ? (
        <Switch
          label={words().stepCase.asJson}
          checked={text !== null}
          // What is of another type has no place in the fields.
          disabled={text !== null && !read.ok}
          onChange={() => {
            if (text === null) setText(writeMockValue(value));
            else if (read.ok) {
              setValue(read.value);
              setText(null);
            }
          }}
        />
      ) : null}
      <div className="row">
        <button type="submit" className="plain" disabled={!read.ok || name.trim() === ''}>
          {words().stepCase.keep}
        </button>
        <button type="button" className="plain" onClick={onCancel}>
          {words().stepCase.cancel}
        </button>
      </div>
    </form>
  );
}
