import { Select, Switch, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { fieldSchema, nameSchema, type Field, type Fields } from '../../engine/flow/document.ts';
import { splitValues } from '../document/split-values.ts';
import { words } from '../words/index.ts';

/** Every type that a field can have: `number`, `list of number`. */
const TYPES = fieldSchema.options.flatMap(({ shape }): FieldKind[] =>
  'of' in shape
    ? shape.of.options.map((of) => ({ type: shape.type.value, of, label: words().stepCase.listOf(words().types[of]) }))
    : [{ type: shape.type.value, label: words().types[shape.type.value] }],
);

interface FieldKind {
  type: Field['type'];
  of?: string;
  label: string;
}

const keyOf = (field: { type: string; of?: string | undefined }): string =>
  field.of === undefined ? field.type : `${field.type} of ${field.of}`;

const FLAGS = ['personal', 'identifies', 'optional', 'protected'] as const;
type Flag = (typeof FLAGS)[number];

interface FieldsEditorProps {
  fields: Fields;
  readOnly: boolean;
  onChange: (fields: Fields) => void;
  /** Renames a field and what reads it; gives why it cannot be, or null. Without it only the field is renamed. */
  onRename?: (from: string, to: string) => string | null;
}

/** Declares fields: of a flow's input, or of a message that a step waits for. */
export function FieldsEditor({ fields, readOnly, onChange, onRename }: FieldsEditorProps) {
  const entries = Object.entries(fields);
  const add = () => {
    let number = entries.length + 1;
    while (Object.hasOwn(fields, words().flow.newField(number))) number++;
    onChange({ ...fields, [words().flow.newField(number)]: { type: 'string' } });
  };
  return (
    <>
      {entries.map(([name, field]) => (
        <InputField
          key={name}
          name={name}
          field={field}
          readOnly={readOnly}
          isTaken={(other) => other !== name && Object.hasOwn(fields, other)}
          onRename={(to) => {
            if (onRename !== undefined) return onRename(name, to);
            onChange(Object.fromEntries(entries.map((entry) => (entry[0] === name ? [to, entry[1]] : entry))));
            return null;
          }}
          onChange={(next) => onChange({ ...fields, [name]: next })}
          onRemove={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== name)))}
        />
      ))}
      <button type="button" className="plain add" disabled={readOnly} onClick={add}>
        <Plus size={14} aria-hidden />
        {words().flow.addField}
      </button>
    </>
  );
}

interface InputFieldProps {
  name: string;
  field: Field;
  readOnly: boolean;
  isTaken: (name: string) => boolean;
  onRename: (name: string) => string | null;
  onChange: (field: Field) => void;
  onRemove: () => void;
}

function InputField({ name, field, readOnly, isTaken, onRename, onChange, onRemove }: InputFieldProps) {
  const [text, setText] = useState(name);
  const [refused, setRefused] = useState<string | null>(null);
  const wish = text.trim();
  const fault = isTaken(wish)
    ? words().inspector.taken
    : nameSchema.safeParse(wish).success
      ? null
      : words().flow.badName;
  const flag = (key: Flag, on: boolean): void => {
    const { [key]: _before, ...rest } = field;
    onChange(fieldSchema.parse(on ? { ...rest, [key]: true } : rest));
  };
  const retype = (key: string | null): void => {
    const kind = TYPES.find((one) => keyOf(one) === key);
    if (kind === undefined) return;
    const { type: _type, values: _values, of: _of, ...rest } = { values: undefined, of: undefined, ...field };
    const { type, of } = kind;
    const next = fieldSchema.safeParse({ ...rest, type, ...(of === undefined ? {} : { of }) });
    if (next.success) onChange(next.data);
  };
  return (
    <div className="named">
      <div className="row top">
        <TextInput
          className="grow"
          aria-label={words().flow.fieldName(name)}
          value={text}
          error={fault ?? refused}
          readOnly={readOnly}
          onChange={(event) => {
            setText(event.target.value);
            setRefused(null);
          }}
          onBlur={() => {
            if (fault !== null) setText(name);
            else if (wish !== name) setRefused(onRename(wish));
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
          }}
        />
        <Select
          aria-label={words().flow.fieldType(name)}
          w={132}
          data={TYPES.map((kind) => ({ value: keyOf(kind), label: kind.label }))}
          value={keyOf(field)}
          readOnly={readOnly}
          onChange={retype}
        />
        <button
          type="button"
          className="plain icon"
          aria-label={words().inspector.remove(name)}
          title={words().inspector.remove(name)}
          disabled={readOnly}
          onClick={onRemove}
        >
          <Trash2 size={14} aria-hidden />
        </button>
      </div>
      {field.type === 'string' ? (
        <FieldValues
          key={(field.values ?? []).join()}
          name={name}
          values={field.values ?? []}
          readOnly={readOnly}
          onKeep={(values) => onChange(values.length === 0 ? withoutValues(field) : { ...field, values })}
        />
      ) : null}
      <FieldMeaning
        key={`meaning ${field.description ?? ''}`}
        name={name}
        meaning={field.description ?? ''}
        readOnly={readOnly}
        onKeep={(description) => onChange(withMeaning(field, description))}
      />
      <div className="row flags">
        {FLAGS.map((key) => (
          <Switch
            key={key}
            label={words().flow.flags[key]}
            title={words().flow.flagHelp[key]}
            checked={field[key] === true}
            aria-readonly={readOnly}
            onChange={(event) => flag(key, event.currentTarget.checked)}
          />
        ))}
      </div>
    </div>
  );
}

function withMeaning(field: Field, description: string): Field {
  const { description: _before, ...rest } = { description: undefined, ...field };
  return fieldSchema.parse(description === '' ? rest : { ...rest, description });
}

/** What a field means, for whoever fills it in. */
function FieldMeaning({
  name,
  meaning,
  readOnly,
  onKeep,
}: KeptText & { meaning: string; onKeep: (text: string) => void }) {
  const [text, setText] = useState(meaning);
  return (
    <TextInput
      aria-label={words().flow.fieldMeaning(name)}
      placeholder={words().flow.meaning}
      maxLength={500}
      value={text}
      readOnly={readOnly}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => (text.trim() === meaning ? undefined : onKeep(text.trim()))}
    />
  );
}

interface KeptText {
  name: string;
  readOnly: boolean;
}

function withoutValues(field: Field): Field {
  const { values: _values, ...rest } = { values: undefined, ...field };
  return rest;
}

function FieldValues({
  name,
  values,
  readOnly,
  onKeep,
}: {
  name: string;
  values: readonly string[];
  readOnly: boolean;
  onKeep: (values: string[]) => void;
}) {
  const [text, setText] = useState(values.join(', '));
  return (
    <TextInput
      aria-label={words().flow.fieldValues(name)}
      placeholder={words().flow.anyText}
      value={text}
      readOnly={readOnly}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        const next = splitValues(text);
        if (next.join() !== values.join()) onKeep(next);
      }}
    />
  );
}
