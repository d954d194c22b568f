/**
 * Work that is done deep inside comparing and calculating, where no evaluation is at hand to pay for it. It is counted
 * here in steps, and an evaluation pays for what was counted since it last paid.
 */
let counted = 0;

export function count(steps: number): void {
  counted += steps;
}

export function countedSoFar(): number {
  return counted;
}

/** Texts shorter than this are compared in no time. */
const SHORT_TEXT = 256;

/** Are two texts the same? Counts the comparing of long ones. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= SHORT_TEXT) counted += a.length >> 8;
  return a === b;
}
