import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../feel/index.ts';
import { nameFault } from './names.ts';
import { editDistance, nearest } from './nearest.ts';

const word = fc.constantFrom(
  ...'and or not if then else for in return some every satisfies between instance of function true false null'.split(
    ' ',
  ),
  ...'date time duration list context number item x Check 2 _a änderung ticket'.split(' '),
);
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));

describe('names of steps', () => {
  it('can be read in expressions when they may be given at all', () => {
    fc.assert(
      fc.property(name, (given) => {
        fc.pre(nameFault(given) === null);
        const scope = { [given]: { kind: 'number' }, other: { kind: 'number' } } as const;
        for (const source of [
          given,
          `${given} + other`,
          `other * ${given}`,
          `if ${given} > 1 then ${given} else other`,
          `for each1 in [1, 2] return each1 + ${given}`,
          `[${given}, other]`,
          `{a: ${given}}`,
        ]) {
          const { reads, problems } = compileExpression(source, scope);
          expect([source, problems.filter((problem) => problem.severity === 'error')]).toEqual([source, []]);
          expect([source, reads.map((path) => path[0])]).toContainEqual(expect.arrayContaining([given]));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are refused when the language means something else by them', () => {
    for (const given of [
      'if',
      'if if',
      'for approval',
      'instance of',
      'input',
      'item',
      '__proto__',
      '1st',
      'a  b',
      ' a',
      '',
      'a-b',
      'x'.repeat(61),
    ]) {
      expect([given, nameFault(given)]).not.toEqual([given, null]);
    }
  });
});

describe('the nearest word', () => {
  it('is measured as a distance is', () => {
    const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, `${a}${b}`)).toBe(b.length);
      }),
    );
    expect(nearest('ruel', ['trigger', 'end', 'rule', 'note'])[0]).toBe('rule');
    expect(nearest('anything', [])).toEqual([]);
  });
});
