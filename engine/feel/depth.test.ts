import { expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { MAX_DEPTH } from './depth.ts';

const chain = (count: number, part: string, between: string): string =>
  Array.from({ length: count }, () => part).join(between);

test.each([
  ['a sum', chain(20_000, '1', ' + ')],
  ['an or', chain(20_000, 'true', ' or ')],
  ['a path', `a${'.b'.repeat(20_000)}`],
  ['filters', `a${'[1]'.repeat(20_000)}`],
  ['calls', `a${'(1)'.repeat(20_000)}`],
  ['variables', `for ${chain(3000, 'v in [1]', ', ')} return 1`],
  ['parameters', `function(${Array.from({ length: 3000 }, (_, i) => `p${i}`).join(', ')}) 1`],
  ['brackets', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
])('%s without end is a problem with its place, not a stack that overflows', (_, source) => {
  const compiled = compileExpression(source, { a: { kind: 'any' } });
  expect(compiled.problems.map(({ code }) => code)).toEqual(['FEEL_SYNTAX']);
  expect(compiled.problems[0]?.to).toBeLessThanOrEqual(source.length);
  expect(compiled.evaluate(new Map()).warnings.map(({ code }) => code)).toEqual(['FEEL_SYNTAX']);
});

test.each(['+ 1', 'or x', 'and x', '.b', '[1]', '= 1', '** 2'])('“%s” without end is not read to its end', (part) => {
  const { problems } = compileExpression(`x ${chain(20_000, part, ' ')}`, { x: { kind: 'any' } });
  expect(problems[0]?.to).toBeLessThan(20_000);
});

test('what is not deeper than the limit runs', () => {
  const compiled = compileExpression(chain(MAX_DEPTH, '1', ' + '), {});
  expect(compiled.problems).toEqual([]);
  expect(compiled.evaluate(new Map()).value).toBe(MAX_DEPTH);
});

test('entries of a context stand beside each other: they may be many', () => {
  const source = `{${Array.from({ length: 9000 }, (_, i) => `v${i}: ${i === 0 ? 1 : `v${i - 1}`}`).join(', ')}}.v8999`;
  expect(compileExpression(source, {}).evaluate(new Map()).value).toBe(1);
});
