import type { ReactFlowInstance } from '@xyflow/react';
import type { CardNode, WireEdge } from './elements.ts';
import { firstBox } from '../document/travel.ts';
import { boxes } from './sizes.ts';

/** The canvas's window onto the flow, for those outside it: menus, keys, lists. */
let instance: ReactFlowInstance<CardNode, WireEdge> | null = null;
let frame: HTMLElement | null = null;

export const bindViewport = (
  given: ReactFlowInstance<CardNode, WireEdge> | null,
  element: HTMLElement | null,
): void => {
  instance = given;
  frame = element;
};

/** A flow that is just opened is seen whole, unless its steps could then not be read: then from where it begins. */
const READABLE = 0.6;

export function openView(ready: ReactFlowInstance<CardNode, WireEdge>): void {
  void ready.fitView({ padding: 0.12, maxZoom: 1 }).then(() => {
    if (ready.getZoom() >= READABLE) return;
    const all = boxes();
    const first = all.find((box) => box.id === firstBox(all));
    if (first === undefined) return;
    const height = frame?.clientHeight ?? 600;
    void ready.setViewport({
      x: 32 - first.x * READABLE,
      y: height / 2 - (first.y + first.height / 2) * READABLE,
      zoom: READABLE,
    });
  });
}

const duration = (): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120);

export const fitFlow = (): void => void instance?.fitView({ padding: 0.12, maxZoom: 1, duration: duration() });
export const zoomIn = (): void => void instance?.zoomIn({ duration: duration() });
export const zoomOut = (): void => void instance?.zoomOut({ duration: duration() });

/** The middle of what is seen, in the flow's own measures. */
export function middle(): { x: number; y: number } {
  const rect = frame?.getBoundingClientRect();
  if (instance === null || rect === undefined) return { x: 0, y: 0 };
  return instance.screenToFlowPosition({ x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 });
}

/** Brings a step into sight, without zooming, if it is not. */
export function showNode(id: string): void {
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

const FOCUS_TRIES = 60;
const FOCUS_EACH_MS = 30;

/** Puts the keyboard on a step's card, or soon after: a card may not be drawn yet, and a dialog may still be closing. */
export function focusNode(id: string, tries = FOCUS_TRIES): void {
  const card = frame?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  const free = document.querySelector('[role="dialog"]') === null;
  const again = () => {
    if (tries > 1) setTimeout(() => focusNode(id, tries - 1), FOCUS_EACH_MS);
  };
  if (!(card instanceof HTMLElement) || !free) return again();
  card.focus({ preventScroll: true });
  // A dialog that has just gone may still let the keyboard fall to nobody.
  setTimeout(() => {
    if (document.activeElement === null || document.activeElement === document.body) again();
  }, FOCUS_EACH_MS);
}

export const focusCanvas = (): void => frame?.focus({ preventScroll: true });
