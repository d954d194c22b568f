import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  type ClipboardEvent,
  type CSSProperties,
  type KeyboardEvent,
} from 'react';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { RowTrial, TableTrial } from '../../engine/dmn/try-table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { CellEditor } from './cell-editor.tsx';
import { cellOffers } from './cell-offers.ts';
import { GridHead, headOf } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { Message } from './message.tsx';
import { actOf } from './model/keys.ts';
import type { Marks } from './model/marks.ts';
import { HEAD } from './model/selection.ts';
import { cellText, type Column } from './model/shape.ts';
import { writeHtml, writeTsv } from './model/tsv.ts';
import { numbersWidth } from './model/widths.ts';
import { useGridMouse } from './use-grid-mouse.ts';
import type { Sheet } from './use-sheet.ts';
import { words } from '../words/index.ts';

/** In pixels, as the style sheet has them. */
const ROW = 30;
const HEAD_ROW = 64;
const OVERSCAN = 8;

interface TableGridProps {
  sheet: Sheet;
  scope: FeelScopeTypes;
  marks: Marks;
  trial: TableTrial | null;
  compact: boolean;
  widthOf: (column: Column) => number;
  onWidth: (column: Column, pixels: number) => void;
  onChange: (table: DecisionTable, gesture?: string) => void;
  onDone: () => void;
}

/** The grid of a decision table. Only the rows in sight are drawn, and the one that has the keyboard. */
export function TableGrid(props: TableGridProps) {
  const { sheet, scope, marks, trial, compact, widthOf } = props;
  const { table, columns, size, selection, range } = sheet;
  const { anchor } = selection;
  const frame = useRef<HTMLDivElement>(null);
  const messageId = useId();
  const lines = size.rows + (size.open ? 1 : 0);
  // Its functions change with each draw; nothing here keeps them.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    scrollMargin: HEAD_ROW,
    initialRect: { width: 800, height: 600 },
    getItemKey: (index) => table.rows[index]?.id ?? 'new',
    rangeExtractor: (seen) => {
      const rows = defaultRangeExtractor(seen);
      return anchor.row < 0 || anchor.row >= lines || rows.includes(anchor.row)
        ? rows
        : [...rows, anchor.row].sort((a, b) => a - b);
    },
  });
  const mouse = useGridMouse(sheet);
  const trials = useMemo(() => new Map<string, RowTrial>(trial?.rows.map((row) => [row.id, row])), [trial]);
  const chosen = useMemo(() => new Set(trial?.chosen), [trial]);
  const { inputs, outputs } = table;
  const offers = useMemo(() => cellOffers({ inputs, outputs }, columns, scope), [inputs, outputs, columns, scope]);
  useSight(frame, sheet);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.defaultPrevented || !isOwn(event)) return;
    const page = Math.max(1, Math.floor(((frame.current?.clientHeight ?? 0) - HEAD_ROW) / ROW) - 1);
    const { key, shiftKey: shift, altKey: alt } = event;
    const act = actOf({ key, ctrl: event.ctrlKey || event.metaKey, shift, alt }, selection, page);
    // In a form, Tab goes on to the next field.
    if (act === null || (compact && act.act === 'tab') || !sheet.run(act)) return;
    // A letter that begins a cell is to be written into it; everything else was used.
    if (act.act !== 'edit' || act.text === null) event.preventDefault();
    event.stopPropagation();
  };
  const onCopy = (event: ClipboardEvent, then?: 'clear'): void => {
    if (!isOwn(event)) return;
    event.preventDefault();
    const cells = sheet.copied();
    event.clipboardData.setData('text/plain', writeTsv(cells));
    event.clipboardData.setData('text/html', writeHtml(cells));
    if (then !== undefined) sheet.run({ act: then });
  };

  const widths = columns.map((column) => widthOf(column));
  const numbers = numbersWidth(size.rows);
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--grid-columns': `${numbers}px ${widths.map((width, c) => (c < widths.length - 1 ? `${width}px` : `minmax(${width}px, 1fr)`)).join(' ')}`,
    '--grid-width': `${widths.reduce((sum, width) => sum + width, numbers)}px`,
  };
  const editorOf = (row: number) => {
    const column = columns[anchor.column];
    const line = table.rows[row];
    if (sheet.editing === null || row !== anchor.row || column === undefined) return null;
    return (
      <CellEditor
        key={`${row} ${column.key}`}
        label={words().table.cell(headOf(table, column).title, row + 1)}
        text={sheet.editing.text ?? (line === undefined ? '' : cellText(line, column))}
        offers={offers.get(column.key) ?? []}
        prose={column.side === 'note'}
        onKeep={sheet.write}
        onCancel={sheet.cancel}
      />
    );
  };
  const covers = (row: number): boolean => row >= range.top && row <= range.bottom;
  const several = range.right > range.left || range.bottom > range.top;

  return (
    <div className="grid-part" data-part="grid">
      <div
        ref={frame}
        role="grid"
        aria-label={words().table.label}
        aria-rowcount={lines + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-readonly={sheet.readOnly}
        className={compact ? 'grid-frame scroll compact' : 'grid-frame scroll'}
        style={style}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onCut={(event) => onCopy(event, 'clear')}
        onPaste={(event) => {
          if (!isOwn(event)) return;
          event.preventDefault();
          sheet.paste(event.clipboardData.getData('text/plain'));
        }}
        {...mouse}
      >
        <GridHead {...props} messageId={messageId} />
        <div role="rowgroup" className="grid-body" style={{ height: lines * ROW }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = table.rows[index] ?? null;
            const isActive = index === anchor.row;
            const isCovered = covers(index) && several;
            return (
              <GridRow
                key={row?.id ?? 'new'}
                row={row}
                index={index}
                columns={columns}
                top={start - HEAD_ROW}
                active={isActive ? anchor.column : null}
                from={isCovered ? range.left : isActive ? anchor.column : -1}
                to={isCovered ? range.right : isActive ? anchor.column : -1}
                marks={row === null ? undefined : marks.rows.get(row.id)}
                trial={row === null ? undefined : trials.get(row.id)}
                counts={row !== null && chosen.has(row.id)}
                messageId={messageId}
                editor={editorOf(index)}
              />
            );
          })}
        </div>
      </div>
      <Message id={messageId} sheet={sheet} marks={marks} trials={trials} chosen={chosen} compact={compact} />
    </div>
  );
}

/** What happens in a field over a cell, or in a form that hangs on a head, is none of the grid's. */
const isOwn = (event: KeyboardEvent | ClipboardEvent): boolean =>
  event.target instanceof HTMLElement &&
  event.currentTarget.contains(event.target) &&
  event.target.closest('.cell-editor, button') === null;

/** Scrolls to where the selection has gone, and gives the keyboard to its first cell when that is wanted. */
function useSight(frame: React.RefObject<HTMLDivElement | null>, sheet: Sheet): void {
  const { selection, editing, takesFocus } = sheet;
  const { anchor, focus } = selection;
  const { row, column } = focus;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    if (row >= 0) {
      const top = row * ROW;
      if (top < element.scrollTop) element.scrollTo({ top });
      const bottom = HEAD_ROW + top + ROW;
      if (bottom > element.scrollTop + element.clientHeight) element.scrollTo({ top: bottom - element.clientHeight });
    }
    const head = element.querySelector(`[data-at="${HEAD}:${column}"]`);
    const numbers = element.querySelector('.grid-no');
    if (!(head instanceof HTMLElement) || !(numbers instanceof HTMLElement)) return;
    const [left, right] = [head.offsetLeft, head.offsetLeft + head.offsetWidth];
    if (left - numbers.offsetWidth < element.scrollLeft) element.scrollTo({ left: left - numbers.offsetWidth });
    else if (right > element.scrollLeft + element.clientWidth) element.scrollTo({ left: right - element.clientWidth });
  }, [frame, row, column]);

  // After every change: the cell may be another element than before, or have come back.
  useLayoutEffect(() => {
    if (editing !== null || !takesFocus()) return;
    const cell = frame.current?.querySelector(`[data-at="${anchor.row}:${anchor.column}"]`);
    if (cell instanceof HTMLElement) cell.focus({ preventScroll: true });
  });
}
