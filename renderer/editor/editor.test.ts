import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInNames } from '../../engine/feel/builtins/index.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { offersOf } from '../inspector/offers.ts';
import { suggestionsFor, toldAt } from './feel-assist.ts';
import { feelTokens, tokensOfLine } from './feel-tokens.ts';
import { FUNCTIONS } from './functions.ts';
import { words } from '../words/index.ts';

const scope: FeelScopeTypes = {
  input: {
    kind: 'context',
    open: false,
    fields: { message: { kind: 'string' }, 'due date': { kind: 'date', nullable: true }, amount: { kind: 'number' } },
  },
  'last order': { kind: 'number' },
};
const offers = offersOf(scope);

describe('colours of a formula', () => {
  const kinds = (source: string) =>
    feelTokens(source)
      .filter(({ kind }) => kind !== 'plain')
      .map(({ from, to, kind }) => `${kind} ${source.slice(from, to)}`);

  it('T1 the pieces cover any text exactly, in order, each with at least one character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (source) => {
        const tokens = feelTokens(source);
        expect(tokens.map(({ from, to }) => source.slice(from, to)).join('')).toBe(source);
        expect(tokens.every(({ from, to }, i) => to > from && from === (tokens[i - 1]?.to ?? 0))).toBe(true);
      }),
    );
  });

  it('T2 texts, numbers, words of the language, functions of several words, dates and comments are told apart', () => {
    expect(kinds('if input.amount > 1.5 then "a // b" else null // why')).toEqual([
      'keyword if',
      'number 1.5',
      'keyword then',
      'text "a // b"',
      'keyword else',
      'keyword null',
      'comment // why',
    ]);
    expect(kinds('date and time("x") - @"2026-01-02"')).toEqual([
      'function date and time',
      'text "x"',
      'time @"2026-01-02"',
    ]);
    expect(kinds('sum + sum([1]) + input.sum')).toEqual(['function sum', 'number 1']);
    expect(kinds('order2.if2')).toEqual([]);
  });

  it('T3 line by line it is the same as in one piece, comments over several lines too', () => {
    const source = '1 + /* two\nthree */ 4\n"a" /* b */';
    let inComment = false;
    const lines = source.split('\n').map((line) => {
      const read = tokensOfLine(line, inComment);
      inComment = read.inComment;
      return read.tokens.filter(({ kind }) => kind === 'comment').map(({ from, to }) => line.slice(from, to));
    });
    expect(lines).toEqual([['/* two'], ['three */'], ['/* b */']]);
    expect(inComment).toBe(false);
  });

  it('T4 a hostile text takes linear time', () => {
    const began = performance.now();
    feelTokens('"'.repeat(200) + '(/*'.repeat(20_000));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('what is offered', () => {
  const texts = (before: string, asked = false) => suggestionsFor(before, offers, asked).map(({ text }) => text);

  it('A1 every built-in function has one line that says what it is for, and how it is called', () => {
    expect(FUNCTIONS.map(({ name }) => name)).toEqual([...builtInNames].sort());
    expect(FUNCTIONS.filter(({ help, signatures }) => help === '' || signatures.length === 0)).toEqual([]);
    expect(Object.keys(words().editor.functions).filter((name) => !builtInNames.has(name))).toEqual([]);
    expect(FUNCTIONS.find(({ name }) => name === 'substring')?.signatures[0]).toBe(
      'substring(string: text, start position: number, length?: number)',
    );
  });

  it('A2 names come before functions, with their types; names and functions of several words are found', () => {
    expect(texts('1 + in')).toEqual([
      'input',
      'input.message',
      'input.due date',
      'input.amount',
      'includes',
      'index of',
      'insert before',
    ]);
    expect(texts('input.d')).toEqual(['input.due date']);
    expect(texts('x > string l')[0]).toBe('string length');
    expect(suggestionsFor('last o', offers, false)[0]).toMatchObject({ detail: 'number', replaces: 6, kind: 'name' });
  });

  it('A3 within a text nothing is offered; everything where it is asked for', () => {
    expect(texts('"in')).toEqual([]);
    expect(texts('"a" + in')[0]).toBe('input');
    expect(texts('')).toEqual([]);
    expect(texts('', true)).toEqual(expect.arrayContaining(['input', 'last order', 'sum', 'date and time']));
  });
});

describe('what a name is', () => {
  const told = (source: string, mark = '^') =>
    toldAt(source.replace(mark, ''), source.indexOf(mark), scope)?.title ?? null;

  it('B1 a field tells its type, with the path before it; a function how it is called', () => {
    expect(told('1 + last ^order')).toBe('last order: number');
    expect(told('input.due ^date = null')).toBe('input.due date: date or null');
    expect(told('s^um([1])')).toContain('sum(');
  });

  it('B2 nothing is told of what is not known: locals, texts, numbers, what does not parse', () => {
    for (const source of ['for i in [1] return ^i', '"a^b"', '12^', '1 + ^', 'gon^e']) expect(told(source)).toBeNull();
  });
});
