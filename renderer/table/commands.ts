import type { Command } from '../commands/command.ts';
import { offered } from '../commands/offered.ts';
import { words } from '../words/index.ts';
import type { KeyAct } from './model/keys.ts';
import { axisOf } from './model/selection.ts';
import type { Sheet } from './use-sheet.ts';

/** What can be done with a decision table that is on the screen. Its keys are its own: of spreadsheets, and not chosen. */

type SheetWord = keyof ReturnType<typeof words>['table']['acts'];

export interface SheetAct {
  readonly id: `table.${string}`;
  readonly word: SheetWord;
  readonly act: KeyAct;
  readonly chord?: string;
}

const insert = (axis: 'rows' | 'columns', where: 'before' | 'after'): KeyAct => ({
  act: 'insert',
  axis,
  where,
  one: true,
});
const move = (axis: 'rows' | 'columns', by: -1 | 1): KeyAct => ({ act: 'move', axis, by });

/** Acts on rows, columns and cells. */
export const SHEET_ACTS: readonly SheetAct[] = [
  { id: 'table.row-below', word: 'rowBelow', act: insert('rows', 'after'), chord: 'Ctrl+Enter' },
  { id: 'table.row-above', word: 'rowAbove', act: insert('rows', 'before'), chord: 'Ctrl+Shift+Enter' },
  { id: 'table.duplicate-rows', word: 'duplicateRows', act: { act: 'duplicate', axis: 'rows' }, chord: 'Ctrl+Shift+D' },
  { id: 'table.rows-up', word: 'rowsUp', act: move('rows', -1), chord: 'Alt+ArrowUp' },
  { id: 'table.rows-down', word: 'rowsDown', act: move('rows', 1), chord: 'Alt+ArrowDown' },
  { id: 'table.remove-rows', word: 'removeRows', act: { act: 'remove', axis: 'rows' }, chord: 'Ctrl+-' },
  { id: 'table.column-left', word: 'columnLeft', act: insert('columns', 'before') },
  { id: 'table.column-right', word: 'columnRight', act: insert('columns', 'after') },
  { id: 'table.duplicate-columns', word: 'duplicateColumns', act: { act: 'duplicate', axis: 'columns' } },
  { id: 'table.columns-left', word: 'columnsLeft', act: move('columns', -1), chord: 'Alt+ArrowLeft' },
  { id: 'table.columns-right', word: 'columnsRight', act: move('columns', 1), chord: 'Alt+ArrowRight' },
  { id: 'table.remove-columns', word: 'removeColumns', act: { act: 'remove', axis: 'columns' } },
  { id: 'table.clear', word: 'clear', act: { act: 'clear' }, chord: 'Delete' },
  { id: 'table.fill-down', word: 'fillDown', act: { act: 'fill down' }, chord: 'Ctrl+D' },
];

/** Is there anything to do it to? */
export function canDo(act: KeyAct, { readOnly, selection, range, size }: Sheet): boolean {
  if (readOnly) return false;
  if (act.act !== 'insert' && act.act !== 'move' && act.act !== 'duplicate' && act.act !== 'remove') return true;
  if (act.axis !== 'rows') return true;
  if (act.act === 'insert') return size.open;
  const none = axisOf(selection) === 'columns' || range.bottom < range.top;
  if (act.act !== 'move') return !none;
  return !none && (act.by < 0 ? range.top > 0 : range.bottom < size.rows - 1);
}

/** The same as commands. */
export const sheetOffers = (sheet: Sheet): Record<string, (() => void) | null> =>
  Object.fromEntries(SHEET_ACTS.map(({ id, act }) => [id, canDo(act, sheet) ? () => void sheet.run(act) : null]));

const of = (id: string, title: () => string): Command => offered({ id, title, group: 'table', reach: 'window' });

export const TABLE_COMMANDS: readonly Command[] = [
  of('table.edit', () => words().table.acts.edit),
  ...SHEET_ACTS.map(({ id, word, chord }) => ({
    ...of(id, () => words().table.acts[word]),
    ...(chord === undefined ? {} : { ownKeys: [chord] }),
  })),
  of('table.add-input', () => words().table.acts.addInput),
  of('table.add-output', () => words().table.acts.addOutput),
  of('table.try', () => words().table.acts.try),
  of('table.take-sheet', () => words().sheets.take),
  of('table.give-xlsx', () => words().sheets.give.xlsx),
  of('table.give-csv', () => words().sheets.give.csv),
  of('table.give-csv-european', () => words().sheets.give['csv for European Excel']),
  of('table.take-dmn', () => words().dmn.take),
  of('table.give-dmn', () => words().dmn.give['1.5']),
  of('table.give-dmn-1-3', () => words().dmn.give['1.3']),
];
