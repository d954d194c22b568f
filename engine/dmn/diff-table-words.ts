/** The changes of a table as sentences, each with where it is. */
import type { CellChange, ColumnChange, FacetChange, RowChange, SettingChange, TableDiff } from './diff-table.ts';
import { passesAll } from './pass.ts';

export interface TableSentence {
  /** Where in the table: columns and rows stand under their ids, a cell under those of both. */
  readonly path: readonly string[];
  /** The texts of a cell or setting before and after; null where there was or is none, and for what is more than one. */
  readonly before: string | null;
  readonly after: string | null;
  readonly change: 'added' | 'removed' | 'changed';
  /** A row that was added or removed, as it reads under the heads of its columns; null for all else. */
  readonly row: WholeRow | null;
  /** Begins with a small letter, so that what the table belongs to can stand before it, and ends without a full stop. */
  readonly words: string;
}

/** A row as it was taken away or is there now, cell by cell from the left. */
export interface WholeRow {
  readonly change: 'added' | 'removed';
  /** What happened, without what the row says. */
  readonly words: string;
  readonly cells: readonly { readonly head: string; readonly text: string }[];
}

type Told = Omit<TableSentence, 'row'> & { readonly row?: WholeRow };

/** Every change on its own: a row that has two other cells than before gives two. */
export function tableSentences({ settings, columns, rows }: TableDiff): readonly TableSentence[] {
  const all = [...settings.map(settingSentence), ...columns.flatMap(columnSentences), ...rows.flatMap(rowSentences)];
  return all.map((one) => ({ row: null, ...one }));
}

const LONGEST = 60;

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** What stands between quotes in the table already gets no second ones. */
const quoted = (text: string): string => (/^"[^"]*"$/.test(text) ? `"${cut(text.slice(1, -1))}"` : `“${cut(text)}”`);

const said = (text: string | null): string => (text === null || text.trim() === '' ? 'empty' : quoted(text));

/** Two long texts may look the same when they are cut. */
function wasIs(before: string | null, after: string | null): string {
  const [was, is] = [said(before), said(after)];
  return was === is ? 'is another' : `was ${was}, is ${is}`;
}

const wereAre = (before: string | null, after: string | null): string =>
  before === null ? `are ${said(after)}` : `were ${said(before)}, are ${after === null ? 'any' : said(after)}`;

function settingSentence({ setting, before, after }: SettingChange): Told {
  const words = `the ${setting === 'hitPolicy' ? 'hit policy' : setting} was ${before ?? 'none'}, is ${after ?? 'none'}`;
  return { path: [setting], before, after, change: 'changed', words };
}

function columnSentences(column: ColumnChange): readonly Told[] {
  const { part, id, name, change, facets } = column;
  const path = [`${part}s`, id];
  const what = `the ${part} ${quoted(name)}`;
  const base = { path, before: null, after: null };
  switch (change) {
    case 'added':
    case 'removed':
      return [{ ...base, change, words: `${what} was ${change}${aboutText(column)}` }];
    case 'moved':
      return [{ ...base, change: 'changed', words: `${what} was moved to place ${(column.after ?? 0) + 1}` }];
    case 'renamed':
      return [{ ...base, change: 'changed', words: renamedText(column) }];
    case 'changed':
      return facets.map(({ facet, before, after }) => ({
        path: [...path, facet],
        before,
        after,
        change: 'changed',
        words: `${what}: its ${facetText(facet)} ${facet === 'values' ? wereAre(before, after) : wasIs(before, after)}`,
      }));
  }
}

/** A label hides the expression that a head shows otherwise. */
function renamedText({ part, name, facets }: ColumnChange): string {
  const of = (facet: string): FacetChange | undefined => facets.find((one) => one.facet === facet);
  const [label, expression] = [of('label'), of('expression')];
  const head = label ?? expression ?? of('name');
  const what = `the ${part} ${quoted(head?.before ?? expression?.before ?? name)}`;
  if (label === undefined && expression !== undefined) return `${what} now asks for ${quoted(name)}`;
  const also = expression === undefined ? '' : `; its expression ${wasIs(expression.before, expression.after)}`;
  return `${what} is now called ${quoted(name)}${also}`;
}

const facetText = (facet: string): string => (facet === 'values' ? 'allowed values' : facet);

function aboutText({ name, facets }: ColumnChange): string {
  const parts = facets
    .map(({ facet, before, after }) => ({ facet, text: before ?? after ?? '' }))
    .filter(({ facet, text }) => facet !== 'label' && facet !== 'name' && text !== name)
    .map(({ facet, text }) => `${facetText(facet)} ${quoted(text)}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

const PART_PATHS = { input: ['when'], output: ['then'], row: [] } as const;

function rowSentences(row: RowChange): readonly Told[] {
  const { id, change, before, after, cells } = row;
  const path = ['rows', id];
  const base = { path, before: null, after: null };
  const number = (after ?? before ?? 0) + 1;
  switch (change) {
    case 'added':
    case 'removed': {
      const words = `row ${number} was ${change}`;
      const whole = { change, words, cells: cellsOf(cells) };
      return [{ ...base, change, words: `${words}${saysText(cells)}`, row: whole }];
    }
    case 'moved':
      return [
        {
          ...base,
          change: 'changed',
          words:
            before === after
              ? `row ${number} was moved past others`
              : `row ${(before ?? 0) + 1} was moved and is now row ${number}`,
        },
      ];
    case 'changed': {
      const place = before === after ? `row ${number}` : `row ${number} (row ${(before ?? 0) + 1} before)`;
      return cells.map((cell) => ({
        path: [...path, ...PART_PATHS[cell.part], cell.column],
        before: cell.before,
        after: cell.after,
        change: cell.before === null ? 'added' : cell.after === null ? 'removed' : 'changed',
        words: `${place}: ${cellText(cell)}`,
      }));
    }
  }
}

const cellsOf = (cells: readonly CellChange[]): WholeRow['cells'] =>
  cells
    .filter(({ part, before, after }) => part !== 'row' || (before ?? after ?? '').trim() !== '')
    .map(({ name, before, after }) => ({ head: name, text: before ?? after ?? '' }));

const cellName = ({ part, name }: CellChange): string => (part === 'row' ? `the ${name}` : quoted(name));

function cellText(cell: CellChange): string {
  const { part, before, after } = cell;
  const what = cellName(cell);
  if (part !== 'row' && before === null) return `${what} is ${said(after)}`;
  if (part !== 'row' && after === null) return `${what} was ${said(before)}`;
  return `${what} ${wasIs(before, after)}`;
}

function saysText(cells: readonly CellChange[]): string {
  const parts = cells.flatMap((cell) => {
    const text = cell.before ?? cell.after ?? '';
    return cell.part === 'input' && passesAll(text) ? [] : [`${cellName(cell)} ${quoted(text)}`];
  });
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
