import { Checkbox, Switch, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { ComponentType } from 'react';
import { own } from '../document/describe.ts';
import { words } from '../words/index.ts';
import { FieldFrame } from './field-frame.tsx';
import { pathKey, useForm } from './form-context.ts';
import type { FieldSpec } from './schema-form.ts';
import type { WidgetProps } from './use-field.ts';

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

const textAt = (item: unknown, key: string): string => {
  const value = membersOf(item)[key];
  return typeof value === 'string' ? value : '';
};

/** Several of a few; none picked out means all, and is left out of the document. */
export function SeveralWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const picked = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return (
    <Checkbox.Group
      label={spec.label}
      description={spec.help}
      value={picked}
      error={form.refused.get(pathKey(path))?.message}
      onChange={(next) =>
        form.set(path, next.length === 0 ? undefined : spec.options.filter((one) => next.includes(one)))
      }
    >
      <div className="stack">
        {spec.options.map((option) => (
          <Checkbox
            key={option}
            value={option}
            label={own(spec.optionLabels, option) ?? option}
            aria-readonly={form.readOnly}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}

/** A widget that holds fields, which it draws with what it is given. */
type Holding = WidgetProps & { field: ComponentType<WidgetProps> };

/** A group of settings that a config may have or not. */
export function OptionalGroup({ spec, path, value, fresh, field: Field }: Holding & { fresh: unknown }) {
  const form = useForm();
  return (
    <div className="named">
      <Switch
        label={spec.label}
        description={spec.help}
        checked={value !== undefined}
        aria-readonly={form.readOnly}
        onChange={(event) => form.set(path, event.currentTarget.checked ? fresh : undefined)}
      />
      {value === undefined
        ? null
        : spec.fields.map((field) => (
            <Field key={field.key} spec={field} path={[...path, field.key]} value={membersOf(value)[field.key]} />
          ))}
    </div>
  );
}

/** A table that gives one of the model's choices. */
const emptyPart = (): Readonly<Record<string, unknown>> => ({
  model: '',
  table: {
    hitPolicy: 'FIRST',
    inputs: [{ id: 'i1', expression: '' }],
    outputs: [{ id: 'o1', name: 'choice' }],
    rows: [{ id: 'r1', when: ['-'], then: [''] }],
  },
  person: { role: words().instead.freshRole, due: null },
});

/** Who is asked in the place of an answer that does not count: each can be added, in the order in which they are asked. */
export function FallbackWidget({ spec, path, value, field: Field }: Holding) {
  const form = useForm();
  const holder = membersOf(value);
  const put = (key: string, next: unknown) => {
    const after = Object.fromEntries(
      Object.entries({ ...holder, [key]: next }).filter(([, member]) => member !== undefined),
    );
    form.set(path, Object.keys(after).length === 0 ? undefined : after);
  };
  const faults = form.problems.filter((problem) => pathKey(problem.path) === pathKey(path));
  const shown = (field: FieldSpec): FieldSpec => ({
    ...field,
    label: own(words().instead.parts, field.key) ?? field.label,
  });
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={form.refused.get(pathKey(path))?.message}
      problems={faults}
    >
      {spec.fields.map(shown).map((field) => (
        <div className="named" key={field.key}>
          <Switch
            label={own(words().instead.asks, field.key) ?? field.label}
            checked={holder[field.key] !== undefined}
            aria-readonly={form.readOnly}
            onChange={(event) => put(field.key, event.currentTarget.checked ? emptyPart()[field.key] : undefined)}
          />
          {holder[field.key] === undefined ? null : field.control === 'group' ? (
            field.fields.map((one) => (
              <Field
                key={one.key}
                spec={one}
                path={[...path, field.key, one.key]}
                value={membersOf(holder[field.key])[one.key]}
              />
            ))
          ) : (
            <Field spec={field} path={[...path, field.key]} value={holder[field.key]} />
          )}
        </div>
      ))}
    </FieldFrame>
  );
}

/** The choices of a task: what formulas read, and what the person does. */
export function ChoicesWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const [valueField, labelField] = spec.fields;
  const faults = form.problems.filter((problem) => pathKey(problem.path) === pathKey(path));
  const fresh = () => {
    let number = items.length + 1;
    while (items.some((item) => textAt(item, 'value') === words().instead.freshChoice(number))) number++;
    return { value: words().instead.freshChoice(number), label: '' };
  };
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={form.refused.get(pathKey(path))?.message}
      problems={faults}
    >
      {items.map((item, i) => (
        // Items have no names of their own; their place is all that tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div className="named" key={i}>
          <div className="row top">
            <TextInput
              className="grow"
              aria-label={words().instead.valueOf(i + 1)}
              title={valueField?.help ?? ''}
              maxLength={60}
              value={textOr(form.refused.get(pathKey([...path, i, 'value']))?.value, textAt(item, 'value'))}
              error={form.refused.get(pathKey([...path, i, 'value']))?.message}
              readOnly={form.readOnly}
              onChange={(event) => form.set([...path, i, 'value'], event.target.value)}
              onBlur={form.done}
            />
            <button
              type="button"
              className="plain icon"
              aria-label={words().inspector.remove(textAt(item, 'value'))}
              title={words().inspector.remove(textAt(item, 'value'))}
              disabled={form.readOnly}
              onClick={() =>
                form.set(
                  path,
                  items.filter((_, j) => j !== i),
                )
              }
            >
              <Trash2 size={14} aria-hidden />
            </button>
          </div>
          <TextInput
            aria-label={words().instead.readAs(textAt(item, 'value'))}
            placeholder={labelField?.label ?? ''}
            maxLength={120}
            value={textAt(item, 'label')}
            readOnly={form.readOnly}
            onChange={(event) => form.set([...path, i, 'label'], event.target.value)}
            onBlur={form.done}
          />
        </div>
      ))}
      <button
        type="button"
        className="plain add"
        disabled={form.readOnly}
        onClick={() => form.set(path, [...items, fresh()])}
      >
        <Plus size={14} aria-hidden />
        {words().instead.addChoice}
      </button>
    </FieldFrame>
  );
}

const textOr = (refused: unknown, kept: string): string => (typeof refused === 'string' ? refused : kept);
