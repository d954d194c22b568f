import type { DecisionTable } from '../../../engine/dmn/table.ts';
import { cellText, columnsOf, type Column } from './shape.ts';

/** How wide columns are, in pixels. */

export const WIDTH = { least: 72, most: 640, step: 24 } as const;

const CHARACTER = 7.3;
const PADDING = 26;
const AT_FIRST = { least: 104, most: { wide: 232, narrow: 144 }, rows: 60 } as const;

export const clampWidth = (pixels: number): number => Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, pixels)));

/** A width for each column, by its key, in which most of its first cells can be read, as far as there is room. */
export function firstWidths(table: DecisionTable, room: 'wide' | 'narrow'): ReadonlyMap<string, number> {
  const some = table.rows.slice(0, AT_FIRST.rows);
  return new Map(
    columnsOf(table).map((column) => {
      const { side, index } = column;
      const head =
        side === 'when'
          ? (table.inputs[index]?.label ?? table.inputs[index]?.expression ?? '')
          : side === 'then'
            ? (table.outputs[index]?.name ?? '')
            : '';
      const below = room === 'narrow' ? 0 : secondLine(table, column);
      const longest = Math.max(head.length + 3, below, ...some.map((row) => cellText(row, column).length));
      const wanted = Math.round(longest * CHARACTER + PADDING);
      return [column.key, Math.min(AT_FIRST.most[room], Math.max(AT_FIRST.least, wanted))];
    }),
  );
}

/** Characters of what stands below a head: the formula of an input, the type, the values that there may be. */
function secondLine({ inputs, outputs }: DecisionTable, { side, index }: Column): number {
  const input = side === 'when' ? inputs[index] : undefined;
  const output = side === 'then' ? outputs[index] : undefined;
  const formula = input?.label === undefined ? '' : input.expression;
  const values = input?.values ?? (output?.values ?? []).join(', ');
  const parts = [formula, (input ?? output)?.type ?? '', values].filter((part) => part !== '');
  return parts.join(' · ').length;
}

/** The column of the rows' numbers. */
export const numbersWidth = (rows: number): number => 34 + 8 * Math.max(2, String(rows).length);

/**
 * The widths as `made`, and otherwise as wanted; where that is more than the room there is, the widest give way first, so
 * that the last column can be seen with the others. None gives way below what a column has at least.
 *
 * @param space what all have together, in pixels; null where they may take what they want
 */
export function fittedWidths(
  wanted: ReadonlyMap<string, number>,
  made: ReadonlyMap<string, number>,
  space: number | null,
): ReadonlyMap<string, number> {
  const free = [...wanted].filter(([key]) => !made.has(key));
  const left = (space ?? Infinity) - [...made.values()].reduce((sum, width) => sum + width, 0);
  const most = capOf(
    free.map(([, width]) => width),
    left,
  );
  return new Map([...wanted].map(([key, width]) => [key, made.get(key) ?? Math.min(width, most)]));
}

/** The largest width that each may have so that all together have no more than `left`. */
function capOf(widths: readonly number[], left: number): number {
  let rest = left;
  const sorted = widths.toSorted((a, b) => a - b);
  for (const [i, width] of sorted.entries()) {
    const each = rest / (sorted.length - i);
    if (width > each) return Math.max(AT_FIRST.least, Math.floor(each));
    rest -= width;
  }
  return Infinity;
}
