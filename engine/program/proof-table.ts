/** A decision table row by row, as the safety proof follows it. */
import type { DecisionTable } from '../dmn/table.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { cellOf, termOf, valueOf, type Cell, type CellTerm, type Facts, type Term } from './proof-expressions.ts';
import { isLight } from './proof-light.ts';
import { EVERYTHING, exactly, isEmpty, isWithin, meet, minus, NOTHING, type ValueSet } from './proof-values.ts';

/** One way through a table: what it teaches of what was read, and what it gives. */
export interface Pass {
  /** The id of the row; null when no row counts. */
  readonly row: string | null;
  /** Of the columns, under the texts of their expressions, as they were when the table ran. */
  readonly learned: Facts;
  /** The outputs by name; null where nothing is known of them. */
  readonly outputs: ReadonlyMap<string, ValueSet> | null;
}

/** A table prepared for the proof. */
export interface TableTerms {
  readonly table: DecisionTable;
  readonly columns: readonly Column[];
  /** For each row the cells by column, and the outputs. */
  readonly rows: readonly { id: string; cells: readonly Cell[]; outputs: readonly Term[] }[];
  readonly defaults: readonly (Term | null)[];
  /** A table that outruns its budget gives null. */
  readonly mayFail: boolean;
}

/** The columns with one expression, which are one to the proof. */
export interface Column {
  readonly term: Term;
  /** The columns of the table that it stands for. */
  readonly at: readonly number[];
  /** What its values can be by the declaration of the input. */
  readonly domain: ValueSet;
}

/** Regions of one row at most; beyond, fewer other rows are taken into account. */
const MAX_REGIONS = 24;
/** Cells that may need to be worked out before their budget is in doubt. */
const MAX_WORKED_CELLS = 500;

/** `domainOf` says what values an expression can have whatever happened before. */
export function tableTerms(
  table: DecisionTable,
  scope: FeelScopeTypes,
  domainOf: (term: Term) => ValueSet,
): TableTerms {
  const columns: { term: Term; at: number[]; domain: ValueSet }[] = [];
  for (const [i, input] of table.inputs.entries()) {
    const term = termOf(input.expression, scope);
    const twin = term.key === null ? undefined : columns.find((column) => column.term.key === term.key);
    if (twin === undefined) columns.push({ term, at: [i], domain: domainOf(term) });
    else twin.at.push(i);
  }
  const cells = new Map<string, CellTerm>();
  const cellAt = (source: string): CellTerm => {
    const text = source.trim() === '' ? '-' : source.trim();
    const known = cells.get(text) ?? cellOf(text, scope);
    cells.set(text, known);
    return known;
  };
  const terms = new Map<string, Term>();
  const termAt = (source: string): Term => {
    const text = source.trim() === '' ? 'null' : source;
    const known = terms.get(text) ?? termOf(text, scope);
    terms.set(text, known);
    return known;
  };
  const rows = table.rows.map((row) => ({
    id: row.id,
    cells: table.inputs.map((_, i) => cellAt(row.when[i] ?? '')),
    outputs: table.outputs.map((_, i) => termAt(row.then[i] ?? '')),
  }));
  const defaults = table.outputs.map((output) => (output.default?.trim() ? termAt(output.default) : null));
  for (const input of table.inputs) cellAt(input.values ?? '-');
  // Literals are compared for nothing; what has to be worked out costs a little for each row.
  const worked = [...cells.values()].filter((cell) => cell.over !== cell.under);
  const light =
    columns.every(({ term }) => isLight(term)) &&
    [...terms.values()].every(isLight) &&
    worked.every((cell) => isLight(cell.term)) &&
    (worked.length === 0 || rows.length * columns.length <= MAX_WORKED_CELLS);
  return { table, columns, rows, defaults, mayFail: !light };
}

/** Every way through a table that facts leave open. */
export function passesOf(terms: TableTerms, facts: Facts): Pass[] {
  const { table, rows, columns } = terms;
  if (LISTS.has(table.hitPolicy)) return [{ row: null, learned: new Map(), outputs: null }];
  const start = columns.map((column) => meet(valueOf(column.term, facts), column.domain));
  const over = rows.map((row) => boxOf(row.cells, columns, 'over'));
  const under = rows.map((row) => boxOf(row.cells, columns, 'under'));
  const passes: Pass[] = [];
  rows.forEach((row, i) => {
    // FIRST: no earlier row matched. UNIQUE: no other; where one does, the run fails and goes no further.
    const others =
      table.hitPolicy === 'FIRST' ? under.slice(0, i) : table.hitPolicy === 'UNIQUE' ? under.toSpliced(i, 1) : [];
    for (const region of without(meetBoxes(start, over[i] ?? []), others)) {
      passes.push(passOf(row.id, region, columns, facts, table, row.outputs));
    }
  });
  for (const region of without(start, under)) passes.push(passOf(null, region, columns, facts, table, terms.defaults));
  if (terms.mayFail || table.hitPolicy === 'ANY') {
    // A budget that is spent, or rows that contradict each other: null as a whole.
    const nulls = table.outputs.map((output) => [output.name, exactly(null)] as const);
    passes.push({ row: null, learned: new Map(), outputs: new Map(nulls) });
  }
  return passes;
}

/** Policies that give a list, of which nothing is known. */
const LISTS: ReadonlySet<DecisionTable['hitPolicy']> = new Set(['COLLECT', 'RULE ORDER', 'OUTPUT ORDER']);

function passOf(
  row: string | null,
  region: Box,
  columns: readonly Column[],
  facts: Facts,
  table: DecisionTable,
  outputs: readonly (Term | null)[],
): Pass {
  const learned = new Map<string, ValueSet>();
  columns.forEach(({ term }, i) => {
    const set = region[i] ?? EVERYTHING;
    if (term.key !== null) learned.set(term.key, set);
  });
  const here: Facts = new Map([...facts, ...learned]);
  const given = table.outputs.map((output, i) => {
    const term = outputs[i] ?? null;
    return [output.name, term === null ? exactly(null) : valueOf(term, here)] as const;
  });
  return { row, learned, outputs: new Map(given) };
}

/** A set for each column; what is in none of the others. */
type Box = readonly ValueSet[];

function boxOf(cells: readonly Cell[], columns: readonly Column[], side: keyof Cell): Box {
  return columns.map(({ at }) =>
    at.map((i) => cells[i]?.[side] ?? (side === 'over' ? EVERYTHING : NOTHING)).reduce(meet),
  );
}

const meetBoxes = (a: Box, b: Box): Box => a.map((set, i) => meet(set, b[i] ?? EVERYTHING));

/** The parts of a box that are in none of the others, without overlap; the box stays too large where there are too many. */
function without(box: Box, others: readonly Box[]): readonly Box[] {
  let regions: readonly Box[] = box.some(isEmpty) ? [] : [box];
  for (const other of others) {
    const next = regions.flatMap((region) => cut(region, other));
    if (next.length <= MAX_REGIONS) regions = next;
  }
  return regions;
}

/** A box less another: by each column in turn the part that is outside, and the rest goes on to the next column. */
function cut(box: Box, other: Box): Box[] {
  if (box.some((set, i) => isEmpty(meet(set, other[i] ?? NOTHING)))) return [box];
  const parts: Box[] = [];
  let rest = box;
  for (const [i, set] of box.entries()) {
    const inside = other[i] ?? NOTHING;
    if (isWithin(set, inside)) continue;
    parts.push(rest.with(i, minus(set, inside)));
    rest = rest.with(i, meet(set, inside));
  }
  return parts;
}
