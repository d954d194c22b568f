import type { DecisionTable } from '../../../engine/dmn/table.ts';
import { cellText, columnsOf } from './shape.ts';

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
      const longest = Math.max(head.length + 3, ...some.map((row) => cellText(row, column).length));
      const wanted = Math.round(longest * CHARACTER + PADDING);
      return [column.key, Math.min(AT_FIRST.most[room], Math.max(AT_FIRST.least, wanted))];
    }),
  );
}
