import type { Flow, FlowEdge } from '../../engine/flow/document.ts';
import { boundsOf } from '../document/arrange.ts';
import { CARD_SIZE, placesOf } from '../document/tidy.ts';
import { freePlace } from '../document/travel.ts';
import type { QuickAdd, StudioState } from '../state/records.ts';
import { flowOf } from '../state/store.ts';
import { freeExit } from './fits.ts';
import { pointerOnPaper } from './pointer.ts';
import { boxes, sizeOf } from './sizes.ts';
import { placeAtScreen, screenAtPlace } from './viewport.ts';

type Point = Readonly<{ x: number; y: number }>;

const AWAY = 72;
/** Where on a card its input is, from the top. */
const INPUT = 24;

/** The place of a card whose input is at a point. */
export const inputAt = ({ x, y }: Point): Point => ({ x, y: y - INPUT });

/** A place for a step that follows another: to its right, where there is room. */
export function placeAfter(flow: Flow, id: string): Point {
  const at = placesOf(flow)[id] ?? { x: 0, y: 0 };
  return freePlace(boxes(), { x: at.x + sizeOf(id).width + AWAY, y: at.y }, CARD_SIZE);
}

/** In the middle of a wire, where there is room. */
export function between(edge: FlowEdge | undefined): Point | null {
  const ends = boxes().filter(({ id }) => id === edge?.from.node || id === edge?.to.node);
  const around = boundsOf(ends);
  if (around === null) return null;
  const wanted = {
    x: around.x + (around.width - CARD_SIZE.width) / 2,
    y: around.y + (around.height - CARD_SIZE.height) / 2,
  };
  return freePlace(boxes(), wanted, CARD_SIZE);
}

/**
 * A step is asked for where the mouse rests on empty paper; otherwise beside the step that is selected, or on the wire
 * that it goes into. The list opens there, and there the step is put.
 */
export function askedAt(state: StudioState, into: string | null): QuickAdd {
  const flow = flowOf(state);
  const [single, ...others] = state.presence.selection.nodes;
  const pointer = pointerOnPaper();
  const there = pointer === null ? null : placeAtScreen(pointer);
  if (flow === null) return { place: null, from: null, into };
  if (pointer !== null && there !== null && into === null) {
    const follows = single !== undefined && others.length === 0 && freeExit(flow, single) !== null;
    const place = follows ? inputAt(there) : inputAt({ x: there.x - CARD_SIZE.width / 2, y: there.y });
    return { place, from: null, into, at: pointer };
  }
  const place = into !== null ? between(flow.edges[into]) : single === undefined ? null : placeAfter(flow, single);
  return { place: null, from: null, into, at: place === null ? null : screenAtPlace(place) };
}
