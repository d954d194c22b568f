import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { spliceExit } from '../document/splice.ts';
import { connectNodes } from '../state/edit.ts';
import { refuse } from '../ui/notice.ts';
import { groupOfCard } from '../document/groups.ts';
import { exitAtHandle, foldEnds } from './drawn.ts';
import { words } from '../words/index.ts';

/** What is dropped on a wire goes into it. */

/** The wire that is drawn at a point of the window; null where none is. */
export function wireAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const wire = element.closest('.react-flow__edge');
    if (wire !== null) return wire.getAttribute('data-id');
  }
  return null;
}

/** Where the pointer is in the window. */
export function pointOf(event: object): { x: number; y: number } | null {
  if (event instanceof TouchEvent) {
    const [touch] = event.changedTouches;
    return touch === undefined ? null : { x: touch.clientX, y: touch.clientY };
  }
  if ('nativeEvent' in event && typeof event.nativeEvent === 'object' && event.nativeEvent !== null)
    return pointOf(event.nativeEvent);
  return event instanceof MouseEvent ? { x: event.clientX, y: event.clientY } : null;
}

/** The wire into which a step would go if it were dropped there; null for one that has wires already. */
export function wireUnder(flow: Flow, node: string, point: { x: number; y: number } | null): string | null {
  if (point === null || spliceExit(flow, node, KINDS) === null) return null;
  const wire = wireAt(point.x, point.y);
  return wire !== null && Object.hasOwn(flow.edges, wire) ? wire : null;
}

/** A wire between two cards, of which each may stand for a group. */
export function connectCards(flow: Flow, source: string, handle: string, target: string): void {
  const group = groupOfCard(target);
  if (group === null) return connectNodes(exitAtHandle(source, handle), target);
  const { entry, entered } = foldEnds(flow, group);
  const name = flow.groups?.[group]?.name ?? '';
  if (entry !== null) connectNodes(exitAtHandle(source, handle), entry);
  else refuse(entered ? words().canvas.group.severalEntries(name) : words().canvas.group.noEntry(name));
}
