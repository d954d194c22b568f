import { useLayoutEffect, useMemo, useState, type RefObject } from 'react';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { Column } from './model/shape.ts';
import { clampWidth, firstWidths, fittedWidths, numbersWidth, WIDTH } from './model/widths.ts';

/** How wide columns were made in this window, by node and column. */
const kept = new Map<string, number>();

/** How wide the columns of a table are: as a person made them, and the others as their cells and the room ask for. */
export function useWidths(
  node: string,
  table: DecisionTable,
  room: 'wide' | 'narrow',
  editor: RefObject<HTMLElement | null>,
) {
  const [made, redraw] = useState(0);
  const heads = [...table.inputs, ...table.outputs].map(({ id }) => id).join(' ');
  // Widths follow the columns, not each key that is typed into a cell.
  const [first, setFirst] = useState(() => ({ heads, widths: firstWidths(table, room) }));
  if (first.heads !== heads) setFirst({ heads, widths: firstWidths(table, room) });
  const space = useSpace(editor);
  const numbers = numbersWidth(table.rows.length);
  const { widths: wanted } = first;
  const widths = useMemo(() => {
    const own = new Map(
      [...wanted.keys()].flatMap((key): [string, number][] => {
        const width = kept.get(`${node} ${room} ${key}`);
        return width === undefined ? [] : [[key, width]];
      }),
    );
    // In the inspector there is never room for all.
    return fittedWidths(wanted, own, room === 'narrow' || space === null ? null : space - numbers);
    // oxlint-disable-next-line react/exhaustive-deps -- what was made is kept beside the state
  }, [wanted, node, room, space, numbers, made]);
  return {
    of: ({ key }: Column): number => widths.get(key) ?? WIDTH.least,
    set: ({ key }: Column, pixels: number): void => {
      kept.set(`${node} ${room} ${key}`, clampWidth(pixels));
      redraw((count) => count + 1);
    },
  };
}

/** How much room the grid has, in pixels; null before it is drawn. */
function useSpace(editor: RefObject<HTMLElement | null>): number | null {
  const [space, setSpace] = useState<number | null>(null);
  useLayoutEffect(() => {
    const grid = editor.current?.querySelector('[role="grid"]');
    if (grid === null || grid === undefined) return undefined;
    const look = (): void => setSpace(grid.clientWidth);
    look();
    const sized = new ResizeObserver(look);
    sized.observe(grid);
    return () => sized.disconnect();
  }, [editor]);
  return space;
}
