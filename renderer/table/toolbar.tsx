import { ArrowDown, ArrowUp, Copy, FlaskConical, ListPlus, Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { shownKeys } from '../commands/chord.ts';
import { isMac } from '../commands/keys-shown.tsx';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { HitPolicyChooser } from './hit-policy.tsx';
import { addInput, addOutput } from './model/edits.ts';
import { at, axisOf, HEAD, single } from './model/selection.ts';
import type { Sheet } from './use-sheet.ts';
import { words } from '../words/index.ts';

interface ToolbarProps {
  sheet: Sheet;
  onChange: (table: DecisionTable) => void;
  /** Import and export. */
  exchange: ReactNode;
  trying: boolean;
  onTry: () => void;
}

/** The hit policy, and what can be done to rows and columns without knowing the keys. */
export function Toolbar({ sheet, onChange, exchange, trying, onTry }: ToolbarProps) {
  const { table, readOnly, selection, range, size } = sheet;
  const none = readOnly || axisOf(selection) === 'columns' || range.bottom < range.top;
  const rows = 'rows';
  const added = (next: DecisionTable, column: number, key: string): void => {
    onChange(next);
    sheet.select(single(at(HEAD, column)));
    sheet.open(key);
  };
  const newInput = (): void => {
    const next = addInput(table, table.inputs.length);
    added(next, table.inputs.length, `when ${next.inputs.at(-1)?.id ?? ''}`);
  };
  const newOutput = (): void => {
    const next = addOutput(table, table.outputs.length, { name: words().table.newOutput(table.outputs.length + 1) });
    added(next, table.inputs.length + table.outputs.length, `then ${next.outputs.at(-1)?.id ?? ''}`);
  };
  return (
    <div className="sheet-tools" role="toolbar" aria-label={words().table.tools} data-part="tools">
      <HitPolicyChooser table={table} readOnly={readOnly} onChange={onChange} />
      <span className="divider" />
      <Tool
        label={words().table.insert}
        chord="Ctrl+Enter"
        disabled={readOnly || !size.open}
        onClick={() => sheet.run({ act: 'insert', axis: rows, where: 'after', one: true })}
      >
        <ListPlus size={16} aria-hidden />
      </Tool>
      <Tool
        label={words().table.duplicate}
        chord="Ctrl+Shift+D"
        disabled={none}
        onClick={() => sheet.run({ act: 'duplicate', axis: rows })}
      >
        <Copy size={16} aria-hidden />
      </Tool>
      <Tool
        label={words().table.up}
        chord="Alt+ArrowUp"
        disabled={none || range.top === 0}
        onClick={() => sheet.run({ act: 'move', axis: rows, by: -1 })}
      >
        <ArrowUp size={16} aria-hidden />
      </Tool>
      <Tool
        label={words().table.down}
        chord="Alt+ArrowDown"
        disabled={none || range.bottom === size.rows - 1}
        onClick={() => sheet.run({ act: 'move', axis: rows, by: 1 })}
      >
        <ArrowDown size={16} aria-hidden />
      </Tool>
      <Tool
        label={words().table.remove}
        chord="Ctrl+-"
        disabled={none}
        onClick={() => sheet.run({ act: 'remove', axis: rows })}
      >
        <Trash2 size={16} aria-hidden />
      </Tool>
      <span className="divider" />
      <button type="button" className="plain" disabled={readOnly} onClick={newInput}>
        <Plus size={14} aria-hidden />
        {words().table.addInput}
      </button>
      <button type="button" className="plain" disabled={readOnly} onClick={newOutput}>
        <Plus size={14} aria-hidden />
        {words().table.addOutput}
      </button>
      <span className="grow" />
      {exchange}
      <button type="button" className="plain" aria-pressed={trying} onClick={onTry}>
        <FlaskConical size={14} aria-hidden />
        {words().table.trial.open}
      </button>
    </div>
  );
}

interface ToolProps {
  label: string;
  chord: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, chord, disabled, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      className="plain icon"
      aria-label={label}
      title={`${label} (${shownKeys(chord, isMac()).join(' ')})`}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
