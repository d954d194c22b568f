import { Autocomplete, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { createElement, useEffect, useRef, type ComponentType, type RefObject } from 'react';
import { own } from '../document/describe.ts';
import { transit } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { NumberField } from '../ui/number-field.tsx';
import { words } from '../words/index.ts';
import { FeelField } from '../editor/feel-field.tsx';
import { FieldFrame } from './field-frame.tsx';
import { pathKey, useForm } from './form-context.ts';
import { FieldsWidget, NamesWidget } from './names-widget.tsx';
import { offersOf } from './offers.ts';
import type { FieldSpec } from './schema-form.ts';
import { DurationWidget, ShareWidget } from './measure-widgets.tsx';
import { textOf, useField, type WidgetProps } from './use-field.ts';
import { ArgumentsWidget, FactsWidget, FeelByNameWidget } from './list-widgets.tsx';
import { FlowWidget, ResultsWidget } from './subflow-widgets.tsx';
import { ModelTableWidget } from '../table/exchange/model-widget.tsx';
import { ChoicesWidget, FallbackWidget, OptionalGroup, SeveralWidget } from './instead-widgets.tsx';
import { TableWidget } from './table-widget.tsx';

/** The control that gets the keyboard when a problem leads to its field. */
function usePointedAt<T extends HTMLElement>(pointed: boolean): RefObject<T | null> {
  const control = useRef<T>(null);
  useEffect(() => {
    if (pointed) control.current?.focus();
  }, [pointed]);
  return control;
}

function TextWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLInputElement>(field.pointed);
  const empty = spec.nullable ? null : '';
  return (
    <TextInput
      ref={control}
      label={spec.label}
      description={spec.help}
      placeholder={spec.example ?? ''}
      value={textOf(field.value)}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(event) => field.set(event.target.value === '' ? empty : event.target.value)}
      onBlur={field.form.done}
    />
  );
}

function LongTextWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLTextAreaElement>(field.pointed);
  return (
    <Textarea
      ref={control}
      label={spec.label}
      description={spec.help}
      placeholder={spec.example ?? ''}
      autosize
      minRows={3}
      maxRows={14}
      value={textOf(field.value)}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(event) => field.set(event.target.value)}
      onBlur={field.form.done}
    />
  );
}

function NumberWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLInputElement>(field.pointed);
  return (
    <NumberField
      ref={control}
      label={spec.label}
      description={spec.help}
      value={typeof field.value === 'number' ? field.value : null}
      allowDecimal={!spec.integer}
      clampBehavior="none"
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(next) => field.set(next ?? (spec.nullable ? null : ''))}
      onBlur={field.form.done}
    />
  );
}

function SwitchWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  return (
    <Switch
      label={spec.label}
      description={spec.help}
      checked={field.value === true}
      error={field.fault}
      aria-readonly={field.form.readOnly}
      onChange={(event) => field.set(event.currentTarget.checked)}
    />
  );
}

function ChoiceWidget({ spec, path, value }: WidgetProps) {
  return (
    <Choice
      spec={spec}
      path={path}
      value={value}
      options={spec.options.map((option) => ({ value: option, label: own(spec.optionLabels, option) ?? option }))}
    />
  );
}

function Choice({
  spec,
  path,
  value,
  options,
}: WidgetProps & { options: readonly { value: string; label: string }[] }) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLInputElement>(field.pointed);
  const current = typeof field.value === 'string' && field.value !== '' ? field.value : null;
  const missing = current !== null && !options.some((option) => option.value === current);
  return (
    <Select
      ref={control}
      label={spec.label}
      description={spec.help}
      placeholder={words().inspector.choose}
      data={missing ? [...options, { value: current, label: current }] : [...options]}
      value={current}
      clearable={spec.nullable}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(next) => field.set(next ?? (spec.nullable ? null : ''))}
    />
  );
}

function FeelWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  return (
    <FieldFrame label={spec.label} help={spec.help}>
      <FeelField
        label={spec.label}
        value={textOf(field.value)}
        example={spec.example}
        scope={field.form.scope}
        values={field.form.values}
        offers={offersOf(field.form.scope)}
        problems={field.problems}
        pointedAt={field.pointed}
        disabled={field.form.readOnly}
        onChange={field.set}
        onDone={field.form.done}
      />
    </FieldFrame>
  );
}

function ModelWidget(props: WidgetProps) {
  const { surroundings } = useForm();
  const card = typeof props.value === 'string' ? own(surroundings.models, props.value) : undefined;
  const models = Object.values(surroundings.models);
  return (
    <div>
      <Choice {...props} options={models.map(({ name }) => ({ value: name, label: name }))} />
      {models.length > 0 ? null : (
        <p className="field-help after">
          {words().inspector.noModels}{' '}
          <button
            type="button"
            className="plain link whole"
            onClick={() => transit((state) => arranged(state, { view: 'models' }))}
          >
            {words().inspector.toModels}
          </button>
        </p>
      )}
      {card === undefined ? null : (
        <p className="field-help after">
          {words().inspector.modelAnswers(card.question)}{' '}
          {words().inspector.modelFacts(
            card.modelVersion,
            card.choices.length,
            card.metrics.accuracy,
            card.metrics.rows,
          )}
        </p>
      )}
    </div>
  );
}

function ConnectionWidget(props: WidgetProps) {
  const { surroundings } = useForm();
  const options = Object.values(surroundings.connections).map(({ name, title }) => ({
    value: name,
    label: title === name ? name : `${title} (${name})`,
  }));
  return <Choice {...props} options={options} />;
}

function ActionWidget(props: WidgetProps) {
  const { config, surroundings } = useForm();
  const connection =
    typeof config['connection'] === 'string' ? own(surroundings.connections, config['connection']) : undefined;
  const options = Object.entries(connection?.actions ?? {}).map(([name, action]) => ({
    value: name,
    label: `${action.title} · ${words().effect[action.class]}`,
  }));
  return <Choice {...props} options={options} />;
}

function RoleWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLInputElement>(field.pointed);
  const roles = new Set(
    Object.values(field.form.flow.nodes).flatMap(({ config }) => {
      const role = config[spec.key];
      return typeof role === 'string' ? [role] : [];
    }),
  );
  return (
    <Autocomplete
      ref={control}
      label={spec.label}
      description={spec.help}
      placeholder={spec.example ?? ''}
      data={[...roles].filter((role) => role !== '')}
      value={textOf(field.value)}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={field.set}
      onBlur={field.form.done}
    />
  );
}

/** A value for which there is no better field: as JSON, taken when it can be read. */
function JsonWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const control = usePointedAt<HTMLTextAreaElement>(field.pointed);
  const text =
    typeof field.value === 'string' && field.value !== value ? field.value : JSON.stringify(value ?? null, null, 2);
  const set = (next: string) => {
    try {
      field.set(JSON.parse(next));
    } catch {
      field.set(next);
    }
  };
  return (
    <Textarea
      ref={control}
      label={spec.label}
      description={spec.help}
      autosize
      minRows={2}
      maxRows={12}
      classNames={{ input: 'mono' }}
      value={text}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(event) => set(event.target.value)}
      onBlur={field.form.done}
    />
  );
}

function GroupWidget({ spec, path, value }: WidgetProps) {
  if (spec.optional) {
    const fresh = Object.fromEntries(
      spec.fields.filter((field) => !field.optional).map((field) => [field.key, freshValue(field)]),
    );
    return <OptionalGroup spec={spec} path={path} value={value} fresh={fresh} field={Field} />;
  }
  return (
    <fieldset className="group">
      <legend className="field-label">{spec.label}</legend>
      {spec.help === null ? null : <p className="field-help">{spec.help}</p>}
      {spec.fields.map((field) => (
        <Field key={field.key} spec={field} path={[...path, field.key]} value={fieldValue(value, field.key)} />
      ))}
    </fieldset>
  );
}

function OtherwiseWidget(props: WidgetProps) {
  return <FallbackWidget {...props} field={Field} />;
}

/** A list of groups: what an item holds is read off the schema, too. */
function ListWidget({ spec, path, value }: WidgetProps) {
  const form = useForm();
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const fresh = Object.fromEntries(
    spec.fields.filter((field) => !field.optional).map((field) => [field.key, freshValue(field)]),
  );
  return (
    <FieldFrame label={spec.label} help={spec.help} refused={form.refused.get(pathKey(path))?.message}>
      {items.map((item, i) => (
        // Items have no names of their own; their place is all that tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div className="named" key={i}>
          {spec.fields.map((field) => (
            <Field key={field.key} spec={field} path={[...path, i, field.key]} value={fieldValue(item, field.key)} />
          ))}
          <button
            type="button"
            className="plain add"
            disabled={form.readOnly}
            onClick={() =>
              form.set(
                path,
                items.filter((_, j) => j !== i),
              )
            }
          >
            {words().inspector.removeItem(i + 1)}
          </button>
        </div>
      ))}
      <button
        type="button"
        className="plain add"
        disabled={form.readOnly}
        onClick={() => form.set(path, [...items, fresh])}
      >
        {words().inspector.addItem}
      </button>
    </FieldFrame>
  );
}

function freshValue(field: FieldSpec): unknown {
  if (field.nullable) return null;
  if (field.control === 'switch') return false;
  if (field.control === 'number') return field.example === null ? (field.min ?? 0) : Number(field.example);
  if (field.control === 'duration' && field.example !== null) return field.example;
  if (field.control === 'list') return [];
  return field.options[0] ?? '';
}

const fieldValue = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;

/** Every widget that a schema may ask for, and those that types suggest. */
export const WIDGETS: Readonly<Record<string, ComponentType<WidgetProps>>> = {
  text: TextWidget,
  'long text': LongTextWidget,
  feel: FeelWidget,
  'feel by name': FeelByNameWidget,
  columns: FeelByNameWidget,
  table: TableWidget,
  'dmn model': ModelTableWidget,
  duration: DurationWidget,
  share: ShareWidget,
  model: ModelWidget,
  connection: ConnectionWidget,
  action: ActionWidget,
  arguments: ArgumentsWidget,
  flow: FlowWidget,
  results: ResultsWidget,
  facts: FactsWidget,
  list: ListWidget,
  names: NamesWidget,
  fields: FieldsWidget,
  role: RoleWidget,
  number: NumberWidget,
  switch: SwitchWidget,
  choice: ChoiceWidget,
  several: SeveralWidget,
  choices: ChoicesWidget,
  fallback: OtherwiseWidget,
  group: GroupWidget,
  json: JsonWidget,
};

/** One field of a form. A widget that the studio does not have is shown as JSON: nothing of a config is out of reach. */
export function Field(props: WidgetProps) {
  const { doubted } = useField(props);
  return (
    <div className={doubted ? 'own-field doubted' : 'own-field'}>
      {createElement(own(WIDGETS, props.spec.control) ?? JsonWidget, props)}
    </div>
  );
}
