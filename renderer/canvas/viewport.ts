import type { ReactFlowInstance, Viewport } from '@xyflow/react';
import { flowOf, useStudio } from '../state/store.ts';
import type { CardNode } from './elements.ts';
import type { WireEdge } from './wires.ts';
import { firstBox } from '../document/travel.ts';
import { cardOf } from '../document/groups.ts';
import { openingZoom, READ_FROM } from './detail.ts';
import { fitPadding, type FitPadding } from './fit-padding.ts';
import { boxes } from './sizes.ts';
import { turnsOf, type Turn } from '../ui/keyboard-turns.ts';

/** The canvas's window onto the flow, for those outside it: menus, keys, lists. */
let instance: ReactFlowInstance<CardNode, WireEdge> | null = null;
let frame: HTMLElement | null = null;

export const bindViewport = (
  given: ReactFlowInstance<CardNode, WireEdge> | null,
  element: HTMLElement | null,
): void => {
  instance = given;
  frame = element;
  watched?.disconnect();
  watched = element === null ? null : new ResizeObserver(followSize);
  if (element !== null) watched?.observe(element);
  size = null;
};

let watched: ResizeObserver | null = null;
/** How large the canvas was last; null before it was drawn. */
let size: { left: number; width: number; height: number } | null = null;

/**
 * When a panel beside or below the canvas opens, or closes, what was looked at stays in sight: it stays where it is on the
 * screen from side to side, and around the middle from top to bottom. A flow that was seen whole is seen whole, and a step
 * that is selected is not lost.
 */
function followSize(): void {
  const rect = frame?.getBoundingClientRect();
  if (instance === null || rect === undefined || rect.width === 0 || rect.height === 0) return;
  const before = size;
  size = { left: rect.left, width: rect.width, height: rect.height };
  if (before === null || (before.width === size.width && before.height === size.height)) return;
  const { x, y, zoom } = instance.getViewport();
  const whole = boxes();
  const wasWhole = whole.every(
    (box) =>
      box.x * zoom + x >= 0 &&
      box.y * zoom + y >= 0 &&
      (box.x + box.width) * zoom + x <= before.width &&
      (box.y + box.height) * zoom + y <= before.height,
  );
  if (wasWhole && whole.length > 0) return void instance.fitView({ padding: around(), maxZoom: zoom });
  void instance.setViewport({ x: x + before.left - size.left, y: y + (size.height - before.height) / 2, zoom });
  const [single, ...others] = useStudio.getState().presence.selection.nodes;
  // What was scrolled away before stays away.
  if (single !== undefined && others.length === 0 && seenIn(single, { x, y, zoom }, before)) showNode(single);
}

function seenIn(id: string, { x, y, zoom }: Viewport, { width, height }: { width: number; height: number }): boolean {
  const box = boxes().find((one) => one.id === shownAs(id));
  if (box === undefined) return false;
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  return left < width && top < height && left + box.width * zoom > 0 && top + box.height * zoom > 0;
}

const seenRects = (selectors: readonly string[]): DOMRect[] =>
  selectors.flatMap((selector) => {
    const rect = frame?.querySelector(selector)?.getBoundingClientRect();
    return rect === undefined || rect.height === 0 ? [] : [rect];
  });

const around = (): FitPadding =>
  fitPadding(frame?.getBoundingClientRect() ?? { top: 0, bottom: 0 }, {
    head: seenRects(['.selection-bar']),
    foot: seenRects(['.canvas-tools:not(.selection-bar)', '.overview']),
  });

/**
 * A flow that one comes back to is seen as it was left. One that is just opened is seen whole, unless its names could then
 * not be read: then from where it begins, so near that the cards can be.
 */
export function openView(ready: ReactFlowInstance<CardNode, WireEdge>, left: Viewport | null): void {
  if (left !== null)
    return void ready.setViewport(left).then(() => {
      // The window may have become another one since.
      const rect = frame?.getBoundingClientRect();
      if (rect !== undefined && boxes().length > 0 && !boxes().some(({ id }) => seenIn(id, left, rect))) fitFlow();
    });
  void ready.fitView({ padding: around(), maxZoom: 1 }).then(() => {
    const fit = ready.getZoom();
    const whole = openingZoom(fit);
    if (whole === fit) return;
    if (whole !== null) return void ready.fitView({ padding: around(), maxZoom: whole });
    const all = boxes();
    const first = all.find((box) => box.id === firstBox(all));
    if (first === undefined) return;
    const height = frame?.clientHeight ?? 600;
    void ready.setViewport({
      x: 32 - first.x * READ_FROM,
      y: height / 2 - (first.y + first.height / 2) * READ_FROM,
      zoom: READ_FROM,
    });
  });
}

const duration = (): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120);

export const fitFlow = (): void => void instance?.fitView({ padding: around(), maxZoom: 1, duration: duration() });
export const zoomIn = (): void => void instance?.zoomIn({ duration: duration() });
export const zoomOut = (): void => void instance?.zoomOut({ duration: duration() });

/** The middle of what is seen, in the flow's own measures. */
export function middle(): { x: number; y: number } {
  const rect = frame?.getBoundingClientRect();
  if (instance === null || rect === undefined) return { x: 0, y: 0 };
  return instance.screenToFlowPosition({ x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 });
}

/** A place in the window as a place in the flow, and the other way round; null while no canvas is there. */
export const placeAtScreen = (at: { x: number; y: number }): { x: number; y: number } | null =>
  instance?.screenToFlowPosition(at) ?? null;
export function screenAtPlace(place: { x: number; y: number }): { x: number; y: number } | null {
  const rect = frame?.getBoundingClientRect();
  if (instance === null || rect === undefined) return null;
  const { x, y } = instance.flowToScreenPosition(place);
  return x < rect.left || y < rect.top || x > rect.right || y > rect.bottom ? null : { x, y };
}

/** The id under which a step is drawn now. */
function shownAs(id: string): string {
  const flow = flowOf(useStudio.getState());
  return flow === null ? id : cardOf(flow, id);
}

/** Zooms so that these steps fill what is seen; the whole flow where there are none. */
export function fitNodes(ids: readonly string[]): void {
  if (ids.length === 0) return fitFlow();
  const nodes = [...new Set(ids.map(shownAs))].map((id) => ({ id }));
  void instance?.fitView({ nodes, padding: 0.2, maxZoom: 1.25, duration: duration() });
}

/** Brings a step into sight, without zooming, if it is not. */
export function showNode(step: string): void {
  const id = shownAs(step);
  const box = boxes().find((one) => one.id === id);
  const rect = frame?.getBoundingClientRect();
  if (box === undefined || rect === undefined || instance === null) return;
  const from = instance.flowToScreenPosition({ x: box.x, y: box.y });
  const to = instance.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height });
  const inside = from.x >= rect.left && from.y >= rect.top && to.x <= rect.right && to.y <= rect.bottom;
  if (!inside)
    void instance.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
      zoom: instance.getZoom(),
      duration: duration(),
    });
}

/** Brings what is drawn under these ids into sight, whatever it is, if any of it is not; without zooming in. */
export function showDrawn(ids: readonly string[]): void {
  const rect = frame?.getBoundingClientRect();
  if (instance === null || rect === undefined) return;
  const drawn = ids.filter((id) => instance?.getInternalNode(id) !== undefined);
  if (drawn.length === 0) return;
  const bounds = instance.getNodesBounds(drawn);
  const from = instance.flowToScreenPosition({ x: bounds.x, y: bounds.y });
  const to = instance.flowToScreenPosition({ x: bounds.x + bounds.width, y: bounds.y + bounds.height });
  if (from.x >= rect.left && from.y >= rect.top && to.x <= rect.right && to.y <= rect.bottom) return;
  const zoom = instance.getZoom();
  const fits = bounds.width * zoom < rect.width && bounds.height * zoom < rect.height;
  if (!fits) return void instance.fitBounds(bounds, { padding: 0.1, duration: duration() });
  void instance.setCenter(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2, { zoom, duration: duration() });
}

const FOCUS_TRIES = 60;
const FOCUS_EACH_MS = 30;

/** The card that gets the keyboard and is not to be selected by that. */
let led: string | null = null;
export const isLedTo = (card: string): boolean => led === card;

const ask = typeof document === 'undefined' ? null : turnsOf(document);

/**
 * Puts the keyboard on a step's card, or soon after: a card may not be drawn yet, and a dialog may still be closing; but not
 * where a person has taken the keyboard elsewhere by then. The card is selected by it, unless the keyboard goes there `alone`.
 */
export function focusNode(step: string, alone = false): void {
  const turn = ask?.();
  if (turn !== undefined) lead(step, alone, turn, FOCUS_TRIES);
}

function lead(step: string, alone: boolean, turn: Turn, tries: number): void {
  if (!turn.holds()) return;
  const id = shownAs(step);
  const card = frame?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  const free = document.querySelector('[role="dialog"]') === null;
  const again = () => {
    if (tries > 1) setTimeout(() => lead(id, alone, turn, tries - 1), FOCUS_EACH_MS);
  };
  if (!(card instanceof HTMLElement) || !free) return again();
  led = alone ? id : null;
  turn.take(() => card.focus({ preventScroll: true }));
  led = null;
  // A dialog that has just gone may still let the keyboard fall to nobody.
  setTimeout(() => {
    if (document.activeElement === null || document.activeElement === document.body) again();
  }, FOCUS_EACH_MS);
}

/** The card that has the keyboard, by the id under which it is drawn; null where none has. */
export function focusedCard(): string | null {
  const card = document.activeElement?.closest('.react-flow__node') ?? null;
  return card !== null && frame?.contains(card) === true ? card.getAttribute('data-id') : null;
}

export const focusCanvas = (): void => frame?.focus({ preventScroll: true });
