import type { Flow } from '../../engine/flow/document.ts';
import { groupOfCard, membersOf } from '../document/groups.ts';
import { placesOf } from '../document/tidy.ts';
import { sameItems } from './same-items.ts';

/**
 * The order in which the keyboard and a screen reader go through what is drawn: as a flow is read, from the left, and from
 * the top where two begin at the same height. A group comes before its steps. What is held by a drag stays where it was
 * until it is let go.
 */
export function inReadingOrder<T extends { id: string }>(flow: Flow, drawn: readonly T[]): T[] {
  const places = placesOf(flow);
  const at = (id: string): { x: number; y: number } => places[id] ?? { x: 0, y: 0 };
  const keyed = drawn.map((one) => {
    const group = groupOfCard(one.id);
    if (group === null) return { one, ...at(one.id), steps: 1 };
    const members = membersOf(flow, group).map(at);
    return { one, x: Math.min(...members.map(({ x }) => x)), y: Math.min(...members.map(({ y }) => y)), steps: 0 };
  });
  return keyed.toSorted((a, b) => a.x - b.x || a.steps - b.steps || a.y - b.y).map(({ one }) => one);
}

/** Wires in the order of the cards from which they lead, and then of those to which they do. */
export function wiresInOrder<T extends { source: string; target: string }>(
  wires: readonly T[],
  cards: readonly { id: string }[],
): T[] {
  const order = new Map(cards.map(({ id }, i) => [id, i]));
  const of = (id: string): number => order.get(id) ?? cards.length;
  return wires.toSorted((a, b) => of(a.source) - of(b.source) || of(a.target) - of(b.target));
}

/** {@link wiresInOrder} that gives the same list again where the order is as it was. */
export function rememberingOrder<T extends { source: string; target: string }>(): typeof wiresInOrder<T> {
  let last: T[] = [];
  return (wires, cards) => {
    const next = wiresInOrder(wires, cards);
    return sameItems(next, last) ? last : (last = next);
  };
}
