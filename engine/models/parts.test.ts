import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelAnswer } from './answer-schema.ts';
import { fitNovelty, fitTemperature } from './calibrate.ts';
import { evaluate, type Outcome } from './evaluate.ts';
import { seededRandom } from './random.ts';
import { splitRows } from './split.ts';
import { eachTextFeature, wordsOf } from './text-features.ts';
import { softmax } from './train.ts';

const makeRows = (seed: number): { key: string; label: string }[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 300 }, () => {
    const key = Math.floor(random() * 200);
    return { key: String(key), label: String(key % 3) };
  });
};

/** Rows whose labels are drawn from the softmax of their own logits, which are then stretched. */
const drawn = (stretch: number): { logits: Float64Array; choice: number }[] => {
  const random = seededRandom(11);
  return Array.from({ length: 4000 }, () => {
    const logits = Float64Array.from({ length: 4 }, () => random() * 4);
    const shares = logits.slice();
    softmax(shares);
    let left = random();
    const choice = shares.findIndex((share) => (left -= share) < 0);
    return { logits: logits.map((logit) => logit * stretch), choice: Math.max(0, choice) };
  });
};

const outcome = (truth: string, guess: string, confidence: number, why?: ModelAnswer['why']): Outcome => ({
  truth,
  confidences: guess === 'a' ? [confidence, 1 - confidence] : [1 - confidence, confidence],
  answer: {
    status: why === undefined ? 'answered' : 'uncertain',
    ...(why === undefined ? {} : { why }),
    choice: why === undefined ? guess : null,
    guess,
    confidence,
    margin: 0,
    bar: 0.7,
    alternatives: [],
    reasons: [],
    novelty: { familiarity: 1, strangeColumns: [] },
  },
});

const keysOf = (text: string): string[] => {
  const keys: string[] = [];
  eachTextFeature(wordsOf(text), (key) => keys.push(key));
  return keys;
};

describe('splitRows', () => {
  it('puts each row in exactly one part, and rows with the same input in the same part', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const rows = makeRows(seed);
        const { training, calibration, test } = splitRows(rows, seededRandom(seed));
        expect([...training, ...calibration, ...test].sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
        const keys = [training, calibration, test].map((part) => new Set(part.map((index) => rows[index]?.key)));
        expect(keys.reduce((sum, part) => sum + part.size, 0)).toBe(new Set(rows.map((row) => row.key)).size);
      }),
      { numRuns: 30 },
    );
  });

  it('has every choice in every part', () => {
    const rows = makeRows(5);
    const { training, calibration, test } = splitRows(rows, seededRandom(1));
    for (const part of [training, calibration, test]) {
      expect(new Set(part.map((index) => rows[index]?.label)).size).toBe(3);
    }
  });
});

describe('fitTemperature', () => {
  it.each([0.2, 1, 5])('finds the factor by which honest logits were stretched: %s', (stretch) => {
    expect(fitTemperature(drawn(stretch)) / stretch).toBeCloseTo(1, 0);
    expect(Math.abs(fitTemperature(drawn(stretch)) / stretch - 1)).toBeLessThan(0.1);
  });

  it('makes certainty without a basis uncertain', () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 400 }, () => ({
      logits: Float64Array.from({ length: 4 }, () => random() * 30),
      choice: Math.floor(random() * 4),
    }));
    expect(fitTemperature(rows)).toBeGreaterThan(50);
  });

  it('does not claim certainty after a few rows without a mistake', () => {
    const rows = Array.from({ length: 20 }, () => ({ logits: Float64Array.of(3, 0), choice: 0 }));
    const shares = Float64Array.of(3, 0).map((logit) => logit / fitTemperature(rows));
    softmax(shares);
    expect(shares[0]).toBeLessThan(0.98);
    expect(shares[0]).toBeGreaterThan(0.9);
  });
});

describe('fitNovelty', () => {
  it('calls at most one held-out row in fifty unlike', () => {
    const random = seededRandom(2);
    const rows = Array.from({ length: 1000 }, () => ({
      familiarity: 0.5 + random() / 2,
      strangeColumns: random() < 0.05 ? ['a'] : [],
    }));
    const { familiarityFloor, strangeColumnsCeiling } = fitNovelty(rows);
    expect(rows.filter((row) => row.familiarity < familiarityFloor).length).toBeLessThanOrEqual(20);
    expect(rows.filter((row) => row.familiarity < familiarityFloor + 0.01).length).toBeGreaterThan(20);
    expect(strangeColumnsCeiling).toBe(1);
  });
});

describe('evaluate', () => {
  it('counts as worked out by hand', () => {
    const metrics = evaluate(
      ['a', 'b'],
      [
        outcome('a', 'a', 0.9),
        outcome('a', 'b', 0.8),
        outcome('b', 'b', 0.6, 'below-bar'),
        outcome('b', 'b', 0.95, 'unlike'),
      ],
      0.7,
    );
    expect(metrics).toMatchObject({
      rows: 4,
      accuracy: 0.75,
      baseline: 0.5,
      atBar: { bar: 0.7, coverage: 0.5, accuracy: 0.5, belowBar: 1, unlike: 1 },
      confusions: [{ choice: 'a', guess: 'b', rows: 1 }],
      perChoice: { a: { rows: 2, precision: 1, recall: 0.5 }, b: { rows: 2, precision: 0.666667, recall: 1 } },
    });
    expect(metrics.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.2) + Math.log(0.6) + Math.log(0.95)) / 4, 5);
    expect(metrics.brier).toBeCloseTo((2 * 0.01 + 2 * 0.64 + 2 * 0.16 + 2 * 0.0025) / 4, 5);
    expect(metrics.ece).toBeCloseTo((0.8 + 0.4 + 2 * Math.abs(0.925 - 1)) / 4, 5);
    const [low, high] = metrics.accuracyInterval;
    expect(low).toBeCloseTo(0.3006, 3);
    expect(high).toBeCloseTo(0.9544, 3);
  });

  it('says null, not zero, where there is nothing to say', () => {
    expect(evaluate(['a', 'b'], [outcome('a', 'a', 0.6, 'below-bar')], 0.7)).toMatchObject({
      atBar: { coverage: 0, accuracy: null },
      perChoice: { b: { rows: 0, precision: null, recall: null } },
    });
  });
});

describe('text features', () => {
  it('are words, pairs with the edges, and pieces between boundary marks', () => {
    expect(keysOf('Hi, you!')).toEqual([
      '=hi',
      '^ hi',
      ' h',
      'hi',
      'i ',
      ' hi',
      'hi ',
      ' hi ',
      '=you',
      'hi you',
      ' y',
      'yo',
      'ou',
      'u ',
      ' yo',
      'you',
      'ou ',
      ' you',
      'you ',
      ' you ',
      'you $',
    ]);
  });

  it('do not depend on case, composition, apostrophe, width or which digits', () => {
    expect(keysOf('CAFÉ don’t １23')).toEqual(keysOf("cafe\u0301 don't 987"));
  });

  it('never cut a character in half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const key of keysOf(`x${text} 𝒳𝒴𝒵`)) expect(key.isWellFormed()).toBe(true);
      }),
    );
  });
});
