import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';

const long = 'x'.repeat(5000);

/** Each is cheap to write and dear to run. */
const hostile: readonly (readonly [string, string])[] = [
  ['an endless loop', 'for i in 1..999999999999 return i'],
  ['nested loops', 'for a in 1..1000, b in 1..1000, c in 1..1000 return a * b * c'],
  ['a loop of decimals', 'for i in 1..9999999 return i / 7'],
  ['a loop of powers', 'for i in 1..9999999 return 1.0000001 ** (i + 0.5)'],
  ['a loop of series', 'for i in 1..9999999 return exp(i / 1000) + log(i)'],
  ['endless recursion', '{f: function(n) f(n + 1), r: f(1)}.r'],
  ['recursion in two', '{f: function(n) if n < 2 then 1 else f(n - 1) + f(n - 2), r: f(60)}.r'],
  [
    'a list of itself many times over',
    `{${['a0: [1, 2, 3, 4, 5, 6, 7, 8]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: [a${i}, a${i}]`)].join(', ')}}.a40`,
  ],
  [
    'comparing what is shared',
    `{${['a0: [1]', 'b0: [1]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: [a${i}, a${i}], b${i + 1}: [b${i}, b${i}]`)].join(', ')}, r: a40 = b40}.r`,
  ],
  [
    'text that doubles',
    `{${['a0: "xxxxxxxxxxxxxxxx"', ...Array.from({ length: 60 }, (_, i) => `a${i + 1}: a${i} + a${i}`)].join(', ')}, r: string length(a60)}.r`,
  ],
  ['a backtracking pattern', `matches("${'a'.repeat(2000)}!", "^(a+)+$")`],
  ['a huge pattern', `for i in 1..1000 return matches("${long}", "(x{0,500}){1,2}y")`],
  ['patterns anew each time', `for i in 1..100000 return matches("${long}", "x*y" + string(i))`],
  ['patterns that write themselves out', 'for i in 1..100000 return matches("a", "(a|b|c){0,100}[xyz]+" + string(i))'],
  ['a pattern of a million instructions', `matches("a", "(${'abc'.repeat(300)}){1000}")`],
  ['named time zones', 'for i in 1..100000 return @"2020-01-01T00:00:00@Europe/Paris" + @"PT1H" * i'],
  [
    'comparing named time zones',
    'count((for i in 1..9999 return @"2020-01-01T00:00:00@Europe/Rome" + @"P1D" * i)[item > @"2020-01-01T00:00:00Z"])',
  ],
  ['zones that there are not', 'for i in 1..100000 return time("10:00:00@Etc/" + string(i))'],
  ['classes in any case', 'for i in 1..100000 return matches("a", "\\i\\c\\I\\C\\i\\c" + string(i), "i")'],
  ['dates', 'for i in 1..100000 return date("2020-01-01") + @"P1D"'],
  ['ranges from text', 'for i in 1..100000 return range("[1..3]")'],
  ['replacing each letter', `for i in 1..1000 return replace("${long}", "x", "yyyyyyyyyy")`],
  ['sorting', 'sort(for i in 1..50000 return modulo(i * 7919, 10007), function(x, y) x < y)'],
  ['distinct values of records', 'distinct values(for i in 1..20000 return {a: i})'],
  ['joins in a loop', `for i in 1..100000 return string join(["${long}", "${long}"], ",")`],
  ['filters in a filter', '(1..3000)[count((for i in 1..3000 return i)[item > 5]) > 1]'],
  ['some within every', 'every a in 1..5000 satisfies some b in 1..5000 satisfies a = b'],
];

describe('P33: the budget', () => {
  test.each(hostile)('%s ends within 50 ms', (_name, source) => {
    const compiled = compileExpression(source, {});
    // The best of three: other tests share the machine, and the promise is about the work, not about them.
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      compiled.evaluate(new Map());
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });

  test('spent is null with FEEL_BUDGET, the same each time', () => {
    const compiled = compileExpression('for i in 1..999999999999 return i', {});
    const first = compiled.evaluate(new Map());
    expect(first.value).toBe(null);
    expect(first.warnings.at(-1)?.code).toBe('FEEL_BUDGET');
    expect(compiled.evaluate(new Map())).toEqual(first);
  });

  test('is counted in steps: the smallest one that suffices is exact', () => {
    const compiled = compileExpression('for i in 1..100 return i', {});
    const enough = (steps: number): boolean =>
      compiled.evaluate(new Map(), { budget: { steps, depth: 10 } }).value !== null;
    let least = 1;
    while (!enough(least)) least += 1;
    expect(least).toBeGreaterThan(100);
    expect(enough(least + 1)).toBe(true);
    expect(enough(least - 1)).toBe(false);
  });

  test('leaves room for honest work', () => {
    const { value, warnings } = compileExpression('sum(for i in 1..5000 return i * 1.1)', {}).evaluate(new Map());
    expect(warnings).toEqual([]);
    expect(value).toBe(13_752_750);
  });
});
