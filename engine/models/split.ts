import { CountersignError } from '../flow/error.ts';
import { shuffle } from './random.ts';

/** The three parts of the labelled rows, by row number. No row, and no two rows with the same input, is in two parts. */
export interface Split {
  /** What weights, dictionary and column encoders are learned from. */
  readonly training: readonly number[];
  /** What temperature and novelty thresholds are fitted on; the weights never see it. */
  readonly calibration: readonly number[];
  /** What the figures of the card are measured on; nothing is fitted on it. */
  readonly test: readonly number[];
}

/** Below this many different inputs of one choice, one of the three parts would be without it or hold a single row. */
export const LEAST_ROWS_PER_CHOICE = 5;

/** With so many rows a figure is good to two or three points; more of them teach the model more by being trained on. */
export const ENOUGH_HELD_OUT = 750;

/** Fewer different inputs than this and neither calibration nor measurement would mean anything. */
export const LEAST_ROWS = 40;

/**
 * Splits rows at random but evenly over the choices. Calibration and test get 15 percent each, or about
 * {@link ENOUGH_HELD_OUT} rows each where that is less, but never under 5 percent; training gets the rest.
 * Rows with the same input stay together: one of them in training would make the others no longer unseen.
 * @throws CountersignError `MODEL_DATA_TOO_SMALL`
 */
export function splitRows(rows: readonly { key: string; label: string }[], random: () => number): Split {
  const groups = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const group = groups.get(row.key);
    if (group === undefined) groups.set(row.key, [index]);
    else group.push(index);
  }
  const byLabel = new Map<string, number[][]>();
  for (const group of groups.values()) {
    const label = rows[group[0] ?? 0]?.label ?? '';
    const same = byLabel.get(label);
    if (same === undefined) byLabel.set(label, [group]);
    else same.push(group);
  }
  refuseTooSmall(groups.size, byLabel);
  const share = Math.min(0.15, Math.max(0.05, ENOUGH_HELD_OUT / groups.size));
  const parts = { training: [] as number[], calibration: [] as number[], test: [] as number[] };
  for (const label of [...byLabel.keys()].sort()) {
    const same = byLabel.get(label) ?? [];
    const order = same.map((_, index) => index);
    shuffle(order, random);
    const held = Math.max(1, Math.round(share * same.length));
    for (const [place, index] of order.entries()) {
      const part = place < held ? parts.calibration : place < 2 * held ? parts.test : parts.training;
      part.push(...(same[index] ?? []));
    }
  }
  for (const part of Object.values(parts)) part.sort((left, right) => left - right);
  return parts;
}

function refuseTooSmall(inputs: number, byLabel: ReadonlyMap<string, readonly unknown[]>): void {
  const thin = [...byLabel].filter(([, same]) => same.length < LEAST_ROWS_PER_CHOICE).map(([label]) => label);
  if (byLabel.size >= 2 && thin.length === 0 && inputs >= LEAST_ROWS) return;
  const reason =
    byLabel.size < 2
      ? `All rows have the same label; there is nothing to choose between.`
      : thin.length > 0
        ? `Too few different examples of ${thin.map((label) => `"${label}"`).join(', ')}: at least ${LEAST_ROWS_PER_CHOICE} are needed of each.`
        : `There are ${inputs} different examples; at least ${LEAST_ROWS} are needed.`;
  throw new CountersignError({
    code: 'MODEL_DATA_TOO_SMALL',
    message: reason,
    meaning:
      'A part of the rows is held back to calibrate and to measure the model; with so few it would tell nothing.',
    hint: 'Label more rows, or merge the choices that are rare.',
  });
}
