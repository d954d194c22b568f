import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf, boundsOfTest } from './bounds.ts';
import { compileExpression } from './compile.ts';
import { compareNumbers, isFeelNumber } from './number.ts';
import { NUMBER } from './type.ts';
import { fromJson, isFeelContext } from './value.ts';

const scope = { x: NUMBER, y: NUMBER };

describe('bounds of an expression', () => {
  test.each([
    ['50', 50, 50],
    ['-(3)', -3, -3],
    ['x', null, null],
    ['min(x, 50)', null, 50],
    ['min([x, 50])', null, 50],
    ['max(0, min(x, 50))', 0, 50],
    ['min(x, 50) + 10', null, 60],
    ['10 - max(x, 3)', null, 7],
    ['if x > 1 then 5 else 9', 5, 9],
    ['if x > 1 then 5 else y', null, null],
    ['max(0, min(x, 10)) * -2', -20, 0],
    ['abs(x)', 0, null],
    ['x / 2', null, null],
  ])('%s lies in [%s, %s]', (source, low, high) => {
    expect(boundsOf(source, scope)).toEqual({ low, high });
  });

  test('a variable that hides min proves nothing', () => {
    expect(boundsOf('min(x, 50)', { ...scope, min: { kind: 'any' } })).toEqual({ low: null, high: null });
  });

  test('hold for every input', () => {
    const leaf = fc.oneof(fc.constantFrom('x', 'y'), fc.integer({ min: -20, max: 20 }).map(String));
    const { expression } = fc.letrec<{ expression: string }>((tie) => {
      const two = fc.tuple(tie('expression'), tie('expression'));
      return {
        expression: fc.oneof(
          { maxDepth: 4 },
          leaf,
          two.map(([a, b]) => `min(${a}, ${b})`),
          two.map(([a, b]) => `max(${a}, ${b})`),
          two.map(([a, b]) => `(${a} + ${b})`),
          two.map(([a, b]) => `(${a} - ${b})`),
          two.map(([a, b]) => `(${a} * ${b})`),
          two.map(([a, b]) => `(if x > y then ${a} else ${b})`),
          tie('expression').map((a) => `abs(${a})`),
        ),
      };
    });
    const number = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(expression, number, number, (source, x, y) => {
        const bounds = boundsOf(source, scope);
        const values = fromJson({ x, y });
        if (!isFeelContext(values)) throw new TypeError('A scope is a context.');
        const { value } = compileExpression(source, scope).evaluate(values);
        if (!isFeelNumber(value)) throw new TypeError(`${source} gave no number.`);
        expect(bounds.low === null || compareNumbers(bounds.low, value) <= 0).toBe(true);
        expect(bounds.high === null || compareNumbers(value, bounds.high) <= 0).toBe(true);
      }),
    );
  });
});

describe('bounds of a test', () => {
  test.each([
    ['<= 50', null, 50],
    ['< 50', null, 50],
    ['[0..50]', 0, 50],
    ['(0..50)', 0, 50],
    ['10, 20', 10, 20],
    ['[1..5], > 8', 1, null],
    ['-', null, null],
    ['not(> 50)', null, null],
    ['? > 0 and ? <= 50', 0, 50],
    ['? > 0 or ? <= 50', null, null],
    ['true', null, null],
    ['= 7', 7, 7],
    ['!= 7', null, null],
    ['< x', null, null],
  ])('%s lies in [%s, %s]', (source, low, high) => {
    expect(boundsOfTest(source, scope)).toEqual({ low, high });
  });
});
