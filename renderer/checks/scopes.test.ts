import { expect, test } from 'vitest';
import type { FeelType } from '../../engine/feel/type.ts';
import { patchedScopes, scopesSince, type Scopes } from './scopes.ts';

const text: FeelType = { kind: 'string' };
const number: FeelType = { kind: 'number' };

test('whatever the scopes were, the patches lead to them, and the same are not sent again', () => {
  const patchOf = scopesSince();
  const history: Scopes[] = [
    { n_a: { input: text }, n_b: { input: text, a: number } },
    { n_a: { input: { ...text } }, n_b: { input: text, a: text } },
    { n_b: { input: text, a: text }, n_c: {} },
    {},
  ];
  const sent = history.map((scopes) => patchOf(scopes));
  let there: Scopes = {};
  for (const [i, patch] of sent.entries()) {
    there = patchedScopes(there, patch);
    expect(there).toEqual(history[i]);
  }
  expect(sent.map(({ set }) => Object.keys(set))).toEqual([['n_a', 'n_b'], ['n_b'], ['n_c'], []]);
});

test('what did not change is the same object', () => {
  const before: Scopes = { n_a: { input: text } };
  expect(patchedScopes(before, { set: {}, gone: [] })).toBe(before);
  expect(patchedScopes(before, { set: { n_b: {} }, gone: [] })['n_a']).toBe(before['n_a']);
});
