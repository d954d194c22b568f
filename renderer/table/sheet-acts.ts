import type { DecisionTable } from '../../engine/dmn/table.ts';
import { perform, type TableAct } from './model/acts.ts';
import { insertRows, writeCells } from './model/edits.ts';
import type { KeyAct } from './model/keys.ts';
import { paste } from './model/paste.ts';
import { at, HEAD, moved, nextCell, single, type At, type Motion, type Selection } from './model/selection.ts';
import { cellText, emptyText, isBlank, sizeOf, type Column, type Size } from './model/shape.ts';
import { readTsv } from './model/tsv.ts';
import { words } from '../words/index.ts';

/** A sheet as it is when something is done to it, and the ways to change it. */
export interface Turn {
  readonly table: DecisionTable;
  readonly columns: readonly Column[];
  readonly size: Size;
  readonly selection: Selection;
  readonly readOnly: boolean;
  /** The column in which a row that is filled in with Tab was begun: Enter goes on below it. */
  readonly begun: number | null;
  /** Selects within a size, which may be that of a table to come. */
  readonly select: (selection: Selection, begun: number | null, within: Size) => void;
  readonly change: (table: DecisionTable) => void;
  readonly edit: (text: string | null) => void;
  readonly open: (column: string) => void;
  readonly say: (what: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly widen: (column: Column, by: -1 | 1) => void;
}

/** Where the keyboard goes once a cell was written. */
export type Then = 'down' | 'up' | 'right' | 'left' | 'stay';

const STEPS: Readonly<Record<Exclude<Then, 'stay'>, Motion>> = {
  down: { to: 'down' },
  up: { to: 'up' },
  right: { to: 'right' },
  left: { to: 'left' },
};

const filledIn =
  ({ table, columns }: Turn) =>
  ({ row, column }: At): boolean => {
    const [line, of] = [table.rows[row], columns[column]];
    return line !== undefined && of !== undefined && !isBlank(cellText(line, of));
  };

/** Does what a key or a button asks for; gives whether there was anything to do. */
export function runAct(act: KeyAct, turn: Turn): boolean {
  const { columns, size, selection, readOnly, begun } = turn;
  const { anchor } = selection;
  const column = columns[anchor.column];
  switch (act.act) {
    case 'go':
      turn.select(moved(selection, size, act.motion, act.extend, filledIn(turn)), null, size);
      return true;
    case 'tab': {
      const next = nextCell(anchor, size, act.back ? -1 : 1);
      if (next !== null) turn.select(single(next), next.row === anchor.row ? (begun ?? anchor.column) : null, size);
      return next !== null;
    }
    case 'enter': {
      const from = single(at(anchor.row, begun ?? anchor.column));
      turn.select(moved(from, size, STEPS[act.back ? 'up' : 'down'], false, filledIn(turn)), null, size);
      return true;
    }
    case 'select':
      turn.select(selected(act.what, selection, size), null, size);
      return true;
    case 'edit':
      if (readOnly || anchor.row === HEAD) return false;
      turn.edit(act.text);
      return true;
    case 'open column':
      if (column !== undefined && column.side !== 'note') turn.open(column.key);
      return true;
    case 'undo':
    case 'redo':
      turn[act.act]();
      return true;
    case 'widen':
      if (column !== undefined) turn.widen(column, act.by);
      return true;
    default:
      if (!readOnly) performAct(act, turn);
      return true;
  }
}

function performAct(act: TableAct, { table, selection, change, select, say }: Turn): void {
  const done = perform(act, table, selection, words().table.newOutput(table.outputs.length + 1));
  change(done.table);
  select(done.selection, null, sizeOf(done.table, true));
  if (done.refused !== null) say(words().table.refused[done.refused]);
}

function selected(what: 'all' | 'rows' | 'columns' | 'one', { anchor, focus }: Selection, size: Size): Selection {
  switch (what) {
    case 'all':
      return { anchor: at(0, 0), focus: at(size.rows - 1, size.columns - 1), span: 'cells' };
    case 'one':
      return single(anchor);
    default:
      return { anchor, focus, span: what };
  }
}

/** Writes into the anchor's cell, which begins a row when there was none, and goes on. */
export function writeCell(text: string, then: Then, turn: Turn): void {
  const { table, columns, size, selection, begun } = turn;
  const { anchor } = selection;
  const column = columns[anchor.column];
  const isNew = anchor.row === table.rows.length;
  if (column !== undefined && !(isNew && text.trim() === '')) {
    const whole = isNew ? insertRows(table, anchor.row, 1) : table;
    const one = { top: anchor.row, bottom: anchor.row, left: anchor.column, right: anchor.column };
    turn.change(writeCells(whole, one, () => (text.trim() === '' ? emptyText(column) : text)));
  }
  if (then === 'stay') return;
  const grown = { ...size, rows: Math.max(size.rows, anchor.row + 1) };
  const ends = then === 'down' || then === 'up';
  const from = single(at(anchor.row, ends ? (begun ?? anchor.column) : anchor.column));
  const next = moved(from, grown, STEPS[then], false, filledIn(turn));
  turn.select(next, ends ? null : (begun ?? anchor.column), grown);
}

/** Pastes cells as a spreadsheet leaves them on the clipboard, and says what did not fit. */
export function pasteText(text: string, { table, selection, readOnly, change, select, say }: Turn): void {
  if (readOnly) return;
  if (text === '') {
    say(words().table.nothingToPaste);
    return;
  }
  const { table: next, selection: now, left } = paste(table, selection, readTsv(text));
  change(next);
  select(now, null, sizeOf(next, true));
  const out = (['columns', 'rows', 'tooLong'] as const).filter((what) => left[what] > 0);
  if (out.length > 0) say(out.map((what) => words().table.leftOut[what](left[what])).join(' '));
}
