import type { ModelAnswer } from './answer-schema.ts';
import type { ModelMetrics } from './card.ts';

/** One test row after the model was asked: its true choice, the answer, and the confidence given to each choice. */
export interface Outcome {
  readonly truth: string;
  readonly answer: ModelAnswer;
  readonly confidences: readonly number[];
}

const BINS = 10;
const BARS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;
const CONFUSIONS_SHOWN = 10;
/** Confidence is never taken for less than this in log loss, so that one row cannot make it infinite. */
const LEAST_CONFIDENCE = 1e-15;

/** Measures a model on test rows. `choices` names the choices in the order of each outcome's `confidences`. */
export function evaluate(choices: readonly string[], outcomes: readonly Outcome[], bar: number): ModelMetrics {
  const rows = outcomes.length;
  const right = outcomes.filter(isRight).length;
  const place = new Map(choices.map((choice, index) => [choice, index]));
  let logLoss = 0;
  let brier = 0;
  for (const { truth, confidences } of outcomes) {
    const at = place.get(truth) ?? -1;
    logLoss -= Math.log(Math.max(LEAST_CONFIDENCE, confidences[at] ?? 0));
    for (const [index, confidence] of confidences.entries()) brier += (confidence - (index === at ? 1 : 0)) ** 2;
  }
  const bins = calibrationBins(outcomes);
  const ece = bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0);
  const largest = Math.max(0, ...choices.map((choice) => outcomes.filter(({ truth }) => truth === choice).length));
  const count = (why: ModelAnswer['why']): number => outcomes.filter(({ answer }) => answer.why === why).length;
  return {
    rows,
    accuracy: six(share(right, rows)),
    accuracyInterval: wilson(right, rows),
    baseline: six(share(largest, rows)),
    logLoss: six(share(logLoss, rows)),
    brier: six(share(brier, rows)),
    ece: six(share(ece, rows)),
    calibrationBins: bins.map((bin) => ({ ...bin, confidence: six(bin.confidence), accuracy: six(bin.accuracy) })),
    perChoice: Object.fromEntries(choices.map((choice) => [choice, choiceFigures(choice, outcomes)])),
    confusions: confusions(outcomes),
    atBar: { ...atBar(outcomes, bar), belowBar: count('below-bar'), unlike: count('unlike') },
    bars: BARS.map((one) => atBar(outcomes, one)),
  };
}

const isRight = ({ truth, answer }: Outcome): boolean => answer.guess === truth;

function choiceFigures(choice: string, outcomes: readonly Outcome[]): ModelMetrics['perChoice'][string] {
  const rows = outcomes.filter(({ truth }) => truth === choice).length;
  const guessed = outcomes.filter(({ answer }) => answer.guess === choice).length;
  const right = outcomes.filter((outcome) => outcome.truth === choice && isRight(outcome)).length;
  return {
    rows,
    precision: guessed === 0 ? null : six(right / guessed),
    recall: rows === 0 ? null : six(right / rows),
  };
}

function confusions(outcomes: readonly Outcome[]): ModelMetrics['confusions'] {
  const counts = new Map<string, { choice: string; guess: string; rows: number }>();
  for (const outcome of outcomes) {
    if (isRight(outcome)) continue;
    const { guess } = outcome.answer;
    const key = JSON.stringify([outcome.truth, guess]);
    const entry = counts.get(key) ?? { choice: outcome.truth, guess, rows: 0 };
    entry.rows += 1;
    counts.set(key, entry);
  }
  return [...counts.entries()]
    .sort(([leftKey, left], [rightKey, right]) => right.rows - left.rows || (leftKey < rightKey ? -1 : 1))
    .slice(0, CONFUSIONS_SHOWN)
    .map(([, entry]) => entry);
}

/**
 * Rows by the confidence of their best guess, in bins of equal width (expected calibration error as in Guo and others
 * 2017; ten bins rather than fifteen, since a test part is often only a few hundred rows).
 */
function calibrationBins(outcomes: readonly Outcome[]): ModelMetrics['calibrationBins'] {
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (const outcome of outcomes) {
    const bin = bins[Math.min(BINS - 1, Math.floor(outcome.answer.confidence * BINS))];
    if (bin === undefined) continue;
    bin.rows += 1;
    bin.confidence += outcome.answer.confidence;
    bin.right += isRight(outcome) ? 1 : 0;
  }
  return bins.flatMap(({ rows, confidence, right }, index) =>
    rows === 0
      ? []
      : [{ from: index / BINS, to: (index + 1) / BINS, rows, confidence: confidence / rows, accuracy: right / rows }],
  );
}

/** What is unlike anything seen stays unanswered at every bar. */
function atBar(outcomes: readonly Outcome[], bar: number): ModelMetrics['bars'][number] {
  const answered = outcomes.filter(({ answer }) => answer.why !== 'unlike' && answer.confidence >= bar);
  const right = answered.filter(isRight).length;
  return {
    bar,
    coverage: six(share(answered.length, outcomes.length)),
    accuracy: answered.length === 0 ? null : six(right / answered.length),
  };
}

/** The 95 % interval of a share by E. B. Wilson (1927); unlike the usual one it stays within 0 and 1 on few rows. */
function wilson(right: number, rows: number): [number, number] {
  if (rows === 0) return [0, 1];
  const z = 1.959964;
  const middle = (right + (z * z) / 2) / (rows + z * z);
  const reach = (z / (rows + z * z)) * Math.sqrt((right * (rows - right)) / rows + (z * z) / 4);
  return [six(Math.max(0, middle - reach)), six(Math.min(1, middle + reach))];
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const six = (value: number): number => Math.round(value * 1e6) / 1e6;
