/** What an analysis left out, in words and gathered, so that a column of formulas is told of once. */
import { givesList } from './hit-policy.ts';
import type { NotAnalysed } from './analyse-grid.ts';
import type { DecisionTable } from './table-document.ts';
import type { TablePath } from './table-plan.ts';

export interface LeftOut {
  readonly of: NotAnalysed['of'];
  /** The cell, column or row; of several the first. */
  readonly path: TablePath;
  readonly message: string;
  readonly hint: string;
}

/** `isFaulty` says whether the cell or column at a path has a problem of its own: that has to go first. */
export function leftOutOf(
  table: DecisionTable,
  notAnalysed: readonly NotAnalysed[],
  isFaulty: (path: TablePath) => boolean,
): readonly LeftOut[] {
  const shown = notAnalysed.filter(({ path }) => !isFaulty(path));
  const groups = Map.groupBy(shown, ({ of, path, message }, i) =>
    of === 'cell' ? `${String(path.at(-1))} ${message}` : of === 'overlap' && path.length > 1 ? 'agree' : `${i}`,
  );
  return [...groups.values()].flatMap((group): LeftOut[] => {
    const [first, ...others] = group;
    return first === undefined ? [] : [inWords(table, first, others)];
  });
}

function inWords(table: DecisionTable, { of, path, message }: NotAnalysed, others: readonly NotAnalysed[]): LeftOut {
  const [part, at, , c] = path;
  const labelOf = (column: unknown): string => {
    const input = typeof column === 'number' ? table.inputs[column] : undefined;
    return input?.label ?? input?.expression ?? '';
  };
  const lost = givesList(table.hitPolicy)
    ? 'Whether rows can ever match is not found out where that depends on it.'
    : 'Overlaps and gaps that depend on it are not found.';
  if (of === 'cell' && typeof at === 'number') {
    const hint =
      'Write tests over constants there, such as < 100 or "gold", or calculate in the expression of a column.';
    return { of, path, message: `Row ${at + 1}, “${labelOf(c)}”: ${message} ${lost}${andRows(others)}`, hint };
  }
  if (of === 'input') {
    const label = part === 'inputs' && at !== undefined ? `“${labelOf(at)}”: ` : '';
    const hint = 'Ask for a value that the rows can compare with constants, or see to it yourself that the rows fit.';
    return { of, path, message: `${label}${message} ${lost}`, hint };
  }
  const more =
    others.length === 0 ? '' : ` So it is for ${others.length} other ${others.length === 1 ? 'pair' : 'pairs'}.`;
  return { of, path, message: `${message}${more}`, hint: HINTS[of] };
}

const HINTS: Readonly<Record<NotAnalysed['of'], string>> = {
  cell: '',
  input: '',
  overlap: 'See to the overlaps that are listed first, or choose a hit policy that lets rows overlap.',
  masked: 'Fewer rows that overlap, or a table in two steps, can be analysed to the end.',
  gap: 'See to the gaps that are listed first, or add a last row that lets everything pass.',
};

const MOST_ROWS_NAMED = 5;

function andRows(others: readonly NotAnalysed[]): string {
  const rows = others.flatMap(({ path }) => (typeof path[1] === 'number' ? [path[1] + 1] : []));
  if (rows.length === 0) return '';
  const named = rows.slice(0, MOST_ROWS_NAMED).join(', ');
  const rest = rows.length - MOST_ROWS_NAMED;
  return ` So it is in ${rows.length === 1 ? 'row' : 'rows'} ${named}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
