/** Expressions and values made to outrun the budget: every operator and built-in, turn after turn, on values of great size. */
import * as fc from 'fast-check';
import { builtInNames, builtInOf } from './builtins/index.ts';
import { conformsTo } from './conform.ts';
import { Decimal } from './number.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import { ANY, type FeelType } from './type.ts';
import type { FeelContext, FeelValue } from './value.ts';

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const date = (day: number): FeelValue => FeelDate.ofEpochDay(day);

function dateTime(day: number, zone: string | number | null): FeelValue {
  const [on, at] = [FeelDate.ofEpochDay(day), FeelTime.of(10, 30, 15, 123_456_789, zone)];
  return on === null || at === null ? null : new FeelDateTime(on, at);
}

/** A list in a list in a list, and so on. */
const nest = (levels: number): FeelValue => many(levels, () => 0).reduce<FeelValue>((inner) => [inner, 1], 'core');

/** Two of each, alike but not the same, so that neither is told from the other at a glance. */
const pair = (name: string, make: () => FeelValue): readonly (readonly [string, FeelValue])[] => [
  [name, make()],
  [`${name}2`, make()],
];

const LONG = 200_000;

/** Values that a case or a connector might bring; the names say their kinds. */
export const GREAT_VALUES: FeelContext = new Map<string, FeelValue>([
  ...pair('text', () => 'x'.repeat(LONG)),
  ...pair('text of emoji', () => '😀'.repeat(LONG / 2)),
  ['text of two letters', 'ab'.repeat(LONG / 2)],
  ['text that ends otherwise', `${'x'.repeat(LONG / 2)}y`],
  ['text of greek', 'αΣ'.repeat(LONG / 2)],
  ['text of quotes', '"\\\n'.repeat(LONG / 3)],
  ['text of digits', '1,'.repeat(4000)],
  ['text of a number', '1'.repeat(9999)],
  ['short text', 'x'],
  ['short pattern', '(x.*y|x)+?'],
  ['long pattern', 'x*'.repeat(450)],
  ['class pattern', '[\\p{L}\\p{N}]{1,50}x'],
  ['replacement', '$0'.repeat(1000)],
  ['flags', 'i'],
  ['whole', 7],
  ['two', 2],
  ['huge', new Decimal('9.876543210987654321098765432109876e6144')],
  ['tiny', new Decimal('1.234567890123456789012345678901234e-6143')],
  ['fine', new Decimal('1.234567890123456789012345678901234')],
  ['third', new Decimal('0.3333333333333333333333333333333333')],
  ['minus', new Decimal('-98765.4321')],
  ...pair('list of numbers', () => many(50_000, (i) => i)),
  ...pair('list of decimals', () => many(3000, (i) => new Decimal(`${i}.123456789012345678901234567890`))),
  ['list of huge', many(300, () => new Decimal('9.87654321e6000'))],
  ...pair('list of texts', () => many(300, (i) => 'x'.repeat(1000) + String(i % 7))),
  ['list of short texts', many(50_000, () => 'a')],
  ...pair('list of contexts', () => many(5000, (i) => new Map<string, FeelValue>([['a', i % 5]]))),
  [
    'list of entries',
    many(
      5000,
      (i) =>
        new Map<string, FeelValue>([
          ['key', `k${i}`],
          ['value', i],
        ]),
    ),
  ],
  ['list of booleans', many(50_000, () => true)],
  ['list of dates', many(3000, (i) => dateTime((i * 7919) % 10_007, 0))],
  ['list of zoned', many(300, (i) => dateTime((i * 7919) % 10_007, 'Europe/Vienna'))],
  ['list of lists', many(5000, () => [1, 2, 3])],
  ['list of nulls', many(50_000, () => null)],
  ['list of ranges', many(3000, (i) => new FeelRange(i, new Decimal('1e30'), true, true))],
  ['deep list', nest(2000)],
  ...pair('context', () => new Map(many(5000, (i) => [`k${i}`, i] as const))),
  ['context of great keys', new Map(many(20, (i) => ['k'.repeat(10_000) + String(i), i] as const))],
  ['day', date(20_000)],
  ['far day', date(300_000_000_000)],
  ['local', dateTime(20_000, null)],
  ['utc', dateTime(20_000, 0)],
  ...pair('zoned', () => dateTime(20_000, 'Europe/Vienna')),
  ['at', FeelTime.of(10, 30, 15, 123_456_789, 3600)],
  ['days', new DayTimeDuration(123_456_789_012_345_678_901_234n)],
  ['months', new YearMonthDuration(1234)],
  ['range of numbers', new FeelRange(1, 100_000_000, true, true)],
  ['range of decimals', new FeelRange(new Decimal('0.5'), new Decimal('1e30'), true, false)],
  ['range of days', new FeelRange(date(0), date(1_000_000), true, true)],
  ['range of zoned', new FeelRange(dateTime(0, 'Europe/Vienna'), dateTime(20_000, 'Europe/Vienna'), true, true)],
  ...pair('range of texts', () => new FeelRange('x'.repeat(LONG), `${'x'.repeat(LONG)}y`, true, true)),
  ['nothing', null],
  ['yes', true],
]);

export const GREAT_TYPES: Readonly<Record<string, FeelType>> = Object.fromEntries(
  [...GREAT_VALUES.keys()].map((name) => [name, { kind: 'any' }]),
);

const FUNCTIONS = ['function(x, y) x < y', 'function(x, y) true', 'before'];
const names = [...GREAT_VALUES.keys()];

/** What may stand for a parameter of a type; what is in it is not looked at. */
function candidates(type: FeelType): readonly string[] {
  if (type.kind === 'function') return FUNCTIONS;
  const outer = outerOf(type);
  return names.filter((name) => conformsTo(GREAT_VALUES.get(name) ?? null, outer));
}

function outerOf(type: FeelType): FeelType {
  switch (type.kind) {
    case 'list':
      return { kind: 'list', of: ANY };
    case 'range':
      return { kind: 'range', of: ANY };
    case 'context':
      return { kind: 'context', fields: {}, open: true };
    default:
      return type;
  }
}

const name = fc.constantFrom(...names);

const call = fc.constantFrom(...builtInNames).chain((built) => {
  const overloads = builtInOf(built)?.overloads ?? [];
  return fc
    .constantFrom(...overloads)
    .chain(({ params }) =>
      fc
        .tuple(...params.map(({ type }) => fc.constantFrom(...candidates(type), 'nothing')))
        .map((args) => `${built}(${args.join(', ')})`),
    );
});

const operation = fc.oneof(
  fc
    .tuple(name, fc.constantFrom('+', '-', '*', '/', '**', '=', '!=', '<', '>=', 'in', 'and'), name)
    .map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(name, name, name).map(([a, b, c]) => `${a} between ${b} and ${c}`),
  fc.tuple(name, name).map(([a, b]) => `${a} in [${b}..${b}]`),
  fc.tuple(name, name).map(([a, b]) => `${a}[item = ${b}]`),
  fc.tuple(name, name).map(([a, b]) => `for x in ${a} return x = ${b}`),
  fc.tuple(name, name).map(([a, b]) => `some x in ${a} satisfies x in ${b}`),
  fc
    .tuple(name, fc.constantFrom('year', 'time offset', 'days', 'start', 'a', 'k1'))
    .map(([a, field]) => `${a}.${field}`),
  fc
    .tuple(name, fc.constantFrom('list<number>', 'list<context<a: number>>', 'context<k1: number>', 'range<number>'))
    .map(([a, type]) => `${a} instance of ${type}`),
  fc.tuple(name, name).map(([a, b]) => `[${a}, ${b}] = [${b}, ${a}]`),
  fc.tuple(name, name).map(([a, b]) => `{a: ${a}, b: a, c: ${b}}`),
);

/** One thing, over and over, until the budget is spent. */
export const hostile: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      call,
      operation,
      fc.tuple(call, call).map(([a, b]) => `${a} = ${b}`),
    ),
    fc.constantFrom(
      (it: string) => `for i in 1..60000 return ${it}`,
      (it: string) => `some i in 1..60000 satisfies (${it}) = "?"`,
      (it: string) => `(1..60000)[(${it}) = "?"]`,
      (it: string) => `{f: function(n) if n = 0 then 0 else [${it}, f(n - 1)], r: for i in 1..60000 return f(100)}.r`,
      (it: string) => `sort(list of numbers, function(x, y) (${it}) = "?")`,
      (it: string) => it,
    ),
  )
  .map(([it, over]) => over(it));
