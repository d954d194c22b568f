/**
 * What the parts of a sheet are: its head, its columns and its rows. A sheet that we wrote says so itself. Of any other
 * the first row is taken for headings, and what a column is for comes from the table, from the fields in scope, or from
 * the person.
 */
import type { DecisionTable } from '../table-document.ts';
import { cellText, isBlankRow } from './grid.ts';
import { isKept, readOptionalText, unkeep } from './escape.ts';
import type { SheetCell, SheetGrid, SheetRow } from './grid.ts';
import { headRowOf, isRole, readPolicy } from './head.ts';
import type { HeadRow, Policy } from './head.ts';
import { guessRoles } from './guess-roles.ts';
import type { GuessedColumn, LayoutOptions } from './guess-roles.ts';
import { SheetRefused } from './refused.ts';

export interface LayoutColumn extends GuessedColumn {
  /** What the head says, by its rows; absent when there is no such row. A blank cell says that there is none. */
  readonly head: Head;
}

export type Head = Readonly<Partial<Record<HeadRow | 'label', SheetCell>>>;

export interface SheetLayout {
  /** Whether it is a sheet of our own, where an apostrophe marks a text and the first column holds ids. */
  readonly own: boolean;
  /** Null when the sheet does not say. */
  readonly policy: Policy | null;
  /** The words of the first cell when they name no hit policy that there is. */
  readonly unknownPolicy: string | null;
  readonly columns: readonly LayoutColumn[];
  readonly body: readonly SheetRow[];
  /** The row of the sheet that holds the defaults; 0 when there is none. */
  readonly defaultsAt: number;
}

export function layoutOf(grid: SheetGrid, options: LayoutOptions): SheetLayout {
  const [first] = grid;
  if (first === undefined)
    throw new SheetRefused('The sheet is empty.', 'Its first row names the columns, and the rules stand below.');
  const policy = readPolicy(unkeep(cellText(first.cells[0])));
  return policy === null ? foreignLayout(grid, options) : ownLayout(grid, policy, options);
}

const widthOf = (rows: readonly SheetRow[]): number =>
  rows.reduce((width, { cells }) => Math.max(width, cells.length), 0);

function foreignLayout(grid: SheetGrid, options: LayoutOptions): SheetLayout {
  const [first, ...body] = withoutTitle(grid);
  const headings = Array.from({ length: widthOf(grid) }, (_, i) => cellText(first?.cells[i]).trim());
  return {
    own: false,
    policy: null,
    unknownPolicy: null,
    columns: guessRoles(headings, body, options).map((column) => ({ ...column, head: {} })),
    body,
    defaultsAt: 0,
  };
}

/** A row with one cell above wider ones is a title, not headings. */
function withoutTitle(grid: SheetGrid): SheetGrid {
  const filled = (row: SheetRow | undefined): number =>
    row?.cells.filter((cell) => cellText(cell).trim() !== '').length ?? 0;
  const at = grid.findIndex((row, i) => filled(row) > 1 || filled(grid[i + 1]) < 2);
  return at <= 0 ? grid : grid.slice(at);
}

function ownLayout(grid: SheetGrid, policy: Policy | 'unknown', options: LayoutOptions): SheetLayout {
  const heads = new Map<HeadRow, SheetRow>();
  let at = 1;
  for (; at < grid.length; at += 1) {
    const row = grid[at];
    const word = row === undefined ? null : headRowOf(cellText(row.cells[0]));
    if (row === undefined || word === null) break;
    if (heads.has(word))
      throw new SheetRefused(
        `Row ${row.number} of the sheet says “${cellText(row.cells[0])}” again.`,
        'Keep one of them.',
      );
    heads.set(word, row);
  }
  const width = widthOf(grid);
  const columns: LayoutColumn[] = [];
  for (let column = 1; column < width; column += 1) {
    const head = headOf(grid, heads, column);
    const isEmpty = grid.every(({ cells }) => isBlankRow(cells.slice(column, column + 1)));
    if (!isEmpty) columns.push(ownColumn(column, head, options));
  }
  const ids: LayoutColumn = { column: 0, heading: '', role: 'row id', guessed: false, target: '', match: -1, head: {} };
  return {
    own: true,
    policy: policy === 'unknown' ? null : policy,
    unknownPolicy: policy === 'unknown' ? cellText(grid[0]?.cells[0]) : null,
    columns: [ids, ...columns],
    body: grid.slice(at),
    defaultsAt: heads.get('default')?.number ?? 0,
  };
}

function headOf(grid: SheetGrid, heads: ReadonlyMap<HeadRow, SheetRow>, column: number): Head {
  const blank: SheetCell = { kind: 'blank' };
  const rows = [...heads].map(([word, row]) => [word, row.cells[column] ?? blank] as const);
  return { label: grid[0]?.cells[column] ?? blank, ...Object.fromEntries(rows) };
}

function ownColumn(column: number, head: Head, { existing, roles }: LayoutOptions): LayoutColumn {
  const heading = unkeep(cellText(head.label)).trim();
  const says = (row: HeadRow): string | undefined => readOptionalText(cellText(head[row]));
  const word = cellText(head.role).trim().toLowerCase();
  const given = roles.get(column) ?? (isRole(word) ? word : undefined);
  const id = says('id');
  const target = head.expression === undefined ? undefined : (says('expression') ?? '');
  const found = (['input', 'output'] as const)
    .filter((role) => given === undefined || role === given)
    .map((role) => ({ role, match: existing === null ? -1 : matchOwn(existing, role, { id, target, heading }) }))
    .find(({ match }) => match >= 0);
  const role = given ?? found?.role ?? (/^notes?$/i.test(heading) ? 'note' : 'output');
  const isRow = role === 'input' || role === 'output';
  return {
    column,
    heading: heading === '' && isRow ? (target ?? '') : heading,
    role,
    guessed: given === undefined && found === undefined,
    // A column that somebody added has a heading and, often, nothing else.
    target: isRow ? (target === undefined || (target === '' && role === 'output') ? heading : target) : '',
    match: isRow ? (found?.match ?? -1) : -1,
    head,
  };
}

interface Sought {
  readonly id: string | undefined;
  readonly target: string | undefined;
  readonly heading: string;
}

/** The column of a table that one of our sheets means: by its id, then by its expression or name, then by its heading. */
function matchOwn(table: DecisionTable, role: 'input' | 'output', { id, target, heading }: Sought): number {
  const columns =
    role === 'input'
      ? table.inputs.map((one) => ({ id: one.id, target: one.expression, label: one.label ?? one.expression }))
      : table.outputs.map((one) => ({ id: one.id, target: one.name, label: one.name }));
  const by = [
    columns.findIndex((one) => one.id === id),
    columns.findIndex((one) => target !== undefined && target !== '' && one.target === target),
    target === undefined && id === undefined ? columns.findIndex((one) => one.label === heading) : -1,
  ];
  return by.find((at) => at >= 0) ?? -1;
}

/** Whether a heading says that a label is there: marked, or other words than the expression. */
export const labelOf = (heading: SheetCell | undefined, expression: string): string | undefined => {
  const text = cellText(heading);
  if (text === '' || text === expression) return undefined;
  return isKept(text) ? unkeep(text) : text;
};
