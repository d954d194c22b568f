import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8_192;
/** More than this is drawn by itself: it would empty the pool at once. */
const MAX_POOLED = POOL_BYTES / 8;

/**
 * The machine's random bytes. Few at a time come out of a pool that is filled by one call of the system, as each call
 * costs as much as all the hashing of an event; what was handed out is wiped from it and never handed out again.
 */
export function systemRandom(): (bytes: number) => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (bytes) => {
    if (bytes > MAX_POOLED) return randomFillSync(new Uint8Array(bytes));
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const taken = pool.slice(used, used + bytes);
    pool.fill(0, used, used + bytes);
    used += bytes;
    return taken;
  };
}
