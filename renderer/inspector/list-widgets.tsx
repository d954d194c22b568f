import { TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { notNull } from '../../engine/feel/index.ts';
import type { Fields } from '../../engine/flow/document.ts';
import { fieldType } from '../../engine/flow/field-type.ts';
import { own } from '../document/describe.ts';
import { words } from '../words/index.ts';
import { FeelField } from '../editor/feel-field.tsx';
import { FieldFrame } from './field-frame.tsx';
import { pathKey, problemsAt, useForm } from './form-context.ts';
import { offersOf, shortType } from './offers.ts';
import type { FieldSpec, Path } from './schema-form.ts';

interface WidgetProps {
  spec: FieldSpec;
  path: Path;
  value: unknown;
}

const entriesOf = (value: unknown): [string, string][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([name, source]) => [name, typeof source === 'string' ? source : String(source)])
    : [];

/** Formulas by the names under which their values are kept. */
export function FeelByNameWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const [adding, setAdding] = useState(false);
  const entries = entriesOf(value);
  const offers = offersOf(form.scope);
  const put = (next: readonly (readonly [string, string])[]) => form.set(path, Object.fromEntries(next));
  const refused = form.refused.get(pathKey(path));
  const faults = form.problems.filter((problem) => pathKey(problem.path) === pathKey(path));

  return (
    <FieldFrame label={spec.label} help={spec.help} refused={refused?.message} problems={faults}>
      {entries.map(([name, source], i) => (
        <div className="named" key={name}>
          <div className="row">
            <NameInput
              name={name}
              disabled={form.readOnly}
              taken={entries.map(([other]) => other)}
              onKeep={(to) => put(entries.map((entry) => (entry[0] === name ? [to, entry[1]] : entry)))}
            />
            <Remove
              label={words().inspector.remove(name)}
              disabled={form.readOnly}
              onClick={() => put(entries.filter((_, j) => j !== i))}
            />
          </div>
          <FeelField
            label={name}
            value={source}
            example={spec.example}
            scope={form.scope}
            values={form.values}
            offers={offers}
            problems={problemsAt(form.problems, [...path, name])}
            pointedAt={form.pointedAt !== null && pathKey(form.pointedAt) === pathKey([...path, name])}
            disabled={form.readOnly}
            onChange={(next) => form.set([...path, name], next)}
            onDone={form.done}
          />
        </div>
      ))}
      {adding ? (
        <NameInput
          name=""
          fresh
          disabled={form.readOnly}
          taken={entries.map(([name]) => name)}
          onKeep={(name) => {
            setAdding(false);
            if (name !== '') put([...entries, [name, '']]);
          }}
        />
      ) : (
        <button type="button" className="plain add" disabled={form.readOnly} onClick={() => setAdding(true)}>
          <Plus size={14} aria-hidden />
          {words().inspector.addNamed}
        </button>
      )}
    </FieldFrame>
  );
}

interface NameInputProps {
  name: string;
  fresh?: boolean;
  disabled: boolean;
  taken: readonly string[];
  onKeep: (name: string) => void;
}

/** A name that is kept when the field is left or Enter is pressed; a name that is taken is not. */
function NameInput({ name, fresh = false, disabled, taken, onKeep }: NameInputProps) {
  const [text, setText] = useState(name);
  const trimmed = text.trim();
  const clash = trimmed !== name && taken.includes(trimmed);
  const keep = () => {
    if (clash || (trimmed === '' && !fresh)) setText(name);
    else if (trimmed !== name || fresh) onKeep(trimmed);
  };
  return (
    <TextInput
      className="grow"
      aria-label={fresh ? words().inspector.newName : words().inspector.nameOf(name)}
      placeholder={words().inspector.newName}
      autoFocus={fresh}
      value={text}
      readOnly={disabled}
      error={clash ? words().inspector.taken : undefined}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setText(name);
          if (fresh) onKeep('');
        }
      }}
    />
  );
}

/** The fields that are asked for: those of the action that is chosen, or of the input of the flow. */
function askedFor({ config, surroundings }: ReturnType<typeof useForm>): Fields | undefined {
  const { connection, action, flow } = config;
  if (typeof flow === 'string') return own(surroundings.flows ?? {}, flow)?.input;
  const actions = typeof connection === 'string' ? own(surroundings.connections, connection)?.actions : undefined;
  return typeof action === 'string' && actions !== undefined ? own(actions, action)?.request : undefined;
}

/** A formula for each field of the action, or of the flow, that is chosen. */
export function ArgumentsWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const given = Object.fromEntries(entriesOf(value));
  const fields = askedFor(form);
  if (fields === undefined) return null;
  const offers = offersOf(form.scope);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(fields, name));
  const missing = form.problems.filter((problem) => pathKey(problem.path) === pathKey(path));
  const without = (name: string) =>
    form.set(path, Object.fromEntries(Object.entries(given).filter(([other]) => other !== name)));

  return (
    <FieldFrame label={spec.label} help={spec.help} problems={missing}>
      {Object.entries(fields).map(([name, field]) => (
        <div className="named" key={name}>
          <div className="row">
            <span className="strong grow clip">{field.label ?? name}</span>
            <span className="small quiet">
              {shortType(notNull(fieldType(field)))}
              {field.optional === true ? ` · ${words().inspector.mayBeEmpty}` : ''}
            </span>
          </div>
          <FeelField
            label={field.label ?? name}
            value={given[name] ?? ''}
            example={spec.example}
            scope={form.scope}
            values={form.values}
            offers={offers}
            problems={problemsAt(form.problems, [...path, name])}
            pointedAt={form.pointedAt !== null && pathKey(form.pointedAt) === pathKey([...path, name])}
            disabled={form.readOnly}
            onChange={(next) => (next === '' ? without(name) : form.set([...path, name], next))}
            onDone={form.done}
          />
        </div>
      ))}
      {unknown.map((name) => (
        <div className="row" key={name}>
          <span className="grow tone-bad">{words().inspector.unknownArgument(name)}</span>
          <Remove label={words().inspector.remove(name)} disabled={form.readOnly} onClick={() => without(name)} />
        </div>
      ))}
    </FieldFrame>
  );
}

const textAt = (item: unknown, key: string): string => {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, key) : '';
  return typeof value === 'string' ? value : '';
};

/** A list of labelled formulas: what an approver is shown. */
export function FactsWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const offers = offersOf(form.scope);
  const [labelKey, valueKey] = [spec.fields[0]?.key ?? 'label', spec.fields[1]?.key ?? 'value'];
  const refused = form.refused.get(pathKey(path));
  return (
    <FieldFrame label={spec.label} help={spec.help} refused={refused?.message}>
      {items.map((item, i) => (
        // Items have no names of their own; their place is all that tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div className="named" key={i}>
          <div className="row">
            <TextInput
              className="grow"
              aria-label={words().inspector.labelOf(i + 1)}
              value={textAt(item, labelKey)}
              readOnly={form.readOnly}
              error={form.refused.get(pathKey([...path, i, labelKey]))?.message}
              onChange={(event) => form.set([...path, i, labelKey], event.target.value)}
              onBlur={form.done}
            />
            <Remove
              label={words().inspector.remove(textAt(item, labelKey))}
              disabled={form.readOnly}
              onClick={() =>
                form.set(
                  path,
                  items.filter((_, j) => j !== i),
                )
              }
            />
          </div>
          <FeelField
            label={textAt(item, labelKey)}
            example={spec.example}
            value={textAt(item, valueKey)}
            scope={form.scope}
            values={form.values}
            offers={offers}
            problems={problemsAt(form.problems, [...path, i])}
            pointedAt={form.pointedAt !== null && pathKey(form.pointedAt) === pathKey([...path, i, valueKey])}
            disabled={form.readOnly}
            onChange={(next) => form.set([...path, i, valueKey], next)}
            onDone={form.done}
          />
        </div>
      ))}
      <button
        type="button"
        className="plain add"
        disabled={form.readOnly}
        onClick={() =>
          form.set(path, [...items, { [labelKey]: words().inspector.newFact(items.length + 1), [valueKey]: '' }])
        }
      >
        <Plus size={14} aria-hidden />
        {words().inspector.addFact}
      </button>
    </FieldFrame>
  );
}

function Remove({ label, disabled, onClick }: { label: string; disabled: boolean; onClick: () => void }) {
  return (
    <button type="button" className="plain icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Trash2 size={14} aria-hidden />
    </button>
  );
}
