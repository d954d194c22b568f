import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { describeType, mayBeNull } from './type.ts';
import type { FeelType } from './type.ts';
import { fromJson, isFeelContext } from './value.ts';
import type { FeelContext } from './value.ts';

const n: FeelType = { kind: 'number', nullable: true };
const plan: FeelType = {
  kind: 'context',
  open: false,
  nullable: true,
  fields: { team: { kind: 'string' }, size: n },
};
const scope = { plan, n, plans: { kind: 'list', of: plan } } satisfies Record<string, FeelType>;

const check = (source: string, input?: FeelType) => {
  const { problems, type } = compileExpression(source, scope, input === undefined ? {} : { input });
  return { codes: problems.map((problem) => problem.code), type: describeType(type) };
};

describe('a place that was tested for null', () => {
  test.each([
    ['if plan = null then "first line" else plan.team', 'text'],
    ['if null = plan then 0 else 1', 'number'],
    ['if plan != null then plan.team else "first line"', 'text'],
    ['if (plan) = (null) then "" else (plan).team', 'text'],
    ['if plan.size = null then 0 else plan.size + 1', 'number'],
    ['plan.size = null', 'yes or no'],
    ['if plan.size != null then plan.team else ""', 'text'],
    ['if n != null and n > 3 then n else 0', 'number'],
    ['if n = null or n < 3 then 0 else n', 'number'],
    ['if plan != null and plan.size != null and plan.size > 3 then plan.size else 0', 'number'],
    ['if n = 3 then n + 1 else 0', 'number'],
    ['for p in plans return if p = null then "" else p.team', 'list of text'],
    ['every p in plans satisfies p = null or p.team = "a"', 'yes or no or null'],
    ['plans[item != null and item.team = "a"]', 'list of {team: text, size: number or null} or null'],
    ['n != null and n > 3', 'yes or no'],
  ])('%s is clean and gives %s', (source, type) => {
    expect(check(source)).toEqual({ codes: [], type });
  });

  test.each([
    'if plan = null then plan.team else ""',
    'if plan != null then "" else plan.team',
    'if plan = null then "" else if n = 1 then "" else string(n + 1)',
    'if n != null or plan != null then n + 1 else 0',
    'if n = null and plan = null then 0 else n + 1',
    'if n != 3 then n + 1 else 0',
    'if n = null then 0 else (for n in [1, null] return n + 1)[1]',
    '[n != null, n + 1]',
    'if plan.size = 1 then 0 else 1',
    'n = null and n > 3',
  ])('no more than the test shows: %s warns', (source) => {
    expect(check(source).codes).toContain('FEEL_NULLABLE');
  });

  test('`?` too', () => {
    expect(check('? != null and ? > 3', n).codes).toEqual([]);
    expect(check('? > 3', n).codes).toEqual(['FEEL_NULLABLE']);
  });
});

const place = fc.constantFrom('n', 'plan', 'plan.size', 'plan.team');
const atom = fc.oneof(
  fc.tuple(place, fc.constantFrom('= null', '!= null')).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('n', 'plan.size'), fc.constantFrom('= 1', '!= 1', '> 1', '<= n', 'between 0 and n'))
    .map((p) => p.join(' ')),
);
const condition = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.tuple(tie('all'), fc.constantFrom('and', 'or'), tie('all')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
  ),
})).all;

function scopeOf(json: Parameters<typeof fromJson>[0]): FeelContext {
  const value = fromJson(json);
  if (!isFeelContext(value)) throw new TypeError('A scope is a context.');
  return value;
}

const everyScope = [null, 0, 1, 2].flatMap((number) =>
  [null, ...[null, 1, 2].map((size) => ({ team: 'a', size }))].map((some) =>
    scopeOf({ n: number, plan: some, plans: [] }),
  ),
);

test('a type without null is the type of no null, whatever is tested', () => {
  fc.assert(
    fc.property(condition, place, place, (tested, then, otherwise) => {
      const compiled = compileExpression(`if ${tested} then ${then} else ${otherwise}`, scope);
      if (mayBeNull(compiled.type)) return;
      for (const values of everyScope) expect(compiled.evaluate(values).value).not.toBe(null);
    }),
    { numRuns: 500 },
  );
});
