import { flowOf, useStudio } from '../state/store.ts';
import { CARD_SIZE, type Size } from '../document/tidy.ts';
import type { Box } from '../document/travel.ts';
import { drawnBoxes } from './drawn.ts';

/** Sizes of cards as the browser drew them last: presence that nothing is drawn from. */
const sizes = new Map<string, Size>();

export const rememberSize = (id: string, size: Size): void => {
  sizes.set(id, size);
};

export const sizeOf = (id: string): Size => sizes.get(id) ?? CARD_SIZE;

/** Every card of the open flow as a box. */
export function boxes(): Box[] {
  const flow = flowOf(useStudio.getState());
  return flow === null ? [] : drawnBoxes(flow, sizes);
}
