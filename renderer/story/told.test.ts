import { afterEach, describe, expect, it } from 'vitest';
import { basisWords } from '../../engine/runtime/story-basis.ts';
import { setLocale } from '../ui/numbers.ts';
import { toldAsHere } from './told.ts';

afterEach(() => setLocale(null));

const record = {
  by: 'model',
  answer: {
    status: 'answered',
    why: null,
    choice: '76 % off',
    guess: '76 % off',
    confidence: 0.76,
    alternatives: [],
    reasons: [{ word: '76 %', contribution: 1 }],
    model: { name: 'm', version: '1', digest: 'd', bar: 0.5, kind: 'linear' },
  },
} as const;

describe('sentences of the engine', () => {
  it('T1 shares of an AI answer are written as where the person lives, and quoted texts stay as they are', () => {
    const sentence = basisWords(
      // Only what is told of an answer is read.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      record as unknown as Parameters<typeof basisWords>[0],
      'answered',
      { kind: 'ai-decision', isJoin: false, erased: false, waited: '', numbersOf: () => [] },
    );
    setLocale('en-GB');
    expect(toldAsHere(sentence, record)).toBe(
      'm 1 answered “76 % off”, sure at 76% where 50% are enough, because of “76 %”',
    );
    setLocale('de-DE');
    expect(toldAsHere(sentence, record)).toContain('sure at 76\u00a0% where 50\u00a0% are enough');
    expect(toldAsHere(sentence, null)).toBe(sentence);
  });
});
