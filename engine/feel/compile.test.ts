import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import type { CompileOptions, EvaluateOptions } from './compile.ts';
import { feelNumber } from './arbitrary.ts';
import { formatValue, fromJson, isFeelContext, toJson } from './value.ts';
import type { FeelContext, FeelValue } from './value.ts';
import { addNumbers, multiplyNumbers, negateNumber, numberText, subtractNumbers } from './number.ts';
import { BOOLEAN, describeType, NUMBER, STRING } from './type.ts';
import type { FeelType } from './type.ts';

const amount: FeelType = { kind: 'number' };
const scopeTypes = {
  ticket: {
    kind: 'context',
    open: false,
    fields: {
      amount,
      'credit score': { kind: 'number' },
      note: { kind: 'string', nullable: true },
      lines: {
        kind: 'list',
        of: { kind: 'context', open: false, fields: { price: amount, 'item name': { kind: 'string' } } },
      },
    },
  },
  'monthly income': { kind: 'number' },
} satisfies Record<string, FeelType>;

const values = fromJson({
  ticket: {
    amount: 12.5,
    'credit score': 700,
    note: null,
    lines: [
      { price: 3, 'item name': 'a' },
      { price: 5, 'item name': 'b' },
    ],
  },
  'monthly income': 1000,
});

function scopeOf(value: FeelValue): FeelContext {
  if (!isFeelContext(value)) throw new TypeError('A scope is a context.');
  return value;
}

function run(source: string, options: EvaluateOptions = {}, compileOptions: CompileOptions = {}): string {
  const compiled = compileExpression(source, scopeTypes, compileOptions);
  return formatValue(compiled.evaluate(scopeOf(values), options).value);
}

function codes(source: string, options: CompileOptions = {}): readonly string[] {
  return compileExpression(source, scopeTypes, options).problems.map((problem) => problem.code);
}

describe('numbers', () => {
  test.each([
    ['0.1 + 0.2 = 0.3', 'true'],
    ['1 / 3', '0.3333333333333333333333333333333333'],
    ['9007199254740991 + 2', '9007199254740993'],
    ['1 / 0', 'null'],
    ['10 ** -2', '0.01'],
    ['-2 ** 2', '4'],
    ['decimal(2.5, 0)', '2'],
    ['modulo(-5, 3)', '1'],
    ['1.10 = 1.1', 'true'],
    ['string(1.10)', '1.1'],
  ])('%s is %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  test('sums and products are those of decimals, whichever form the numbers have', () => {
    fc.assert(
      fc.property(feelNumber, feelNumber, (a, b) => {
        const types = { a: amount, b: amount };
        const scope = new Map<string, FeelValue>([
          ['a', a],
          ['b', b],
        ]);
        const value = (source: string): FeelValue => compileExpression(source, types).evaluate(scope).value;
        expect(value('a + b')).toEqual(addNumbers(a, b));
        expect(value('a + b')).toEqual(value('b + a'));
        expect(value('a * b')).toEqual(multiplyNumbers(b, a));
        expect(value('a - b')).toEqual(subtractNumbers(a, b));
        expect(value('-a')).toEqual(negateNumber(a));
        const literal = (n: typeof a): string => `(${numberText(n)})`;
        expect(value(`${literal(a)} + ${literal(b)}`)).toEqual(value('a + b'));
      }),
    );
  });
});

describe('names', () => {
  test('hold spaces, and fields of records too', () => {
    expect(run('monthly income * 12')).toBe('12000');
    expect(run('monthly  income*12')).toBe('12000');
    expect(run('ticket.credit score + 1')).toBe('701');
    expect(run('ticket.lines[item name = "b"].price')).toBe('[5]');
    expect(run('{first name: "Ada", greeting: "Hi " + first name}.greeting')).toBe('Hi Ada');
    expect(run('for this line in ticket.lines return this line.price * 2')).toBe('[6, 10]');
  });

  test('that are mistyped are found, with the nearest', () => {
    const [problem] = compileExpression('monthly incom * 12', scopeTypes).problems;
    expect(problem?.code).toBe('FEEL_UNKNOWN_NAME');
    expect(problem?.hint).toContain('monthly income');
    const [member] = compileExpression('ticket.amout', scopeTypes).problems;
    expect(member).toMatchObject({ code: 'FEEL_UNKNOWN_MEMBER', from: 7, to: 12 });
    expect(member?.hint).toContain('amount');
  });

  test('of JavaScript reach nothing (P33)', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'process', 'globalThis', 'Function']) {
      expect(run(name)).toBe('null');
      expect(run(`ticket.${name}`)).toBe('null');
      expect(run(`"text".${name}`)).toBe('null');
      expect(codes(name)).toEqual(['FEEL_UNKNOWN_NAME']);
    }
  });
});

describe('what is read', () => {
  test('is every path, once, in order', () => {
    const { reads } = compileExpression('ticket.amount + monthly income + ticket.amount', scopeTypes);
    expect(reads).toEqual([['monthly income'], ['ticket', 'amount']]);
  });

  test('goes through filters, loops and calls', () => {
    const source = 'sum(for l in ticket.lines return l.price) + count(ticket.lines[price > monthly income])';
    expect(compileExpression(source, scopeTypes).reads).toEqual([['monthly income'], ['ticket', 'lines']]);
    expect(compileExpression('sum(ticket.lines.price)', scopeTypes).reads).toEqual([['ticket', 'lines', 'price']]);
  });
});

describe('types', () => {
  test.each([
    ['ticket.amount * 2', 'number'],
    ['ticket.lines.price', 'list of number'],
    ['ticket.lines[1].price', 'number or null'],
    ['if ticket.amount > 3 then "a" else null', 'one of "a" or null'],
    ['{a: 1, b: [true]}', '{a: number, b: list of yes or no}'],
    ['ticket.amount in [1..5]', 'yes or no or null'],
    ['@"2026-03-02" + @"P1D"', 'date'],
    ['max(1, 2)', 'number'],
  ])('%s is %s', (source, expected) => {
    expect(describeType(compileExpression(source, scopeTypes).type)).toBe(expected);
  });

  test.each([
    ['"a" + 1', 'FEEL_TYPE'],
    ['ticket.amount < "1"', 'FEEL_TYPE'],
    ['if ticket.amount then 1 else 2', 'FEEL_TYPE'],
    ['sum()', 'FEEL_ARGUMENTS'],
    ['upper case(1)', 'FEEL_TYPE'],
    ['substring(string: "a", begin: 1)', 'FEEL_ARGUMENTS'],
    ['1 +', 'FEEL_SYNTAX'],
    ['"open', 'FEEL_SYNTAX'],
    ['@"2026-02-30"', 'FEEL_INVALID_VALUE'],
    ['1 instance of numbre', 'FEEL_UNKNOWN_TYPE'],
    ['function() external {java: {}}', 'FEEL_UNSUPPORTED'],
  ])('%s is the problem %s', (source, code) => {
    expect(codes(source)).toEqual([code]);
    expect(() => run(source)).not.toThrow();
  });

  test('what may be null warns; tested for null or not needed, it does not', () => {
    const warned = compileExpression('ticket.note + "!"', scopeTypes).problems;
    expect(warned).toMatchObject([{ code: 'FEEL_NULLABLE', severity: 'warning' }]);
    expect(codes('ticket.note = null')).toEqual([]);
    expect(codes('ticket.note', { expects: { kind: 'string' } })).toEqual(['FEEL_NULLABLE']);
    expect(codes('1', { expects: { kind: 'string' } })).toEqual(['FEEL_TYPE']);
  });

  test('a sound expression has no problem', () => {
    expect(codes('if ticket.amount > 50 then "high" else "low"')).toEqual([]);
  });
});

describe('null', () => {
  test.each([
    ['true and null', 'null'],
    ['false and null', 'false'],
    ['true or null', 'true'],
    ['null = null', 'true'],
    ['null < 1', 'null'],
    ['[1, 2, 3][4]', 'null'],
    ['null + 1', 'null'],
    ['if null then 1 else 2', '2'],
  ])('%s is %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  test('carries its reason and place', () => {
    const { warnings } = compileExpression('1 + (2 / 0)', scopeTypes).evaluate(scopeOf(values));
    expect(warnings.map(({ code, from, to }) => [code, from, to])).toEqual([
      ['FEEL_ARITHMETIC', 5, 10],
      ['FEEL_NULL', 0, 11],
    ]);
  });

  test('now() without a clock is null and says so', () => {
    const { value, warnings } = compileExpression('now()', {}).evaluate(new Map());
    expect(value).toBe(null);
    expect(warnings[0]?.code).toBe('FEEL_NO_CLOCK');
  });
});

const holds = (source: string, input: FeelValue): FeelValue =>
  compileExpression(source, scopeTypes, { form: 'unary tests' }).evaluate(scopeOf(values), { input }).value;

describe('unary tests', () => {
  test.each<[string, FeelValue, FeelValue]>([
    ['-', 1, true],
    ['< 5', 4, true],
    ['< 5', 5, false],
    ['[1..5)', 5, false],
    ['"a", "b"', 'b', true],
    ['not("a", "b")', 'b', false],
    ['not("a", "b")', 'c', true],
    ['null', null, true],
    ['< 5', null, null],
    ['? > 3 and ? < 9', 4, true],
    ['contains(?, "x")', 'axb', true],
    ['> monthly income', 1001, true],
    ['true', true, true],
    ['[1, 2, 3]', 2, true],
    ['@"2026-01-01"', '2026-01-01', null],
  ])('%s of %s', (source, input, expected) => {
    expect(holds(source, input)).toBe(expected);
  });
});

describe('the source', () => {
  test('may be anything at all: nothing throws', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      '@',
      '..',
      ',',
      ':',
      '?',
      'if',
      'then',
      'else',
      'for',
      'in',
      'return',
      'some',
      'satisfies',
      'function',
      'not',
      '1',
      '-',
      '+',
      '**',
      '=',
      '<',
      'a',
      'item',
      'partial',
      'ticket',
      '.',
      'amount',
      'instance of',
      'list<',
      '>',
      '/*',
      '//',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        for (const form of ['expression', 'unary tests'] as const) {
          const compiled = compileExpression(parts.join(' '), scopeTypes, { form });
          expect(Array.isArray(compiled.evaluate(scopeOf(values), { input: 1 }).warnings)).toBe(true);
        }
      }),
    );
    fc.assert(fc.property(fc.string(), (source) => typeof run(source) === 'string'));
  });

  test('nested too deeply is a problem, not a crash', () => {
    expect(codes('('.repeat(5000) + '1' + ')'.repeat(5000))).toEqual(['FEEL_SYNTAX']);
    expect(codes('-'.repeat(100_000) + '1')).toEqual(['FEEL_SYNTAX']);
  });
});

describe('partial', () => {
  test('is what was there in its turn, for whoever keeps it', () => {
    const compiled = compileExpression('for x in 1..3 return [count(partial), partial]', {});
    const { value } = compiled.evaluate(new Map());
    expect(toJson(value)).toEqual([
      [0, []],
      [1, [[0, []]]],
      [
        2,
        [
          [0, []],
          [1, [[0, []]]],
        ],
      ],
    ]);
  });
});

test('a literal that is no date is null with a warning where it stands', () => {
  const { value, warnings } = compileExpression('1 + @"2026-02-30"', {}).evaluate(new Map());
  expect(value).toBe(null);
  expect(warnings[0]).toMatchObject({ code: 'FEEL_INVALID_VALUE', from: 4, to: 17 });
});

test('messages call types what the forms call them', () => {
  const said = (source: string, expects?: FeelType): string =>
    compileExpression(
      source,
      { x: { kind: 'choice', values: ['a', 'b'] }, yes: BOOLEAN },
      expects === undefined ? {} : { expects },
    )
      .problems.map(({ message, hint }) => `${message} ${hint}`)
      .join(' ');
  expect(said('"a"', NUMBER)).toContain('This is text, where number is asked for.');
  expect(said('yes', NUMBER)).toContain('This is yes or no, where number');
  expect(said('x + 1')).toContain('“+” does not fit text and number.');
  for (const told of [said('"a"', NUMBER), said('x + 1'), said('1', STRING)])
    expect(told).not.toMatch(/\bstring\b(?!\()/);
});
