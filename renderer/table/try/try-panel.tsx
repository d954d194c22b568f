import { Select, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { TableTrial } from '../../../engine/dmn/try-table.ts';
import { formatValue, isFeelContext, isFeelList, type FeelType, type FeelValue } from '../../../engine/feel/index.ts';
import { shortType } from '../../inspector/offers.ts';
import { words } from '../../words/index.ts';
import type { TryField } from './fields.ts';

interface TryPanelProps {
  table: DecisionTable;
  fields: readonly TryField[];
  texts: ReadonlyMap<string, string>;
  faults: ReadonlySet<string>;
  trial: TableTrial | null;
  /** Where values can be taken from. */
  source: ReactNode;
  onText: (key: string, text: string) => void;
  onClear: () => void;
  onClose: () => void;
}

/** Values for what the table reads, and what the table says to them. */
export function TryPanel(props: TryPanelProps) {
  const { table, fields, texts, faults, trial, source, onText, onClear, onClose } = props;
  const panel = useRef<HTMLElement>(null);
  // Who opens it has values to give.
  useEffect(() => panel.current?.querySelector('input')?.focus(), []);
  return (
    <section ref={panel} className="try-panel scroll" aria-label={words().table.trial.title} data-part="trial">
      <header className="row">
        <h3 className="grow">{words().table.trial.title}</h3>
        <button type="button" className="plain icon" aria-label={words().shell.close} onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </header>
      <p className="small quiet">{fields.length === 0 ? words().table.trial.empty : words().table.trial.hint}</p>
      {source}
      {fields.map((field) => (
        <ValueField
          key={field.key}
          field={field}
          text={texts.get(field.key) ?? ''}
          fault={faults.has(field.key)}
          onText={(text) => onText(field.key, text)}
        />
      ))}
      {texts.size > 0 ? (
        <button type="button" className="plain add" onClick={onClear}>
          {words().table.trial.clear}
        </button>
      ) : null}
      {trial === null ? null : <Result table={table} trial={trial} />}
    </section>
  );
}

interface ValueFieldProps {
  field: TryField;
  text: string;
  fault: boolean;
  onText: (text: string) => void;
}

function ValueField({ field: { key, type }, text, fault, onText }: ValueFieldProps) {
  const options = optionsOf(type);
  if (options !== null)
    return (
      <Select
        label={key}
        data={options}
        value={text === '' ? null : text}
        placeholder={words().table.trial.nothing}
        clearable
        searchable
        selectFirstOptionOnChange
        onChange={(next) => onText(next ?? '')}
      />
    );
  return (
    <TextInput
      label={key}
      value={text}
      placeholder={type.kind === 'any' ? words().table.trial.nothing : shortType(type)}
      spellCheck={false}
      error={fault ? hintFor(type) : undefined}
      onChange={(event) => onText(event.target.value)}
    />
  );
}

function optionsOf(type: FeelType): { value: string; label: string }[] | null {
  if (type.kind === 'choice') return type.values.map((value) => ({ value, label: value }));
  if (type.kind !== 'boolean') return null;
  return [
    { value: 'true', label: words().table.trial.yes },
    { value: 'false', label: words().table.trial.no },
  ];
}

function hintFor({ kind }: FeelType): string {
  const { invalid } = words().table.trial;
  return Object.entries(invalid).find(([of]) => of === kind)?.[1] ?? invalid.other;
}

function Result({ table, trial }: { table: DecisionTable; trial: TableTrial }) {
  const numbers = new Map(table.rows.map((row, r) => [row.id, r + 1]));
  const chosen = trial.chosen.map((id) => numbers.get(id) ?? 0);
  const others = trial.rows
    .filter(({ id, matches }) => matches && !trial.chosen.includes(id))
    .map(({ id }) => numbers.get(id) ?? 0);
  const none = chosen.length === 0 && others.length === 0;
  return (
    <div className="try-result" aria-live="polite">
      <h3>{words().table.trial.result}</h3>
      {none ? <p>{trial.value === null ? words().table.trial.none : words().table.trial.byDefault}</p> : null}
      {trial.value === null ? null : <Value value={trial.value} />}
      {chosen.length === 0 ? null : <p className="small quiet">{words().table.trial.gives(chosen)}</p>}
      {others.length === 0 ? null : <p className="small quiet">{words().table.trial.alsoMatch(others)}</p>}
      {trial.warnings.map(({ code, message, row }) => (
        <p key={`${row ?? ''} ${code} ${message}`} className="field-fault warning">
          {row === null ? '' : `${words().table.place.row(numbers.get(row) ?? 0)}: `}
          {message} <span className="mono quiet">{code}</span>
        </p>
      ))}
    </div>
  );
}

const SHOWN = 20;

/** A result by its outputs; a list of results one below the other. */
function Value({ value }: { value: FeelValue }) {
  if (isFeelList(value))
    return (
      <ol className="try-list">
        {value.slice(0, SHOWN).map((item, i) => (
          // Hits may be alike; only their place tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={i}>
            <Value value={item} />
          </li>
        ))}
      </ol>
    );
  if (!isFeelContext(value)) return <p className="mono">{formatValue(value)}</p>;
  return (
    <dl className="try-value">
      {[...value].map(([name, item]) => (
        <div key={name}>
          <dt className="small quiet">{name}</dt>
          <dd>{item === null ? words().table.trial.nothing : formatValue(item)}</dd>
        </div>
      ))}
    </dl>
  );
}
