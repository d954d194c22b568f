import type { Weights } from './train.ts';

/** A model's weights as it is stored and as it answers: weight = `scales[feature] * codes[feature * choices + choice]`. */
export interface Quantised {
  readonly choices: number;
  readonly biases: readonly number[];
  readonly scales: Float32Array;
  readonly codes: Int8Array;
}

const LARGEST_CODE = 127;

/**
 * Stores each weight in one byte, with one scale per feature. What is calibrated, measured and run is always the
 * quantised model, so no figure is spoiled by the rounding.
 *
 * Before that each feature's weights are shifted so that they add up to zero over the choices. Softmax does not see
 * the shift; a reader does: a contribution then means "speaks for this choice more than for the average one".
 */
export function quantise(model: Weights): Quantised {
  const { choices } = model;
  const features = model.weights.length / choices;
  const scales = new Float32Array(features);
  const codes = new Int8Array(features * choices);
  for (let feature = 0; feature < features; feature++) {
    const row = model.weights.subarray(feature * choices, (feature + 1) * choices);
    const mean = meanOf(row);
    let largest = 0;
    for (const weight of row) largest = Math.max(largest, Math.abs(weight - mean));
    const scale = Math.fround(largest / LARGEST_CODE);
    scales[feature] = scale;
    if (scale === 0) continue;
    for (const [choice, weight] of row.entries()) {
      const code = Math.round((weight - mean) / scale);
      codes[feature * choices + choice] = Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, code));
    }
  }
  const biasMean = meanOf(model.biases);
  return { choices, scales, codes, biases: Array.from(model.biases, (bias) => bias - biasMean) };
}

function meanOf(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}

/** The logits of an encoded input before calibration: bias plus the weighed features, for each choice. */
export function rawLogits(model: Quantised, ids: readonly number[], values: readonly number[]): Float64Array {
  const { choices, scales, codes } = model;
  const logits = Float64Array.from(model.biases);
  for (let place = 0; place < ids.length; place++) {
    const feature = ids[place] ?? 0;
    const factor = (values[place] ?? 0) * (scales[feature] ?? 0);
    const start = feature * choices;
    for (let choice = 0; choice < choices; choice++) {
      logits[choice] = (logits[choice] ?? 0) + factor * (codes[start + choice] ?? 0);
    }
  }
  return logits;
}
