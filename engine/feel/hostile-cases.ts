/** Expressions that are cheap to write and dear to run: each ended an evaluation late once, or would without its price. */

const long = 'x'.repeat(5000);

/** `a0` to `an`, each twice as long as the one before: 16 characters become 16 · 2ⁿ. */
const doubled = (count: number, seed = 'x'.repeat(16), name = 'a'): string =>
  [
    `${name}0: "${seed}"`,
    ...Array.from({ length: count }, (_, i) => `${name}${i + 1}: ${name}${i} + ${name}${i}`),
  ].join(', ');

const repeated = (count: number, part: (i: number) => string, between: string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(between);

const over = (part: string): string => `for i in 1..60000 return ${part}`;

type Case = readonly [name: string, source: string];

const LOOPS_AND_TEXTS: readonly Case[] = [
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

const TWO_TEXTS = `${doubled(14)}, ${doubled(14, 'x'.repeat(16), 'b')}`;

const LONG_TEXTS: readonly Case[] = [
  ['equal long texts', `{${TWO_TEXTS}, r: ${over('a14 = b14')}}.r`],
  ['long texts in order', `{${TWO_TEXTS}, r: ${over('a14 < b14')}}.r`],
  ['a long text between long texts', `{${TWO_TEXTS}, r: ${over('a14 between b14 and b14')}}.r`],
  ['ranges of long texts', `{${TWO_TEXTS}, r: ${over('overlaps([a14..b14], [a14..b14])')}}.r`],
  ['the least of long texts', `{${doubled(11)}, l: for i in 1..300 return a11 + string(i), r: ${over('min(l)')}}.r`],
  ['beginnings of long texts', `{${TWO_TEXTS}, r: ${over('starts with(a14, b14)')}}.r`],
  ['ends of long texts', `{${TWO_TEXTS}, r: ${over('ends with(a14, b14)')}}.r`],
  ['a long text in a longer one', `{${doubled(12)}, b: a10 + "y" + a10, r: ${over('contains(a12, b)')}}.r`],
  ['what follows a long text', `{${doubled(12)}, b: "y" + a11, r: ${over('substring after(a12, b)')}}.r`],
  ['case of every script', `{${doubled(12, 'İßΣ𐐀αbcdefghi')}, r: ${over('lower case(upper case(a12))')}}.r`],
  ['a long key', `{${doubled(12)}, c: context put({}, a12, 1), r: ${over('string(c)')}}.r`],
  ['a key made anew', `{${doubled(10)}, c: context put({}, a10 + "y", 1), r: ${over('get value(c, a10 + "y")')}}.r`],
  [
    'text in text in text',
    `{l: (for i in 1..3000 return if i = 1 then [1] else [partial[-1], 1])[-1], r: ${over('string(l)')}}.r`,
  ],
];

const WIDE: readonly Case[] = [
  ['a wide sum', over(repeated(500, () => 'i', '+'))],
  ['a wide and', over(repeated(500, () => 'i > 0', ' and '))],
  ['a wide or of texts', over(repeated(500, () => '"abc" = "abd"', ' or '))],
  ['many tests', over(`0 in (${repeated(500, (i) => String(i + 1), ', ')})`)],
  [
    'many decimal ranges',
    over(`0.12345678901234567890123 in (${repeated(500, (i) => `[${i}.12345678901234567890124..${i + 2}]`, ', ')})`),
  ],
  [
    'many ranges of moments',
    over(
      `@"2020-01-01T00:00:00" in (${repeated(300, () => '[@"2021-01-01T00:00:00"..@"2022-01-01T00:00:00"]', ', ')})`,
    ),
  ],
  ['a wide filter', `(for i in 1..20000 return i)[${repeated(300, () => 'item > 0', ' and ')}]`],
  ['a wide domain', `for i in 1..60000, j in [${repeated(300, () => '1', '+')}] return 1`],
  ['a wide function', `{f: function(x) ${repeated(300, () => 'x', '+')}, r: ${over('f(i)')}}.r`],
  [
    'a function among many variables',
    `{${repeated(3000, (i) => `v${i}: 1`, ', ')}, f: function(x) x, r: ${over('f(i)')}}.r`,
  ],
  [
    'functions made among many variables',
    `{${repeated(3000, (i) => `v${i}: 1`, ', ')}, r: ${over('function(x) x')}}.r`,
  ],
];

const LISTS: readonly Case[] = [
  ['equal lists', `{c: (for i in 1..10000 return i), d: (for i in 1..10000 return i), r: ${over('c = d')}}.r`],
  ['a list in itself', `{c: (for i in 1..10000 return i), r: ${over('c in (c)')}}.r`],
  ['the type of a long list', `{c: (for i in 1..20000 return i), r: ${over('c instance of list<number>')}}.r`],
  [
    'the type of many contexts',
    `{c: (for i in 1..5000 return {a: 1}), r: ${over('c instance of list<context<a: number>>')}}.r`,
  ],
  ['is this that', `{c: (for i in 1..5000 return {a: 1}), r: ${over('is(c, 1)')}}.r`],
  [
    'distinct numbers beside contexts',
    'distinct values(concatenate((for i in 1..12000 return i), for i in 1..2000 return {a: i}))',
  ],
  ['a path of many keys', `{k: for i in 1..5000 return "k", r: ${over('context put({}, k, 1)')}}.r`],
  ['relations without an order', over('before([1..2], ["a".."b"])')],
];

const NUMBERS: readonly Case[] = [
  ['all digits of a huge number', over('string(1e6144)')],
  ['the rest of a huge number', over('modulo(1e6144, 7)')],
  ['a huge number, odd or even', over('odd(9.87654321e6000)')],
  ['a huge number rounded', over('decimal(1.2345678e6000, -6000)')],
  ['a time of a huge second', over('time(1, 2, 1e6144)')],
  ['numbers beyond the whole ones', 'for i in 9007199254740990..9007199254999999 return 1'],
  ['products of long decimals', `{l: for i in 1..500 return i / 7, r: ${over('product(l)')}}.r`],
  ['durations divided', over('@"PT1H" / 7')],
];

const PATTERNS: readonly Case[] = [
  ['a match that is sought to the end of the text each time', `replace("${'a'.repeat(5000)}", "a(.*b)?", "x")`],
  ['pieces that are sought to the end of the text', `{${doubled(9, 'a'.repeat(16))}, r: split(a9, "a(.*b)?")}.r`],
  ['a replacement longer than the text', `{${doubled(12, 'y'.repeat(16))}, r: ${over('replace("b", "a", a12)')}}.r`],
  ['a replacement of many groups', `{${doubled(8, 'ab'.repeat(8))}, r: replace(a8, "(.*)b", "${'$1'.repeat(200)}")}.r`],
  ['flags without end', `{${doubled(14, 'i'.repeat(16))}, r: ${over('matches("a", "a", a14)')}}.r`],
  ['classes of Unicode', over('matches("a", "[\\\\p{L}\\\\p{N}" + string(i) + "]")')],
  ['groups in groups', over(`matches("a", "${'('.repeat(10)}a${'*)'.repeat(10)}" + string(i))`)],
];

export const HOSTILE_CASES: readonly Case[] = [
  ...LOOPS_AND_TEXTS,
  ...LONG_TEXTS,
  ...WIDE,
  ...LISTS,
  ...NUMBERS,
  ...PATTERNS,
];
