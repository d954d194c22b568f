import type { Flow } from '../../engine/flow/document.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { CARD_SIZE, placesOf, type Size } from '../document/tidy.ts';
import type { Box } from '../document/travel.ts';

/** Sizes of cards as the browser drew them last: presence that nothing is drawn from. */
const sizes = new Map<string, Size>();

export const rememberSize = (id: string, size: Size): void => {
  sizes.set(id, size);
};

export const sizeOf = (id: string): Size => sizes.get(id) ?? CARD_SIZE;

/** Every card of the open flow as a box. */
export function boxes(): Box[] {
  const flow = flowOf(useStudio.getState());
  return flow === null ? [] : boxesOf(flow, sizes);
}

export function boxesOf(flow: Flow, measured: ReadonlyMap<string, Size>): Box[] {
  const places = placesOf(flow);
  return Object.keys(flow.nodes).map((id) => ({
    id,
    ...(places[id] ?? { x: 0, y: 0 }),
    ...(measured.get(id) ?? CARD_SIZE),
  }));
}
