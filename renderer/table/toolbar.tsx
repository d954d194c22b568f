import { ArrowDown, ArrowUp, Copy, FlaskConical, ListPlus, Plus, Trash2, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { shownKeys } from '../commands/chord.ts';
import { useOffer } from '../commands/offered.ts';
import { isMac } from '../commands/keys-shown.tsx';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { canDo, SHEET_ACTS, type SheetAct } from './commands.ts';
import { HitPolicyChooser } from './hit-policy.tsx';
import { addInput, addOutput } from './model/edits.ts';
import { at, HEAD, single } from './model/selection.ts';
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
  const { table, readOnly } = sheet;
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
  useOffer({ 'table.add-input': readOnly ? null : newInput, 'table.add-output': readOnly ? null : newOutput });
  return (
    <div className="sheet-tools" role="toolbar" aria-label={words().table.tools} data-part="tools">
      <HitPolicyChooser table={table} readOnly={readOnly} onChange={onChange} />
      <span className="divider" />
      {SHOWN.map(([id, Icon]) => (
        <Tool key={id} id={id} sheet={sheet} Icon={Icon} />
      ))}
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

/** The acts that have a button. */
const SHOWN: readonly (readonly [SheetAct['id'], LucideIcon])[] = [
  ['table.row-below', ListPlus],
  ['table.duplicate-rows', Copy],
  ['table.rows-up', ArrowUp],
  ['table.rows-down', ArrowDown],
  ['table.remove-rows', Trash2],
];

/** A command of the sheet as a button. */
function Tool({ id, sheet, Icon }: { id: SheetAct['id']; sheet: Sheet; Icon: LucideIcon }) {
  const found = SHEET_ACTS.find((one) => one.id === id);
  if (found === undefined) return null;
  const { word, act, chord } = found;
  const label = words().table.acts[word];
  return (
    <button
      type="button"
      className="plain icon"
      aria-label={label}
      title={chord === undefined ? label : `${label} (${shownKeys(chord, isMac()).join(' ')})`}
      disabled={!canDo(act, sheet)}
      onClick={() => sheet.run(act)}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
