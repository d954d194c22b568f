import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_REST_MS, MOST_REST_MS, restBefore } from './rest.ts';

const ms = fc.double({ min: 0, max: 5000, noNaN: true });

describe('the rest before a check', () => {
  it('is short after a long time in which nothing changed, however long the last check took', () => {
    fc.assert(
      fc.property(ms, ms, (tookMs, more) => {
        expect(restBefore({ tookMs, ended: 0 }, MOST_REST_MS + more)).toBe(LEAST_REST_MS);
      }),
    );
    expect(restBefore({ tookMs: 0, ended: -Infinity }, 0)).toBe(LEAST_REST_MS);
  });

  it('keeps two checks as far apart as the first of them took, within bounds', () => {
    fc.assert(
      fc.property(ms, ms, (tookMs, since) => {
        const rest = restBefore({ tookMs, ended: 0 }, since);
        expect(rest).toBeGreaterThanOrEqual(LEAST_REST_MS);
        expect(rest).toBeLessThanOrEqual(MOST_REST_MS);
        expect(rest + since).toBeGreaterThanOrEqual(Math.min(tookMs, MOST_REST_MS));
      }),
    );
    // A check that took long is followed by a rest: it would not be if only the least were kept.
    expect(restBefore({ tookMs: 90, ended: 0 }, 0)).toBe(90);
  });
});
