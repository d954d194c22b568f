import { assert, constantFrom, pre, property, sample, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import { literalText } from '../feel/format.ts';
import type { Flow } from '../flow/document.ts';
import { idOf } from '../flow/testing/build.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';
import { everyDeed, unapproved, type Trial } from './testing/brute-force.ts';
import { AROUND, policyOf } from './testing/proof-kit.ts';
import { drawn, isReadable, seeds } from './testing/random-drawing.ts';

/** Below, at, between and above all numbers that the drawings speak of. */
const GRID = [-5, 9, 10, 15, 20, 25, 30, 35];
const AMOUNTS = [10, 20, 30];

const limits = constantFrom(null, ...AMOUNTS);
const proveFor = (flow: Flow, max: number | null) =>
  proveSafety(flow, KINDS, AROUND, max === null ? STRICT_POLICY : policyOf({ credit: max }));
const unsafeNodes = (flow: Flow, max: number | null): string[] =>
  proveFor(flow, max)
    .unsafe.map((path) => path.effect.node)
    .sort();

const trialOf = (amount: number, decision: string, answer: string | null): Trial => ({
  grid: [amount],
  decisions: [decision],
  answer: (node) => (node === idOf('ai 0') ? answer : 'other'),
});

describe('the proof beside every case that there is', () => {
  it.each([false, true])('S5 S6 S7 S8 without arithmetic the two agree on every effect (loops: %s)', (loops) => {
    assert(
      property(seeds, limits, (numbers, max) => {
        const flow = drawn(numbers, { wild: false, loops });
        pre(isReadable(flow));
        expect(unsafeNodes(flow, max)).toEqual(unapproved(flow, { grid: GRID }, max));
      }),
      { numRuns: loops ? 60 : 150, seed: 20 },
    );
  });

  it.each([false, true])('S5 S6 S7 S8 what is called safe never happens unapproved (loops: %s)', (loops) => {
    assert(
      property(seeds, limits, (numbers, max) => {
        const flow = drawn(numbers, { wild: true, loops });
        pre(isReadable(flow));
        const unsafe = unsafeNodes(flow, max);
        expect(unapproved(flow, { grid: GRID }, max).filter((node) => !unsafe.includes(node))).toEqual([]);
      }),
      { numRuns: loops ? 80 : 150, seed: 21 },
    );
  });

  it('S3 where nobody approves, a safe effect is the same whatever the AI decisions answer', () => {
    assert(
      property(
        seeds,
        limits,
        constantFrom(...GRID),
        constantFrom('rejected', 'timed out'),
        (numbers, max, amount, decision) => {
          const flow = drawn(numbers, { wild: true, loops: false });
          pre(isReadable(flow));
          const unsafe = new Set(unsafeNodes(flow, max));
          const deedsFor = (answer: string | null) =>
            everyDeed(flow, trialOf(amount, decision, answer))
              .filter((deed) => !unsafe.has(deed.node))
              .filter((deed) => max === null || (typeof deed.amount === 'number' && deed.amount > max))
              .map((deed) => [deed.node, literalText(deed.amount)]);
          const first = deedsFor('refund');
          for (const answer of ['fraud', 'other', null]) expect(deedsFor(answer)).toEqual(first);
        },
      ),
      { numRuns: 100, seed: 22 },
    );
  });

  it('control: the drawings tell a prover that is wrong from one that is right', () => {
    const verdicts = sample(tuple(seeds, limits), { numRuns: 150, seed: 23 }).map(([numbers, max]) => {
      const flow = drawn(numbers, { wild: false, loops: false });
      const proved = unsafeNodes(flow, max).join();
      return {
        unsafe: proved !== '',
        lax: unapproved(flow, { grid: GRID, clearing: ['approved', 'timed out'] }, max).join() !== proved,
        shifted: max !== null && unapproved(flow, { grid: GRID }, max - 1).join() !== proved,
        blind: unapproved(flow, { grid: GRID, answer: () => 'other' }, max).join() !== proved,
      };
    });
    const counts = (['unsafe', 'lax', 'shifted', 'blind'] as const).map(
      (key) => verdicts.filter((verdict) => verdict[key]).length,
    );
    for (const count of counts) expect(count).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThan(verdicts.length);
  });
});
