import type { TableAct } from './acts.ts';
import { HEAD, type Direction, type Motion, type Selection } from './selection.ts';

/** Keys of the sheet while no cell is being edited, as spreadsheets have them. */

export interface Press {
  readonly key: string;
  /** Ctrl, or ⌘. */
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

export type KeyAct =
  | TableAct
  | { readonly act: 'go'; readonly motion: Motion; readonly extend: boolean }
  | { readonly act: 'tab' | 'enter'; readonly back: boolean }
  | { readonly act: 'select'; readonly what: 'all' | 'rows' | 'columns' | 'one' }
  /** The cell's text stays when there is none given. */
  | { readonly act: 'edit'; readonly text: string | null }
  | { readonly act: 'open column' | 'undo' | 'redo' }
  | { readonly act: 'widen'; readonly by: -1 | 1 };

const ARROWS: ReadonlyMap<string, Direction> = new Map([
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
]);

/** What a key means; null when it means nothing here. `page` is how many rows can be seen. */
export function actOf(press: Press, selection: Selection, page: number): KeyAct | null {
  const arrow = ARROWS.get(press.key);
  if (arrow !== undefined) return arrowAct(arrow, press);
  const { key, ctrl, shift, alt } = press;
  if (alt && !ctrl) return null;
  switch (key) {
    case 'Home':
      return { act: 'go', motion: { to: ctrl ? 'first' : 'row start' }, extend: shift };
    case 'End':
      return { act: 'go', motion: { to: ctrl ? 'last' : 'row end' }, extend: shift };
    case 'PageUp':
    case 'PageDown':
      return { act: 'go', motion: { to: key === 'PageUp' ? 'page up' : 'page down', rows: page }, extend: shift };
    case 'Tab':
      return ctrl ? null : { act: 'tab', back: shift };
    case 'F2':
      return selection.anchor.row === HEAD ? { act: 'open column' } : { act: 'edit', text: null };
    case 'Enter':
      return enterAct(press, selection);
    case 'Delete':
    case 'Backspace':
      return selection.anchor.row === HEAD && selection.span === 'cells' ? null : { act: 'clear' };
    case 'Escape':
      return isOne(selection) ? null : { act: 'select', what: 'one' };
    case ' ':
      if (ctrl || shift) return { act: 'select', what: ctrl && shift ? 'all' : ctrl ? 'columns' : 'rows' };
      break;
    default:
  }
  if (ctrl) return controlAct(press);
  if (selection.anchor.row === HEAD) return key === ' ' ? { act: 'open column' } : null;
  return /^.$/u.test(key) || key === 'Process' || key === 'Dead' ? { act: 'edit', text: '' } : null;
}

const isOne = ({ anchor, focus, span }: Selection): boolean =>
  span === 'cells' && anchor.row === focus.row && anchor.column === focus.column;

function arrowAct(to: Direction, { ctrl, shift, alt }: Press): KeyAct | null {
  if (!alt) return { act: 'go', motion: ctrl ? { to, edge: true } : { to }, extend: shift };
  if (ctrl) return null;
  const by = to === 'up' || to === 'left' ? -1 : 1;
  if (to === 'up' || to === 'down') return shift ? null : { act: 'move', axis: 'rows', by };
  return shift ? { act: 'widen', by } : { act: 'move', axis: 'columns', by };
}

function enterAct({ ctrl, shift }: Press, selection: Selection): KeyAct {
  if (ctrl) return { act: 'insert', axis: 'rows', where: shift ? 'before' : 'after', one: true };
  if (selection.anchor.row === HEAD) return { act: 'open column' };
  return { act: 'enter', back: shift };
}

function controlAct({ key, shift }: Press): KeyAct | null {
  switch (key.toLowerCase()) {
    case 'a':
      return { act: 'select', what: 'all' };
    case 'd':
      return shift ? { act: 'duplicate', axis: 'selected' } : { act: 'fill down' };
    case '+':
    case '=':
      return { act: 'insert', axis: 'selected', where: 'before' };
    case '-':
    case '_':
      return { act: 'remove', axis: 'selected' };
    case 'z':
      return { act: shift ? 'redo' : 'undo' };
    case 'y':
      return { act: 'redo' };
    default:
      return null;
  }
}
