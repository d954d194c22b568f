import { describe, expect, test } from 'vitest';
import { NUMBER } from './type.ts';
import type { FeelType } from './type.ts';
import { normalise, renameInExpression } from './rewrite.ts';

const scope: Record<string, FeelType> = {
  amount: NUMBER,
  'credit score': NUMBER,
  ticket: { kind: 'context', open: false, fields: { amount: NUMBER } },
};

describe('renaming', () => {
  test.each([
    ['amount * 2', 'sum total * 2'],
    ['ticket.amount + amount', 'ticket.amount + sum total'],
    ['"amount" + string(amount)', '"amount" + string(sum total)'],
    ['for amount in [1] return amount', 'for amount in [1] return amount'],
    ['for x in [amount] return amount', 'for x in [sum total] return sum total'],
    ['{amount: amount, b: amount}', '{amount: sum total, b: amount}'],
    ['(function(amount) amount)(amount)', '(function(amount) amount)(sum total)'],
    ['// amount\namount', '// amount\nsum total'],
    ['broken (amount', 'broken (amount'],
  ])('%s', (source, expected) => {
    expect(renameInExpression(source, scope, 'amount', 'sum total')).toBe(expected);
  });

  test('finds names with spaces, however they are spaced', () => {
    expect(renameInExpression('credit  score>1', scope, 'credit score', 'rating')).toBe('rating>1');
    expect(renameInExpression('> credit score', scope, 'credit score', 'x', { form: 'unary tests' })).toBe('> x');
  });
});

describe('the normal text', () => {
  test.each([
    ['ticket . amount', 'ticket.amount'],
    ['(amount)+1.50', 'amount + 1.5'],
    ['credit   score /* of him */ > 3', 'credit score>3'],
    ['amount between 1 and 2', 'amount  between (1) and 2'],
  ])('%s and %s are alike', (a, b) => {
    expect(normalise(a, scope)).toBe(normalise(b, scope));
  });

  test('keeps apart what differs', () => {
    expect(normalise('amount - 1 - 2', scope)).not.toBe(normalise('amount - (1 - 2)', scope));
    expect(normalise('"2026-01-01"', scope)).not.toBe(normalise('@"2026-01-01"', scope));
  });

  test('is its own normal text', () => {
    for (const source of [
      'if amount > 1 then [1..2) else {a: -1}',
      'some x in [1, 2] satisfies x = amount',
      'date("2026-01-01").year',
    ]) {
      const once = normalise(source, scope);
      expect(normalise(once, scope)).toBe(once);
    }
  });
});
