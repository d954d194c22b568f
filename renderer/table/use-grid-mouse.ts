import { useRef, type MouseEvent } from 'react';
import { at, HEAD, reachedTo, single, type At, type Selection } from './model/selection.ts';
import type { Sheet } from './use-sheet.ts';

/** What is under the mouse: a cell, a column's head, or the number of a row. */
interface Spot {
  readonly cell: At;
  readonly span: Selection['span'];
}

function spotOf(target: EventTarget): Spot | null {
  if (!(target instanceof Element)) return null;
  const number = target.closest<HTMLElement>('[data-row]')?.dataset['row'];
  if (number !== undefined) return { cell: at(Number(number), 0), span: 'rows' };
  const [row, column] = (target.closest<HTMLElement>('[data-at]')?.dataset['at'] ?? '').split(':').map(Number);
  if (row === undefined || column === undefined) return null;
  return { cell: at(row, column), span: row === HEAD ? 'columns' : 'cells' };
}

/** Selecting with the mouse: a click, one with Shift, drawing across cells, heads or row numbers; a double click writes. */
export function useGridMouse(sheet: Sheet) {
  const drawing = useRef(false);
  const own = (event: MouseEvent): boolean =>
    event.target instanceof Element &&
    event.currentTarget.contains(event.target) &&
    event.target.closest('.cell-editor') === null;

  const extendTo = ({ cell, span }: Spot): void => {
    const { selection, size } = sheet;
    const same = selection.span === span || selection.span !== 'cells';
    sheet.select(reachedTo(same ? selection : { ...selection, span: 'cells' }, cell, size));
  };
  return {
    onMouseDown: (event: MouseEvent) => {
      const spot = spotOf(event.target);
      if (spot === null || event.button !== 0 || !own(event)) return;
      // The browser would mark text and take the keyboard from the grid.
      event.preventDefault();
      if (sheet.editing !== null && document.activeElement instanceof HTMLElement) document.activeElement.blur();
      drawing.current = true;
      if (event.shiftKey) extendTo(spot);
      else sheet.select({ ...single(spot.cell), span: spot.span });
    },
    onMouseMove: (event: MouseEvent) => {
      if ((event.buttons & 1) === 0) drawing.current = false;
      const spot = spotOf(event.target);
      if (!drawing.current || spot === null || !own(event)) return;
      const { focus } = sheet.selection;
      if (focus.row !== spot.cell.row || focus.column !== spot.cell.column) extendTo(spot);
    },
    onMouseUp: () => {
      drawing.current = false;
    },
    onDoubleClick: (event: MouseEvent) => {
      const spot = spotOf(event.target);
      if (spot === null || !own(event) || spot.span === 'rows') return;
      sheet.run(spot.span === 'columns' ? { act: 'open column' } : { act: 'edit', text: null });
    },
  };
}
