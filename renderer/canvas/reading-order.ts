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
  return wires
    .map((wire) => ({ wire, from: of(wire.source), to: of(wire.target) }))
    .toSorted((a, b) => a.from - b.from || a.to - b.to)
    .map(({ wire }) => wire);
}

/**
 * {@link wiresInOrder} that gives the same list again where the order is as it was, and does not look for it where the same
 * wires lead between cards in the same order: so it is while one is dragged.
 */
export function rememberingOrder<T extends { source: string; target: string }>(): typeof wiresInOrder<T> {
  let last: { of: readonly T[]; cards: readonly { id: string }[]; wires: T[] } = { of: [], cards: [], wires: [] };
  return (wires, cards) => {
    const isKnown = wires === last.of && sameIds(cards, last.cards);
    const next = isKnown ? last.wires : wiresInOrder(wires, cards);
    last = { of: wires, cards, wires: sameItems(next, last.wires) ? last.wires : next };
    return last.wires;
  };
}

const sameIds = (a: readonly { id: string }[], b: readonly { id: string }[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id);
