import { Select, Switch, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { FeelType } from '../../engine/feel/index.ts';
import type { JsonValue } from '../../engine/flow/json.ts';
import { NumberField } from '../ui/number-field.tsx';
import { words } from '../words/index.ts';
import { sampleOf } from './mock-value.ts';
import { shortType } from './offers.ts';

/** Can a value of this type be given in fields, without writing JSON? */
export function hasForm(type: FeelType): boolean {
  switch (type.kind) {
    case 'any':
    case 'null':
    case 'range':
    case 'function':
      return false;
    case 'list':
      return hasForm(type.of);
    case 'context':
      return Object.keys(type.fields).length > 0 && Object.values(type.fields).every(hasForm);
    default:
      return true;
  }
}

interface MockFieldProps {
  label: string;
  type: FeelType;
  value: JsonValue;
  onChange: (value: JsonValue) => void;
}

/** The control in which a made-up value of a type is given: a list to choose from, a field, or a field for each part. */
export function MockField(props: MockFieldProps) {
  const { label, type, value, onChange } = props;
  switch (type.kind) {
    case 'context':
      return <Parts {...props} fields={type.fields} />;
    case 'list':
      return <Items {...props} of={type.of} />;
    case 'choice':
      return (
        <Select
          label={label}
          data={[...type.values]}
          value={typeof value === 'string' ? value : null}
          placeholder={words().stepCase.nothing}
          clearable={type.nullable === true}
          allowDeselect={type.nullable === true}
          onChange={onChange}
        />
      );
    case 'boolean':
      return <YesOrNo {...props} />;
    case 'number':
      return (
        <NumberField
          label={label}
          value={typeof value === 'number' ? value : null}
          placeholder={words().stepCase.nothing}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          label={label}
          value={typeof value === 'string' ? value : ''}
          placeholder={exampleOf(type)}
          onChange={({ target }) => onChange(target.value === '' && mayBeNull(type) ? null : target.value)}
        />
      );
  }
}

function exampleOf(type: FeelType): string {
  const sample = sampleOf(type);
  return typeof sample === 'string' && sample !== '' ? sample : words().stepCase.nothing;
}

/** A text of a type such as a date is none when it is empty. */
const mayBeNull = (type: FeelType): boolean => type.nullable === true || type.kind !== 'string';

function YesOrNo({ label, type, value, onChange }: MockFieldProps) {
  if (type.nullable !== true)
    return (
      <Switch label={label} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
    );
  const said = words().values;
  return (
    <Select
      label={label}
      data={[
        { value: 'yes', label: said.yes },
        { value: 'no', label: said.no },
      ]}
      value={value === null ? null : value === true ? 'yes' : 'no'}
      placeholder={words().stepCase.nothing}
      clearable
      onChange={(next) => onChange(next === null ? null : next === 'yes')}
    />
  );
}

/** Whether there is one at all, for what has parts of its own. */
function Whether({ label, type, value, onChange }: MockFieldProps) {
  if (type.nullable !== true) return null;
  return (
    <Switch
      label={words().stepCase.given(label)}
      checked={value !== null}
      onChange={(event) => onChange(event.currentTarget.checked ? sampleOf({ ...type }) : null)}
    />
  );
}

const partsOf = (value: JsonValue): Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

function Parts({ fields, ...props }: MockFieldProps & { fields: Readonly<Record<string, FeelType>> }) {
  const { label, type, value, onChange } = props;
  const parts = partsOf(value);
  return (
    <fieldset className="mock-parts">
      <legend>{label}</legend>
      <Whether {...props} />
      {type.nullable === true && value === null
        ? null
        : Object.entries(fields).map(([name, field]) => (
            <MockField
              key={name}
              label={name}
              type={field}
              value={(Object.hasOwn(parts, name) ? parts[name] : undefined) ?? null}
              onChange={(next) => onChange({ ...parts, [name]: next })}
            />
          ))}
    </fieldset>
  );
}

function Items({ of, ...props }: MockFieldProps & { of: FeelType }) {
  const { label, type, value, onChange } = props;
  const items = Array.isArray(value) ? value : [];
  return (
    <fieldset className="mock-parts">
      <legend>{label}</legend>
      <Whether {...props} />
      {items.map((item, i) => (
        // What they are is told by their places alone.
        // oxlint-disable-next-line react/no-array-index-key
        <div className="row top" key={i}>
          <div className="grow">
            <MockField
              label={words().stepCase.item(label, i + 1)}
              type={of}
              value={item}
              onChange={(next) => onChange(items.with(i, next))}
            />
          </div>
          <button
            type="button"
            className="plain icon"
            aria-label={words().stepCase.removeItem(label, i + 1)}
            onClick={() => onChange(items.toSpliced(i, 1))}
          >
            <Trash2 size={14} aria-hidden />
          </button>
        </div>
      ))}
      {type.nullable === true && value === null ? null : (
        <button type="button" className="plain add" onClick={() => onChange([...items, sampleOf(of)])}>
          <Plus size={14} aria-hidden />
          {words().stepCase.addItem(shortType(of))}
        </button>
      )}
    </fieldset>
  );
}
