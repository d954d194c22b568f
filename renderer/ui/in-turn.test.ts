import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersInTurn } from './in-turn.ts';

describe('answers', () => {
  it('Q1 that take longer than it takes to ask again are shown all the same', () => {
    const turns = answersInTurn();
    const [first, second, third] = ['runs', 'runs', 'runs'].map((question) => turns.asked(question));
    expect([first?.(), second?.(), third?.()]).toEqual([true, true, true]);
  });

  it('Q2 never put an older one, or one to another question, over what is shown', () => {
    const steps = fc.array(fc.record({ question: fc.constantFrom('a', 'b'), answers: fc.nat(30) }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        const turns = answersInTurn();
        const open: { question: string; number: number; counts: () => boolean }[] = [];
        let shown = -1;
        for (const [number, { question, answers }] of all.entries()) {
          open.push({ question, number, counts: turns.asked(question) });
          const [one] = open.splice(answers % open.length, 1);
          if (one?.counts() !== true) continue;
          expect(one.question).toBe(question);
          expect(one.number).toBeGreaterThan(shown);
          shown = one.number;
        }
      }),
    );
  });

  it('Q3 to an earlier question do not count, even if it is asked again after them', () => {
    const turns = answersInTurn();
    const before = turns.asked('a');
    turns.asked('b');
    expect(before()).toBe(false);
    expect(turns.asked('a')()).toBe(true);
  });
});
