import { softmax } from './train.ts';

/** Raw logits of one held-out row and the number of its choice. */
export interface HeldOut {
  readonly logits: Float64Array;
  readonly choice: number;
}

const LOWEST = Math.log(0.02);
const HIGHEST = Math.log(200);
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The temperature by which logits are divided so that confidence means frequency (temperature scaling: Guo, Pleiss,
 * Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017). One number, fitted on held-out rows, cannot
 * change which choice is best; it only says how sure to be. `heldOut` must not have been trained on.
 *
 * The targets are softened by one part in n + 2, as Platt (1999) did, so that a small calibration part without a
 * single mistake does not lead to the claim of never making one.
 */
export function fitTemperature(heldOut: readonly HeldOut[]): number {
  const softness = 1 / (heldOut.length + 2);
  const cost = (logTemperature: number): number => meanLoss(heldOut, Math.exp(logTemperature), softness);
  let low = LOWEST;
  let high = HIGHEST;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let costLeft = cost(left);
  let costRight = cost(right);
  while (high - low > 1e-3) {
    if (costLeft <= costRight) {
      high = right;
      right = left;
      costRight = costLeft;
      left = high - GOLDEN * (high - low);
      costLeft = cost(left);
    } else {
      low = left;
      left = right;
      costLeft = costRight;
      right = low + GOLDEN * (high - low);
      costRight = cost(right);
    }
  }
  return Math.exp((low + high) / 2);
}

function meanLoss(heldOut: readonly HeldOut[], temperature: number, softness: number): number {
  let sum = 0;
  for (const row of heldOut) {
    const shares = row.logits.map((logit) => logit / temperature);
    softmax(shares);
    const others = Math.max(1, shares.length - 1);
    for (const [choice, share] of shares.entries()) {
      const target = choice === row.choice ? 1 - softness : softness / others;
      sum -= target * Math.log(Math.max(share, Number.MIN_VALUE));
    }
  }
  return sum / Math.max(1, heldOut.length);
}

/** What counts as unlike anything seen. */
export interface NoveltyThresholds {
  /** A message less familiar than this is unlike. */
  readonly familiarityFloor: number;
  /** An input with more strange column values than this is unlike. */
  readonly strangeColumnsCeiling: number;
}

/** The share of held-out rows, all of them like what was seen, that a threshold may wrongly call unlike. */
export const FALSE_ALARM_SHARE = 0.02;

/**
 * Puts the thresholds where at most one in fifty held-out rows falls beyond them. The rows are held out because
 * a training row is familiar by construction: its own words are in the dictionary.
 * Most of those few are answered with low confidence anyway, so little is lost by asking for familiarity as well.
 * A quarter of the message known is the least asked for, however odd the held-out rows are: below that lie other
 * languages and strings of letters.
 */
export function fitNovelty(
  heldOut: readonly { familiarity: number; strangeColumns: readonly string[] }[],
): NoveltyThresholds {
  const beyond = Math.floor(FALSE_ALARM_SHARE * heldOut.length);
  const familiarity = heldOut.map((row) => row.familiarity).sort((left, right) => left - right);
  const strange = heldOut.map((row) => row.strangeColumns.length).sort((left, right) => right - left);
  return {
    familiarityFloor: Math.max(0.25, familiarity[beyond] ?? 0),
    strangeColumnsCeiling: strange[beyond] ?? 0,
  };
}
