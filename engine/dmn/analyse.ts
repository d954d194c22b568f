/**
 * What is wrong with a table that no single cell shows: rows that overlap where the hit policy forbids it, inputs that
 * no row matches, rows that never match or never count, inputs that no row asks about.
 *
 * Exact where cells are unary tests over constants, of numbers, texts, booleans, dates, times and durations: each input
 * is cut into the pieces that its cells tell apart, and rows become boxes over them. Inputs count as independent of each
 * other. Numbers count as dense, so 50.5 falls between `<= 50` and `>= 51`. An input without a type counts as being of
 * the types that its cells test for. What is left out is said; a finding never rests on it.
 */
import type { FeelScopeTypes } from '../feel/problem.ts';
import { literalText } from '../feel/format.ts';
import type { FeelValue } from '../feel/value.ts';
import type { Region, Steps } from './analyse-cover.ts';
import { makeGrid } from './analyse-grid.ts';
import type { Grid, NotAnalysed } from './analyse-grid.ts';
import { findGaps, findMasked, findNever, findOverlaps } from './analyse-rows.ts';
import type { Masked, Overlap } from './analyse-rows.ts';
import { givesList } from './hit-policy.ts';
import { passesAll } from './pass.ts';
import type { DecisionTable } from './table-document.ts';
import type { TablePath } from './table-plan.ts';

export type { NotAnalysed } from './analyse-grid.ts';

/** One input of an example: the column and a value for it. */
export interface ExampleValue {
  readonly input: number;
  readonly label: string;
  readonly value: FeelValue;
}

export interface TableFinding {
  readonly kind: 'overlap' | 'gap' | 'never' | 'masked' | 'unused';
  readonly severity: 'error' | 'warning';
  /** Indexes of the rows it is about, the one to change first. */
  readonly rows: readonly number[];
  readonly path: TablePath;
  readonly message: string;
  readonly hint: string;
  /** Values for which it happens; inputs that may have any value are left out. */
  readonly example?: readonly ExampleValue[];
}

export interface TableAnalysis {
  readonly findings: readonly TableFinding[];
  /** Was everything looked at? If not, `notAnalysed` says what was not. */
  readonly analysed: boolean;
  readonly notAnalysed: readonly NotAnalysed[];
}

/** Rows visited for each of the searches before it is given up: well under a second. */
const STEPS = 4_000_000;

/**
 * Analyses a table. Never throws on account of the document; cells with problems of their own are left to `compileTable`.
 * Gaps are looked for where the hit policy wants one row, defaults or not.
 */
export function analyseTable(table: DecisionTable, scope: FeelScopeTypes): TableAnalysis {
  const grid = makeGrid(table, scope);
  const notAnalysed = [...grid.notAnalysed];
  const findings = [...unusedInputs(table)];
  if (grid.inputs.every((input) => input.size > 0)) {
    const words = new Words(table, grid);
    const never = findNever(grid);
    for (const { row, input } of never) findings.push(words.never(row, input));
    const steps = (): Steps => ({ left: STEPS });
    const sayOf =
      (of: NotAnalysed['of']) =>
      (message: string, path: TablePath = ['rows']): void =>
        void notAnalysed.push({ of, path, message });
    for (const overlap of findOverlaps(table, grid, steps(), sayOf('overlap'))) findings.push(words.overlap(overlap));
    const dead = new Set(never.map(({ row }) => row));
    for (const masked of findMasked(table, grid, dead, steps(), sayOf('masked'))) findings.push(words.masked(masked));
    const gaps = givesList(table.hitPolicy) ? [] : findGaps(grid, steps(), sayOf('gap'));
    for (const gap of gaps) findings.push(words.gap(gap));
  } else {
    notAnalysed.push({ of: 'input', path: ['inputs'], message: 'The allowed values of an input let nothing pass.' });
  }
  return { findings, analysed: notAnalysed.length === 0, notAnalysed };
}

function unusedInputs(table: DecisionTable): readonly TableFinding[] {
  if (table.rows.length === 0) return [];
  return table.inputs.flatMap((input, c): TableFinding[] => {
    if (table.rows.some((row) => !passesAll(row.when[c]))) return [];
    const label = input.label ?? input.expression;
    if (input.expression.trim() === '') return [];
    return [
      {
        kind: 'unused',
        severity: 'warning',
        rows: [],
        path: ['inputs', c],
        message: `No row asks about “${label}”.`,
        hint: 'Remove the column, or use it in a row.',
      },
    ];
  });
}

const MOST_ROWS_NAMED = 5;

/** Row numbers as people count them: `row 3`, `rows 1, 2 and 5`. */
function rowsText(rows: readonly number[]): string {
  const numbers = rows.map((r) => String(r + 1));
  if (numbers.length === 1) return `row ${numbers[0] ?? ''}`;
  if (numbers.length > MOST_ROWS_NAMED) return `rows ${numbers.slice(0, MOST_ROWS_NAMED).join(', ')} and others`;
  return `rows ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1) ?? ''}`;
}

/** Findings in words. */
class Words {
  readonly #table: DecisionTable;
  readonly #grid: Grid;

  constructor(table: DecisionTable, grid: Grid) {
    this.#table = table;
    this.#grid = grid;
  }

  #label(c: number): string {
    const input = this.#table.inputs[c];
    return input?.label ?? input?.expression ?? '';
  }

  never(row: number, input: number): TableFinding {
    const columns = this.#grid.inputs[input]?.columns ?? [];
    const c = columns.findLast((at) => !passesAll(this.#table.rows[row]?.when[at])) ?? 0;
    return {
      kind: 'never',
      severity: 'warning',
      rows: [row],
      path: ['rows', row, 'when', c],
      message: `Row ${row + 1} can never match: no value of “${this.#label(c)}” passes.`,
      hint: 'Correct the cell or the allowed values of the column, or remove the row.',
    };
  }

  overlap({ rows: [earlier, later], at, sure, differ }: Overlap): TableFinding {
    const example = this.#example(at.map((piece) => [piece, piece]));
    const where = this.#where(example, (c) => [earlier, later].some((r) => !passesAll(this.#table.rows[r]?.when[c])));
    const both = where === '' ? 'both match, whatever the inputs are' : 'both match';
    const what = differ ? `${both}, and give different outputs` : both;
    return {
      kind: 'overlap',
      severity: sure ? 'error' : 'warning',
      rows: [later, earlier],
      path: ['rows', later],
      message: `Row ${later + 1} and row ${earlier + 1} ${what}${where}. The hit policy ${this.#table.hitPolicy} does not allow that.`,
      hint: 'Narrow one of the rows, or choose the hit policy FIRST.',
      example,
    };
  }

  masked({ row, by }: Masked): TableFinding {
    const first = this.#table.hitPolicy === 'FIRST';
    return {
      kind: 'masked',
      severity: 'warning',
      rows: [row, ...by],
      path: ['rows', row],
      message: `Row ${row + 1} never counts: ${rowsText(by)} ${first ? 'above' : 'of higher priority'} ${by.length === 1 ? 'takes' : 'take'} all that it matches.`,
      hint: first ? 'Move the row up, or remove it.' : 'Raise its priority, or remove the row.',
    };
  }

  gap(region: Region): TableFinding {
    const example = this.#example(region);
    const partial = new Set(
      this.#grid.inputs.flatMap(({ columns, sureSize }, d) =>
        (region[d]?.[1] ?? 0) - (region[d]?.[0] ?? 0) + 1 < sureSize ? columns : [],
      ),
    );
    const where = this.#where(example, (c) => partial.has(c));
    return {
      kind: 'gap',
      severity: 'warning',
      rows: [],
      path: ['rows'],
      message: where === '' ? 'No row matches, whatever the inputs are.' : `No row matches${where}.`,
      hint: 'Add a row for this case, or a last row that lets everything pass.',
      example,
    };
  }

  #example(region: Region): readonly ExampleValue[] {
    return this.#grid.inputs.flatMap(({ columns, domain }, d) => {
      const value = domain?.example(region[d]?.[0] ?? 0);
      return value === undefined ? [] : columns.map((input) => ({ input, label: this.#label(input), value }));
    });
  }

  #where(example: readonly ExampleValue[], matters: (column: number) => boolean): string {
    const parts = example
      .filter(({ input }) => matters(input))
      .map(({ label, value }) => `“${label}” is ${literalText(value)}`);
    return parts.length === 0 ? '' : ` where, for example, ${parts.join(' and ')}`;
  }
}
