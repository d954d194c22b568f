/** The name of a log in its checkpoints: one that an older backup was restored to goes on under another. */
const RESTORED = /\/restored-([0-9]+)$/;

/** @param random bytes that no other log's name was made of */
export const newName = (random: Uint8Array): string =>
  `countersign.invalid/journal/${Buffer.from(random).toString('hex')}`;

/** The name that a log had before anything was restored. */
export const firstName = (origin: string): string => origin.replace(RESTORED, '');

/** The name that it goes on under. @param at when it was restored, in milliseconds since 1970 */
export const restoredName = (origin: string, at: number): string => `${firstName(origin)}/restored-${at}`;

/** When it was restored last, as its name says; null where it does not. Nobody vouches that it is true. */
export function restoredAt(origin: string): Date | null {
  const at = new Date(Number(RESTORED.exec(origin)?.[1]));
  return Number.isNaN(at.getTime()) ? null : at;
}
