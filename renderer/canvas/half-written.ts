import { create } from 'zustand';
import { without } from '../document/without.ts';

/**
 * Remarks that were begun and not sent. They are in no document, so they wait here, whatever becomes of their field, until
 * they are sent or emptied.
 */
export const useHalfWritten = create<Readonly<Record<string, string>>>()(() => ({}));

/** Of a flow by its path: a first remark on a step, by the step's id, or an answer, by the comment's. */
export const placeOf = (path: string, about: string): string => `${path} ${about}`;

export function written(place: string, text: string): void {
  useHalfWritten.setState((all) => (text === '' ? without(all, place) : { ...all, [place]: text }), true);
}

const underWay = new Set<string>();

/**
 * Sends what is written at a place: once, however often it is asked for, also from a field that is new. What is written on
 * to it meanwhile stays, and so does all of it where it was not taken.
 */
export async function send(place: string, give: (text: string) => Promise<boolean>): Promise<void> {
  const text = useHalfWritten.getState()[place] ?? '';
  if (underWay.has(place) || text.trim() === '') return;
  underWay.add(place);
  try {
    if (!(await give(text.trim()))) return;
    const now = useHalfWritten.getState()[place] ?? '';
    if (now.startsWith(text)) written(place, now.slice(text.length));
  } finally {
    underWay.delete(place);
  }
}
