import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { Field, Fields } from '../../engine/flow/document.ts';
import type { JsonValue } from '../../engine/flow/json.ts';
import { words } from '../words/index.ts';
import { listValue } from '../runs/list-value.ts';
import { NumberField } from './number-field.tsx';

/** What stands in the control of a declared field; null where nothing was given yet. */
export type GivenValue = string | number | boolean | null;
export type GivenValues = Readonly<Record<string, GivenValue>>;

/** What was given, without what was left empty. A switch that nobody touched says no. */
export const givenIn = (fields: Fields, values: GivenValues): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = values[name] ?? (field.type === 'boolean' ? false : '');
      if (value === '') return [];
      return [[name, field.type === 'list' && typeof value === 'string' ? listValue(field, value) : value] as const];
    }),
  );

/** Fields that have to be given and are not. */
export const lackingIn = (fields: Fields, values: GivenValues): readonly string[] => {
  const given = givenIn(fields, values);
  return Object.entries(fields).flatMap(([name, field]) =>
    field.optional === true || Object.hasOwn(given, name) ? [] : [name],
  );
};

interface FieldValueProps {
  name: string;
  field: Field;
  value: GivenValue;
  /** What is wrong with it. */
  error?: string | undefined;
  onChange: (value: GivenValue) => void;
}

const HINTS: Partial<Record<Field['type'], string>> = {
  date: '2026-03-02',
  'date and time': '2026-03-02T09:00:00Z',
};

/** The control in which a person gives the value of a declared field. */
export function FieldValue({ name, field, value, error, onChange }: FieldValueProps) {
  const common = {
    label: field.label ?? name,
    description: field.description,
    required: field.optional !== true,
    error,
  };
  if (field.type === 'number')
    return <NumberField {...common} value={typeof value === 'number' ? value : null} onChange={onChange} />;
  if (field.type === 'boolean')
    return (
      <Switch
        label={common.label}
        error={error}
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
  return (
    <TextInput
      {...common}
      placeholder={field.type === 'list' ? words().stepCase.listHint : (HINTS[field.type] ?? '')}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
