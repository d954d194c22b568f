import { Select } from '@mantine/core';
import { ArrowDown, ArrowUp, Copy, ListPlus, Plus, Trash2 } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { HIT_POLICIES } from '../../engine/dmn/hit-policy.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import {
  addInput,
  addOutput,
  duplicateRow,
  insertRow,
  moveRow,
  nextId,
  removeColumn,
  removeRow,
  setCell,
  setInput,
  setOutput,
  splitValues,
  type Side,
} from '../document/table-edits.ts';
import { words } from '../words.ts';
import { TableCell } from './table-cell.tsx';

interface TableEditorProps {
  table: DecisionTable;
  /** Problems with paths that begin at the table. */
  problems: readonly Problem[];
  offered: readonly string[];
  readOnly: boolean;
  onChange: (table: DecisionTable, gesture?: string) => void;
  onDone: () => void;
}

const faultAt = (problems: readonly Problem[], path: readonly (string | number)[]): Problem | undefined =>
  problems.find((problem) => path.every((key, i) => String(problem.path[i]) === String(key)));

/** The cell's place in the grid: row -1 is the head. */
interface At {
  row: number;
  column: number;
}

/** A decision table as a sheet: arrows, Enter and Tab walk it, rows and columns come and go. */
export function TableEditor({ table, problems, offered, readOnly, onChange, onDone }: TableEditorProps) {
  const [at, setAt] = useState<At>({ row: 0, column: 0 });
  const grid = useRef<HTMLTableElement>(null);
  const columns = table.inputs.length + table.outputs.length;
  const row = Math.max(0, Math.min(at.row, table.rows.length - 1));

  const go = ({ row: r, column: c }: At) =>
    requestAnimationFrame(() => {
      const cell = grid.current?.querySelector(`[data-at="${r}:${c}"]`);
      if (cell instanceof HTMLInputElement) {
        cell.focus();
        cell.select();
      }
    });
  const insert = (index: number) => {
    onChange(insertRow(table, index, nextId('r', table.rows)));
    go({ row: index, column: 0 });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>, from: At) => {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const atStart = selectionStart === 0 && selectionEnd === 0;
    const atEnd = selectionStart === value.length && selectionEnd === value.length;
    const whole = selectionStart === 0 && selectionEnd === value.length;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && from.row >= 0 && !readOnly) {
        event.preventDefault();
        const by = event.key === 'ArrowUp' ? -1 : 1;
        onChange(moveRow(table, from.row, by));
        go({ row: Math.max(0, Math.min(table.rows.length - 1, from.row + by)), column: from.column });
      }
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey && from.row === table.rows.length - 1 && !readOnly) {
      event.preventDefault();
      onChange(insertRow(table, table.rows.length, nextId('r', table.rows)));
      go({ row: table.rows.length, column: from.column });
      return;
    }
    const step: Record<string, At> = {
      Enter: { row: from.row + (event.shiftKey ? -1 : 1), column: from.column },
      ArrowDown: { row: from.row + 1, column: from.column },
      ArrowUp: { row: from.row - 1, column: from.column },
      ...(atStart || whole ? { ArrowLeft: { row: from.row, column: from.column - 1 } } : {}),
      ...(atEnd || whole ? { ArrowRight: { row: from.row, column: from.column + 1 } } : {}),
    };
    const to = step[event.key];
    if (to === undefined || to.row < -1 || to.row >= table.rows.length || to.column < 0 || to.column >= columns) return;
    event.preventDefault();
    go(to);
  };

  const cell = (
    where: At,
    label: string,
    value: string,
    path: readonly (string | number)[],
    set: (text: string) => DecisionTable,
  ) => (
    <TableCell
      at={`${where.row}:${where.column}`}
      label={label}
      value={value}
      fault={faultAt(problems, path)}
      offered={offered}
      readOnly={readOnly}
      onFocus={() => setAt(where)}
      onKeyDown={(event) => onKeyDown(event, where)}
      onChange={(text) => onChange(set(text), `cell ${path.join('.')}`)}
      onBlur={onDone}
    />
  );
  const body = (side: Side, r: number, i: number, text: string, head: string) =>
    cell(
      { row: r, column: side === 'when' ? i : table.inputs.length + i },
      words.table.cell(head, r + 1),
      text,
      ['rows', r, side, i],
      (next) => setCell(table, r, side, i, next),
    );

  return (
    <div className="sheet">
      <Toolbar
        table={table}
        row={row}
        readOnly={readOnly}
        onChange={onChange}
        onInsert={() => insert(table.rows.length === 0 ? 0 : row + 1)}
        onGo={(to) => go({ row: to, column: at.column })}
      />
      <div className="sheet-frame scroll">
        <table ref={grid} className="sheet-table" aria-label={words.table.label}>
          <thead>
            <tr>
              <th className="sheet-no" scope="col">
                <span className="sr">{words.table.rowNumber}</span>
              </th>
              {table.inputs.map((input, i) => (
                <th key={input.id} scope="col">
                  <Head
                    label={input.label ?? words.table.input(i + 1)}
                    disabled={readOnly}
                    onRemove={() => onChange(removeColumn(table, 'when', i))}
                  />
                  {cell(
                    { row: -1, column: i },
                    words.table.inputFormula(i + 1),
                    input.expression,
                    ['inputs', i],
                    (next) => setInput(table, i, { expression: next }),
                  )}
                </th>
              ))}
              {table.outputs.map((output, i) => (
                <th key={output.id} scope="col" className="out">
                  <Head
                    label={words.table.output(i + 1)}
                    disabled={readOnly || table.outputs.length === 1}
                    onRemove={() => onChange(removeColumn(table, 'then', i))}
                  />
                  {cell(
                    { row: -1, column: table.inputs.length + i },
                    words.table.outputName(i + 1),
                    output.name,
                    ['outputs', i, 'name'],
                    (next) => (next === '' ? table : setOutput(table, i, { name: next })),
                  )}
                  <OutputValues
                    key={(output.values ?? []).join()}
                    label={words.table.values(output.name)}
                    values={output.values ?? []}
                    fault={faultAt(problems, ['outputs', i, 'values'])}
                    readOnly={readOnly}
                    onKeep={(values) => onChange(setOutput(table, i, { values }))}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((line, r) => (
              <tr key={line.id} className={r === row ? 'current' : undefined}>
                <th scope="row" className="sheet-no">
                  {r + 1}
                </th>
                {table.inputs.map((input, i) => (
                  <td key={input.id}>{body('when', r, i, line.when[i] ?? '', input.expression)}</td>
                ))}
                {table.outputs.map((output, i) => (
                  <td key={output.id} className="out">
                    {body('then', r, i, line.then[i] ?? '', output.name)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small quiet">{words.table.keys}</p>
    </div>
  );
}

function Head({ label, disabled, onRemove }: { label: string; disabled: boolean; onRemove: () => void }) {
  return (
    <div className="sheet-head">
      <span className="grow">{label}</span>
      <button
        type="button"
        className="plain icon"
        aria-label={words.table.removeColumn(label)}
        title={words.table.removeColumn(label)}
        disabled={disabled}
        onClick={onRemove}
      >
        <Trash2 size={12} aria-hidden />
      </button>
    </div>
  );
}

interface OutputValuesProps {
  label: string;
  values: readonly string[];
  fault: Problem | undefined;
  readOnly: boolean;
  onKeep: (values: string[]) => void;
}

/** The values that an output may have, parted by commas; kept when the field is left. */
function OutputValues({ label, values, fault, readOnly, onKeep }: OutputValuesProps) {
  const [text, setText] = useState(values.join(', '));
  const keep = () => {
    const next = splitValues(text);
    if (next.join() !== values.join()) onKeep(next);
  };
  return (
    <input
      className={fault === undefined ? 'sheet-values mono' : 'sheet-values mono wrong'}
      aria-label={label}
      title={fault === undefined ? label : `${fault.message} ${fault.hint}`}
      placeholder={words.table.anyValue}
      value={text}
      disabled={readOnly}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
      }}
    />
  );
}

interface ToolbarProps {
  table: DecisionTable;
  row: number;
  readOnly: boolean;
  onChange: (table: DecisionTable) => void;
  onInsert: () => void;
  onGo: (row: number) => void;
}

function Toolbar({ table, row, readOnly, onChange, onInsert, onGo }: ToolbarProps) {
  const last = table.rows.length - 1;
  const policies = Object.entries(words.table.policies).map(([value, label]) => ({ value, label }));
  return (
    <div className="row sheet-tools" role="toolbar" aria-label={words.table.tools}>
      <Select
        aria-label={words.table.hitPolicy}
        data={policies}
        value={table.hitPolicy}
        disabled={readOnly}
        w={210}
        onChange={(next) => {
          const hitPolicy = HIT_POLICIES.find((policy) => policy === next);
          if (hitPolicy !== undefined) onChange({ ...table, hitPolicy });
        }}
      />
      <span className="divider" />
      <Tool label={words.table.insert} disabled={readOnly} onClick={onInsert}>
        <ListPlus size={16} aria-hidden />
      </Tool>
      <Tool
        label={words.table.duplicate}
        disabled={readOnly || last < 0}
        onClick={() => {
          onChange(duplicateRow(table, row, nextId('r', table.rows)));
          onGo(row + 1);
        }}
      >
        <Copy size={16} aria-hidden />
      </Tool>
      <Tool
        label={words.table.up}
        disabled={readOnly || row <= 0}
        onClick={() => {
          onChange(moveRow(table, row, -1));
          onGo(row - 1);
        }}
      >
        <ArrowUp size={16} aria-hidden />
      </Tool>
      <Tool
        label={words.table.down}
        disabled={readOnly || row >= last}
        onClick={() => {
          onChange(moveRow(table, row, 1));
          onGo(row + 1);
        }}
      >
        <ArrowDown size={16} aria-hidden />
      </Tool>
      <Tool label={words.table.remove} disabled={readOnly || last < 0} onClick={() => onChange(removeRow(table, row))}>
        <Trash2 size={16} aria-hidden />
      </Tool>
      <span className="divider" />
      <button
        type="button"
        className="plain"
        disabled={readOnly}
        onClick={() => onChange(addInput(table, { id: nextId('i', table.inputs), expression: '' }))}
      >
        <Plus size={14} aria-hidden />
        {words.table.addInput}
      </button>
      <button
        type="button"
        className="plain"
        disabled={readOnly}
        onClick={() => {
          const id = nextId('o', table.outputs);
          onChange(addOutput(table, { id, name: words.table.newOutput(table.outputs.length + 1) }));
        }}
      >
        <Plus size={14} aria-hidden />
        {words.table.addOutput}
      </button>
    </div>
  );
}

function Tool({
  label,
  disabled,
  onClick,
  children,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className="plain icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
