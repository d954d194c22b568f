import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Window } from './window.ts';

type Move = { add: number; amount: number } | { remove: number } | { ask: number };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.nat(60), amount: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat(40) }) },
    { weight: 2, arbitrary: fc.record({ ask: fc.integer({ min: -3, max: 6 }) }) },
  ),
  { maxLength: 80, size: 'max' },
);

/** Plays moves on a window and on a plain list; gives what both say each time they are asked. */
function play(list: readonly Move[], mostApart: number): [number, number][] {
  const window = new Window(-1, mostApart);
  const plain: { at: number; amount: number }[] = [];
  const said: [number, number][] = [];
  let from = -1;
  for (const move of list) {
    if ('add' in move) {
      window.add(String(plain.length), move.add, move.amount);
      plain.push({ at: move.add, amount: move.amount });
    } else if ('remove' in move) {
      window.remove(String(move.remove));
      const one = plain[move.remove];
      if (one !== undefined) one.amount = 0;
    } else if (window.reaches(from + move.ask)) {
      from += move.ask;
      const used = window.used(from);
      const sum = plain.reduce((total, { at, amount }) => total + (at > from ? amount : 0), 0);
      said.push([Number(used), sum]);
    }
  }
  return said;
}

describe('the window of a limit', () => {
  it('comes to what the effects within it come to, also when the clock is set back and effects leave', () => {
    fc.assert(
      fc.property(moves, (list) => {
        for (const [used, sum] of play(list, 1000)) expect(used).toBe(sum);
      }),
      { numRuns: 300 },
    );
  });

  it('counts no less where effects are put together, and remembers no more than it may', () => {
    let apart = 0;
    fc.assert(
      fc.property(moves, (list) => {
        for (const [used, sum] of play(list, 6)) {
          expect(used).toBeGreaterThanOrEqual(sum);
          apart += used - sum;
        }
      }),
      { numRuns: 300 },
    );
    // Control: some were put together, and counted longer for it.
    expect(apart).toBeGreaterThan(0);
  });

  it('holds as many as it may apart, however many there were', () => {
    const window = new Window(0, 64);
    for (let i = 1; i <= 10_000; i++) window.add(String(i), i, 1);
    expect(JSON.stringify(window).length).toBeLessThan(64 * 80);
    expect(window.used(0)).toBe(10_000);
    // Those put together leave together, and never early.
    const left = Number(window.used(9_000));
    expect(left).toBeGreaterThanOrEqual(1_000);
    expect(window.used(10_000)).toBe(0);
  });

  it('does not reach back behind what has left', () => {
    const window = new Window(10);
    expect([window.reaches(9), window.reaches(10)]).toEqual([false, true]);
    window.used(20);
    expect([window.reaches(19), window.reaches(20)]).toEqual([false, true]);
  });
});
