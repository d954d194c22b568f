import { useEffect, useRef } from 'react';
import type { Command } from './command.ts';

/** What can be done with a part of the window that is on the screen, by the id of its command; null for what cannot now. */
export type Acts = Readonly<Record<string, (() => void) | null>>;

/** Parts that offer something, the one that came last at the end: what opens over another goes before it. */
const offers: { current: Acts }[] = [];

const actOf = (id: string): (() => void) | null =>
  offers.findLast(({ current }) => Object.hasOwn(current, id))?.current[id] ?? null;

/** While this part is on the screen its acts are commands, in the palette as well. */
export function useOffer(acts: Acts): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    offers.push(latest);
    return () => void offers.splice(offers.indexOf(latest), 1);
  }, []);
}

/** A command that can be done while some part of the window offers it. */
export const offered = (command: Omit<Command, 'enabled' | 'run'>): Command => ({
  ...command,
  enabled: () => actOf(command.id) !== null,
  run: () => actOf(command.id)?.(),
});
