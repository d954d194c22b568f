import { useEffect } from 'react';
import { placesOf } from '../document/tidy.ts';
import { firstBox, nearestInDirection, type Direction } from '../document/travel.ts';
import {
  clearSelection,
  duplicateSelected,
  movePlaces,
  redoEdit,
  removeSelected,
  selectAll,
  selectNodes,
  tidyUp,
  undoEdit,
} from '../state/edit.ts';
import { saveFlow } from '../state/files.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { boxes, sizeOf } from './sizes.ts';
import { fitFlow, focusNode, showNode, zoomIn, zoomOut } from './viewport.ts';
import { typeAhead } from '../ui/type-ahead.ts';

const DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
]);

const NUDGE = 8;

/** Does the key belong to a text that is being written? Its own undo and letters are never taken from it. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type);
}

/** Keys that mean something while nothing else holds the keyboard: the canvas does, or nobody. */
const onCanvas = (target: EventTarget | null): boolean =>
  target === document.body ||
  (target instanceof HTMLElement && target.closest('.canvas') !== null && target.closest('button') === null);

/** The studio's keys. One listener, so that it can be said in one place who gets a key. */
export function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || useStudio.getState().session.view !== 'flows') return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      if (withControl(event) || (!isTextField(event.target) && plain(event))) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Ctrl and ⌘; gives whether the key was used. */
function withControl(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === 's') {
    void saveFlow();
    return true;
  }
  if (isTextField(event.target)) return false;
  if (key === 'z') {
    if (event.shiftKey) redoEdit();
    else undoEdit();
    return true;
  }
  if (key === 'y') {
    redoEdit();
    return true;
  }
  if (!onCanvas(event.target)) return false;
  if (key === 'd') duplicateSelected();
  else if (key === 'a') selectAll();
  else return false;
  return true;
}

/** Keys without Ctrl. Letters work from anywhere but a text; those that a button or list has a use for, on the canvas only. */
function plain(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  if (target instanceof HTMLElement && target.closest('[role="menu"], [role="listbox"], [role="combobox"]') !== null)
    return false;
  return letter(event) || (onCanvas(target) && onCanvasKey(event));
}

function onCanvasKey(event: KeyboardEvent): boolean {
  const direction = DIRECTIONS.get(event.key);
  if (direction !== undefined) {
    if (event.shiftKey) nudge(direction);
    else travel(direction);
    return true;
  }
  switch (event.key) {
    case 'Delete':
    case 'Backspace':
      removeSelected();
      return true;
    case 'Escape':
      clearSelection();
      return true;
    case 'Enter':
      transit((state) => arranged(state, { rightOpen: true }));
      setTimeout(focusInspector, 0);
      return true;
    default:
      return false;
  }
}

function letter(event: KeyboardEvent): boolean {
  const [node] = useStudio.getState().presence.selection.nodes;
  switch (event.key) {
    case 'F2':
      if (node === undefined) return false;
      transit((state) => present(state, { renaming: node }));
      return true;
    case 'n':
    case 'N':
      typeAhead();
      transit((state) => present(state, { quickAdd: { place: null, from: null } }));
      return true;
    case 'c':
    case 'C':
      if (node === undefined) return false;
      typeAhead();
      transit((state) => present(state, { connectFrom: node }));
      return true;
    case 'T':
      tidyUp(sizeOf);
      requestAnimationFrame(fitFlow);
      return true;
    case '1':
      fitFlow();
      return true;
    case '+':
    case '=':
      zoomIn();
      return true;
    case '-':
      zoomOut();
      return true;
    case '?':
      transit((state) => present(state, { dialog: { dialog: 'shortcuts' } }));
      return true;
    default:
      return false;
  }
}

function focusInspector(): void {
  const field = document.querySelector('.inspector input, .inspector textarea, .inspector button');
  if (field instanceof HTMLElement) field.focus();
}

/** To the next step in a direction; from nowhere, to the first. */
function travel(direction: Direction): void {
  const all = boxes();
  const [from] = useStudio.getState().presence.selection.nodes;
  const to = from === undefined ? firstBox(all) : nearestInDirection(all, from, direction);
  if (to === undefined) return;
  selectNodes([to]);
  showNode(to);
  focusNode(to);
}

function nudge(direction: Direction): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null) return;
  const places = placesOf(flow);
  const by = { left: [-NUDGE, 0], right: [NUDGE, 0], up: [0, -NUDGE], down: [0, NUDGE] }[direction];
  const { nodes } = state.presence.selection;
  const moved = nodes.map((id) => {
    const at = places[id] ?? { x: 0, y: 0 };
    return [id, { x: at.x + (by[0] ?? 0), y: at.y + (by[1] ?? 0) }] as const;
  });
  movePlaces(Object.fromEntries(moved), `nudge ${nodes.join(' ')}`);
}
