import { Select, TextInput } from '@mantine/core';
import { ArrowLeft, ArrowRight, BetweenVerticalStart, Copy, Trash2 } from 'lucide-react';
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { COLUMN_TYPES } from '../../engine/dmn/table-document.ts';
import type { DecisionTable, TableInput, TableOutput } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { splitValues } from '../document/split-values.ts';
import { FeelInput } from '../inspector/feel-input.tsx';
import { offersOf, type Offer } from '../inspector/offers.ts';
import type { TableAct } from './model/acts.ts';
import { setInput, setOutput } from './model/edits.ts';
import { sentenceOf } from './model/marks.ts';
import type { Column } from './model/shape.ts';
import type { Sheet } from './use-sheet.ts';
import { words } from '../words/index.ts';

interface ColumnFormProps {
  sheet: Sheet;
  column: Column;
  scope: FeelScopeTypes;
  problems: readonly Problem[];
  /** What is written in one field is one step for undo. */
  onChange: (table: DecisionTable, gesture?: string) => void;
  onDone: () => void;
  onClose: () => void;
}

/** What a column tests or gives, and what can be done with it as a whole. */
export function ColumnForm(props: ColumnFormProps) {
  const { sheet, column, scope, onClose } = props;
  const offers = useMemo(() => offersOf(scope), [scope]);
  const input = column.side === 'when' ? sheet.table.inputs[column.index] : undefined;
  const output = column.side === 'then' ? sheet.table.outputs[column.index] : undefined;
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys of the form are none of the sheet's, in which it stands for React.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key !== 'Escape' && (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement))) return;
    if (event.defaultPrevented || isOpen(event.target)) return;
    event.preventDefault();
    onClose();
  };
  return (
    <div className="column-form" onKeyDown={onKeyDown}>
      <h3>{column.side === 'when' ? words().table.column.input : words().table.column.output}</h3>
      {input === undefined ? null : <InputFields {...props} input={input} offers={offers} />}
      {output === undefined ? null : <OutputFields {...props} output={output} offers={offers} />}
      <Acts {...props} />
    </div>
  );
}

const isOpen = (target: EventTarget): boolean =>
  target instanceof Element && target.getAttribute('aria-expanded') === 'true';

const faultAt = (problems: readonly Problem[], key: string): readonly Problem[] =>
  problems.filter(({ path }) => (path[2] ?? 'expression') === key);
const textOf = ([problem]: readonly Problem[]): ReactNode => (problem === undefined ? undefined : sentenceOf(problem));

const TYPES = COLUMN_TYPES.map((value) => ({ value, label: words().table.column.types[value] }));
const typeOf = (text: string | null) => COLUMN_TYPES.find((type) => type === text) ?? 'any';

interface FieldsProps extends ColumnFormProps {
  offers: readonly Offer[];
}

function InputFields({
  sheet,
  column,
  problems,
  input,
  offers,
  onChange,
  onDone,
}: FieldsProps & { input: TableInput }) {
  const set = (what: string, some: Partial<TableInput>) =>
    onChange(setInput(sheet.table, column.index, some), `column ${column.key} ${what}`);
  return (
    <>
      <Labelled label={words().table.column.expression}>
        <FeelInput
          label={words().table.column.expression}
          value={input.expression}
          offers={offers}
          problems={faultAt(problems, 'expression')}
          example={words().table.column.expressionExample}
          disabled={sheet.readOnly}
          onChange={(expression) => set('expression', { expression })}
          onDone={onDone}
        />
      </Labelled>
      <TextInput
        label={words().table.column.label}
        description={words().table.column.labelHelp}
        maxLength={200}
        value={input.label ?? ''}
        disabled={sheet.readOnly}
        onChange={(event) => set('label', { label: event.target.value })}
        onBlur={onDone}
      />
      <Select
        label={words().table.column.type}
        data={TYPES}
        value={input.type ?? 'any'}
        disabled={sheet.readOnly}
        onChange={(next) => set('type', { type: typeOf(next) })}
        onBlur={onDone}
      />
      <Labelled label={words().table.column.inputValues} help={words().table.column.inputValuesHelp}>
        <FeelInput
          label={words().table.column.inputValues}
          value={input.values ?? ''}
          offers={offers}
          problems={faultAt(problems, 'values')}
          example={words().table.column.anyValue}
          disabled={sheet.readOnly}
          onChange={(values) => set('values', { values })}
          onDone={onDone}
        />
      </Labelled>
    </>
  );
}

function OutputFields(props: FieldsProps & { output: TableOutput }) {
  const { sheet, column, problems, output, offers, onChange, onDone } = props;
  const set = (what: string, some: Partial<TableOutput>) =>
    onChange(setOutput(sheet.table, column.index, some), `column ${column.key} ${what}`);
  return (
    <>
      <OutputName {...props} />
      <Select
        label={words().table.column.type}
        data={TYPES}
        value={output.type ?? 'any'}
        disabled={sheet.readOnly}
        onChange={(next) => set('type', { type: typeOf(next) })}
        onBlur={onDone}
      />
      <OutputValues {...props} />
      <Labelled label={words().table.column.fallback} help={words().table.column.fallbackHelp}>
        <FeelInput
          label={words().table.column.fallback}
          value={output.default ?? ''}
          offers={offers}
          problems={faultAt(problems, 'default')}
          disabled={sheet.readOnly}
          onChange={(fallback) => set('default', { default: fallback })}
          onDone={onDone}
        />
      </Labelled>
    </>
  );
}

/** An output has a name at every moment: the field may be empty, the document's name then stays. */
function OutputName({ sheet, column, problems, output, onChange, onDone }: FieldsProps & { output: TableOutput }) {
  const [text, setText] = useState(output.name);
  return (
    <TextInput
      label={words().table.column.name}
      description={words().table.column.nameHelp}
      maxLength={200}
      value={text}
      disabled={sheet.readOnly}
      error={textOf(faultAt(problems, 'name'))}
      onChange={(event) => {
        const name = event.target.value;
        setText(name);
        if (name.trim() !== '')
          onChange(setOutput(sheet.table, column.index, { name: name.trim() }), `column ${column.key} name`);
      }}
      onBlur={() => {
        setText(output.name);
        onDone();
      }}
    />
  );
}

/** The values that an output may give, parted by commas. */
function OutputValues({ sheet, column, problems, output, onChange, onDone }: FieldsProps & { output: TableOutput }) {
  const [text, setText] = useState((output.values ?? []).join(', '));
  return (
    <TextInput
      label={words().table.column.outputValues}
      description={words().table.column.outputValuesHelp}
      placeholder={words().table.column.anyValue}
      className="mono-field"
      value={text}
      disabled={sheet.readOnly}
      error={textOf(faultAt(problems, 'values'))}
      spellCheck={false}
      onChange={(event) => {
        setText(event.target.value);
        const values = splitValues(event.target.value);
        onChange(setOutput(sheet.table, column.index, { values }), `column ${column.key} values`);
      }}
      onBlur={onDone}
    />
  );
}

function Labelled({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="field-label" aria-hidden>
        {label}
      </span>
      {help === undefined ? null : <span className="field-help">{help}</span>}
      {children}
    </div>
  );
}

function Acts({ sheet, onClose, onDone }: ColumnFormProps) {
  const run = (act: TableAct) => () => {
    onDone();
    sheet.run(act);
    onClose();
  };
  const axis = 'columns';
  return (
    <div className="row column-acts" role="group" aria-label={words().table.column.acts}>
      <Act label={words().table.column.left} disabled={sheet.readOnly} onClick={run({ act: 'move', axis, by: -1 })}>
        <ArrowLeft size={16} aria-hidden />
      </Act>
      <Act label={words().table.column.right} disabled={sheet.readOnly} onClick={run({ act: 'move', axis, by: 1 })}>
        <ArrowRight size={16} aria-hidden />
      </Act>
      <Act
        label={words().table.column.after}
        disabled={sheet.readOnly}
        onClick={run({ act: 'insert', axis, where: 'after' })}
      >
        <BetweenVerticalStart size={16} aria-hidden />
      </Act>
      <Act label={words().table.column.duplicate} disabled={sheet.readOnly} onClick={run({ act: 'duplicate', axis })}>
        <Copy size={16} aria-hidden />
      </Act>
      <Act label={words().table.column.remove} disabled={sheet.readOnly} onClick={run({ act: 'remove', axis })}>
        <Trash2 size={16} aria-hidden />
      </Act>
      <span className="grow" />
      <button type="button" className="plain accent" onClick={onClose}>
        {words().table.column.done}
      </button>
    </div>
  );
}

interface ActProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Act({ label, disabled, onClick, children }: ActProps) {
  return (
    <button type="button" className="plain icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
