import type { Program } from '../program/program.ts';
import type { Environment } from './environment.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The id of a run: 10 characters of time and 16 of randomness in Crockford's base 32, so that ids sort by when they
 * began. `random` is 10 bytes.
 */
export function newRunId(now: number, random: Uint8Array): string {
  let time = '';
  for (let left = now, i = 0; i < 10; i++, left = Math.floor(left / 32)) time = (ALPHABET[left % 32] ?? '0') + time;
  let tail = '';
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += ALPHABET[(held >>> bits) & 31] ?? '0';
    }
    held &= (1 << bits) - 1;
  }
  return time + tail;
}

/** The id of a new run, and random hex for one of a program that seals. */
export function newRun(
  environment: Pick<Environment, 'random'>,
  { sealsAnything }: Program,
  now: number,
): { run: string; salt: string | null } {
  const run = newRunId(now, environment.random(10));
  return { run, salt: sealsAnything ? Buffer.from(environment.random(16)).toString('hex') : null };
}
