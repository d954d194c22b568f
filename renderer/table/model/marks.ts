import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { Problem } from '../../../engine/flow/problem.ts';
import { columnsOf, type Column } from './shape.ts';

/**
 * The problems of a table by where they are shown. They speak of the table that was checked; rows and columns are known
 * by their ids, so that a mark stays with its row while rows come and go and newer checks are under way.
 */
export interface Marks {
  /** By row id. */
  readonly rows: ReadonlyMap<string, RowMarks>;
  /** By the column's key. */
  readonly columns: ReadonlyMap<string, readonly Problem[]>;
  /** Of the whole table: gaps, the hit policy. */
  readonly table: readonly Problem[];
  readonly findings: readonly Finding[];
}

export interface RowMarks {
  /** Of the row as a whole: it overlaps, is masked. */
  readonly row: readonly Problem[];
  /** By the column's key. */
  readonly cells: ReadonlyMap<string, readonly Problem[]>;
}

/** A problem and the place in the sheet to which it leads. */
export interface Finding {
  readonly problem: Problem;
  /** Id of its row; null for a column's or the table's. */
  readonly row: string | null;
  /** Key of its column; null for a row's or the table's. */
  readonly column: string | null;
}

export const NO_MARKS: Marks = { rows: new Map(), columns: new Map(), table: [], findings: [] };

/** Sorts problems, whose paths begin at the table, by their places in the table that was checked. */
export function marksOf(problems: readonly Problem[], checked: DecisionTable): Marks {
  if (problems.length === 0) return NO_MARKS;
  const columns = columnsOf(checked);
  const found = problems.map((problem): Finding => ({ problem, ...placeOf(problem, checked, columns) }));
  const rows = new Map<string, RowMarks>();
  for (const [row, some] of Map.groupBy(
    found.filter((one) => one.row !== null),
    (one) => one.row ?? '',
  )) {
    const cells = some.filter(({ column }) => column !== null);
    rows.set(row, {
      row: some.filter(({ column }) => column === null).map(({ problem }) => problem),
      cells: byColumn(cells),
    });
  }
  const elsewhere = found.filter(({ row }) => row === null);
  return {
    rows,
    columns: byColumn(elsewhere.filter(({ column }) => column !== null)),
    table: elsewhere.filter(({ column }) => column === null).map(({ problem }) => problem),
    findings: found.toSorted((a, b) => graver(a.problem) - graver(b.problem)),
  };
}

const graver = ({ severity }: Problem): number => (severity === 'error' ? 0 : 1);

const byColumn = (findings: readonly Finding[]): ReadonlyMap<string, readonly Problem[]> =>
  new Map(
    [...Map.groupBy(findings, ({ column }) => column ?? '')].map(([key, some]) => [
      key,
      some.map(({ problem }) => problem).toSorted((a, b) => graver(a) - graver(b)),
    ]),
  );

function placeOf({ path }: Problem, table: DecisionTable, columns: readonly Column[]): Pick<Finding, 'row' | 'column'> {
  const [part, index, side, at] = path;
  const keyOf = (of: string | number | undefined, place: string | number | undefined): string | null =>
    columns.find((column) => column.side === of && column.index === Number(place))?.key ?? null;
  if (part === 'inputs' && index !== undefined) return { row: null, column: keyOf('when', index) };
  if (part === 'outputs' && index !== undefined) return { row: null, column: keyOf('then', index) };
  if (part !== 'rows' || index === undefined) return { row: null, column: null };
  return { row: table.rows[Number(index)]?.id ?? null, column: side === 'note' ? 'note' : keyOf(side, at) };
}

/** Everything that is wrong within a row, the gravest first. */
export const problemsInRow = (marks: RowMarks | undefined): readonly Problem[] =>
  marks === undefined
    ? []
    : [...marks.row, ...[...marks.cells.values()].flat()].toSorted((a, b) => graver(a) - graver(b));

/** A problem as one text: what it is and what to do. */
export const sentenceOf = ({ message, hint }: Problem): string => (hint === '' ? message : `${message} ${hint}`);
