/** What the columns of a sheet are for that somebody else made: one row of headings, and rules below. */
import type { FeelScopeTypes } from '../../feel/problem.ts';
import type { FeelType } from '../../feel/type.ts';
import type { DecisionTable } from '../table-document.ts';
import { cellText } from './grid.ts';
import type { SheetRow } from './grid.ts';
import type { Role } from './head.ts';

export interface LayoutOptions {
  readonly existing: DecisionTable | null;
  readonly scope: FeelScopeTypes;
  /** What the person says a column is for, by its place counted from 0. */
  readonly roles: ReadonlyMap<number, Role>;
}

export interface GuessedColumn {
  /** Counted from 0 in the sheet. */
  readonly column: number;
  readonly heading: string;
  readonly role: Role;
  /** Whether nothing in the sheet, in the table or from the person says so. */
  readonly guessed: boolean;
  /** The expression of a new input, the name of a new output; '' for others. */
  readonly target: string;
  /** The input or output of the table that is meant; -1 for none. */
  readonly match: number;
}

const NOTE = /^(?:notes?|comments?|remarks?|annotations?|bemerkung(?:en)?|kommentar|notiz|remarques?|commentaire)$/i;
const ROW_ID = /^(?:row ?id|rule ?id)$/i;

/** Headings that differ only in case and in what parts their words are the same: `Customer tier`, `customer_tier`. */
const same = (text: string): string => text.toLowerCase().replaceAll(/[\s_\-.]+/g, '');

export function guessRoles(
  headings: readonly string[],
  body: readonly SheetRow[],
  { existing, scope, roles }: LayoutOptions,
): readonly GuessedColumn[] {
  const fields = fieldsOf(scope);
  const columns = headings.map((heading, column) => {
    const given = roles.get(column);
    const isEmpty = heading === '' && body.every(({ cells }) => cellText(cells[column]).trim() === '');
    return guess({ heading, column, given, isEmpty }, existing, fields);
  });
  return withOutput(columns, roles);
}

interface Sought {
  readonly heading: string;
  readonly column: number;
  readonly given: Role | undefined;
  readonly isEmpty: boolean;
}

function guess(sought: Sought, existing: DecisionTable | null, fields: ReadonlyMap<string, string>): GuessedColumn {
  const { heading, column, given } = sought;
  const input = matchInput(existing, heading);
  const output = matchOutput(existing, heading);
  const field = fields.get(same(heading));
  const as = (role: Role, guessed: boolean, target = '', match = -1): GuessedColumn => ({
    column,
    heading,
    role,
    guessed: guessed && given === undefined,
    target,
    match,
  });
  const asInput = (): GuessedColumn => as('input', input < 0, field ?? heading, input);
  const asOutput = (): GuessedColumn => as('output', output < 0, heading, output);
  if (given !== undefined) return given === 'input' ? asInput() : given === 'output' ? asOutput() : as(given, false);
  if (heading === '') return as('left out', !sought.isEmpty);
  if (input >= 0) return asInput();
  if (output >= 0) return asOutput();
  if (ROW_ID.test(heading)) return as('row id', true);
  if (NOTE.test(heading)) return as('note', true);
  return field === undefined ? asOutput() : asInput();
}

/**
 * A table needs an output and rarely has only outputs: where no column is named after a field, the last one is the
 * output and those before it are inputs; where every column is, the last one is the output.
 */
function withOutput(columns: readonly GuessedColumn[], roles: ReadonlyMap<number, Role>): readonly GuessedColumn[] {
  const open = columns.filter(
    ({ column, guessed, role }) => guessed && (role === 'input' || role === 'output') && !roles.has(column),
  );
  const last = open.at(-1);
  const inputs = columns.filter(({ role }) => role === 'input').length;
  const outputs = columns.filter(({ role }) => role === 'output').length;
  const known = columns.some(({ match }) => match >= 0);
  if (last === undefined || known || (inputs > 0 && outputs > 0)) return columns;
  if (outputs === 0) {
    return columns.map((one) => (one === last ? { ...one, role: 'output' as const, target: one.heading } : one));
  }
  const before = new Set(open.slice(0, -1));
  return columns.map((one) => (before.has(one) ? { ...one, role: 'input' as const, target: one.heading } : one));
}

function matchInput(table: DecisionTable | null, heading: string): number {
  if (table === null || heading === '') return -1;
  const exact = table.inputs.findIndex(({ label, expression }) => label === heading || expression === heading);
  if (exact >= 0) return exact;
  return table.inputs.findIndex(({ label, expression }) =>
    [label ?? '', expression, expression.split('.').at(-1) ?? ''].some((text) => same(text) === same(heading)),
  );
}

function matchOutput(table: DecisionTable | null, heading: string): number {
  if (table === null || heading === '') return -1;
  const exact = table.outputs.findIndex(({ name }) => name === heading);
  return exact >= 0 ? exact : table.outputs.findIndex(({ name }) => same(name) === same(heading));
}

const MAX_FIELDS = 2000;

/** Every field in scope by its name and by its path; the path is what an input asks for. The shortest path wins. */
function fieldsOf(scope: FeelScopeTypes): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let level: (readonly [string, FeelType])[] = Object.entries(scope);
  while (level.length > 0 && found.size < MAX_FIELDS) {
    const next: (readonly [string, FeelType])[] = [];
    for (const [path, type] of level) {
      const name = path.split('.').at(-1) ?? path;
      for (const key of [same(path), same(name)]) if (!found.has(key)) found.set(key, path);
      if (type.kind === 'context' && path.split('.').length < 4)
        next.push(...Object.entries(type.fields).map(([field, of]) => [`${path}.${field}`, of] as const));
    }
    level = next;
  }
  return found;
}
