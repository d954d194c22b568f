import type { Explanation, ModelAnswer, Reason } from './answer-schema.ts';
import { damaged, digestOf, readArtefact, type Artefact } from './artefact.ts';
import type { ModelCard, ModelInputs } from './card.ts';
import { encode, type Encoded, type ReadInput } from './encoder.ts';
import type { Outcome } from './evaluate.ts';
import { columnNames, readColumns, readText, type ModelInput } from './input.ts';
import { rawLogits } from './quantise.ts';
import { softmax } from './train.ts';

/** A model ready to be asked. Both methods are synchronous and depend on nothing but their arguments. */
export interface BuiltInModel {
  readonly choices: readonly string[];
  /**
   * Answers with a choice, or is `uncertain`: where confidence is below `bar` (the card's bar if none is given), or
   * the input is unlike anything seen in training.
   * @throws CountersignError `MODEL_INPUT_INVALID`
   */
  answer(input: ModelInput, bar?: number): ModelAnswer;
  /** All reasons for a choice (the guess, if none is given), unrounded; their contributions add up to its logit. */
  explain(input: ModelInput, choice?: string): Explanation;
}

/** How many reasons an answer carries; `explain` has them all. */
const REASONS_SHOWN = 6;
const ALTERNATIVES_SHOWN = 3;

/**
 * Makes a model ready from its card and the bytes the card names.
 * @throws CountersignError `MODEL_ARTEFACT_DAMAGED` where the bytes are not those, or do not fit the card.
 */
export function loadBuiltInModel(card: ModelCard, bytes: Uint8Array): BuiltInModel {
  if (digestOf(bytes) !== card.artefact.digest)
    throw damaged(`Its digest is not the one in the card of "${card.name}".`);
  const artefact = readArtefact(bytes);
  const names = columnNames(card.inputs.columns);
  const fits =
    artefact.choices.join('\n') === card.choices.join('\n') &&
    artefact.encoder.hasText === card.inputs.text &&
    artefact.encoder.columns.length === names.length &&
    artefact.encoder.columns.every(
      (column, index) => column.name === names[index] && column.type === card.inputs.columns[column.name]?.type,
    );
  if (!fits) throw damaged(`Its choices or inputs are not those in the card of "${card.name}".`);
  return makeModel(artefact, card.inputs, card.bar);
}

function makeModel(artefact: Artefact, inputs: ModelInputs, defaultBar: number): BuiltInModel {
  const read = (input: ModelInput): ReadInput => ({
    text: inputs.text ? readText(input) : '',
    columns: readColumns(input, inputs.columns),
  });
  return {
    choices: artefact.choices,
    answer: (input, bar = defaultBar) => answerRead(artefact, read(input), bar).answer,
    explain: (input, choice) => {
      const ready = read(input);
      const encoded = encode(artefact.encoder, ready);
      const logits = calibratedLogits(artefact, encoded);
      const target = choice === undefined ? indexOfLargest(logits) : artefact.choices.indexOf(choice);
      if (target < 0) throw new RangeError(`The model has no choice "${choice}".`);
      return {
        choice: artefact.choices[target] ?? '',
        logit: logits[target] ?? 0,
        reasons: reasonsFor(artefact, ready, encoded, target),
      };
    },
  };
}

/** Answers rows of known truth, with every choice's confidence: the same path as `answer`, so what is measured runs. */
export function answerAll(
  artefact: Artefact,
  rows: readonly { readonly input: ReadInput; readonly label: string }[],
  bar: number,
): Outcome[] {
  return rows.map(({ input, label }) => ({ truth: label, ...answerRead(artefact, input, bar) }));
}

function answerRead(artefact: Artefact, input: ReadInput, bar: number): Omit<Outcome, 'truth'> {
  const encoded = encode(artefact.encoder, input);
  const logits = calibratedLogits(artefact, encoded);
  const best = indexOfLargest(logits);
  softmax(logits);
  const ranking = Array.from(logits, (confidence, index) => ({ confidence, index }))
    .sort((left, right) => right.confidence - left.confidence || left.index - right.index)
    .slice(0, ALTERNATIVES_SHOWN)
    .map(({ confidence, index }) => ({ choice: artefact.choices[index] ?? '', confidence: round(confidence) }));
  const guess = artefact.choices[best] ?? '';
  const confidence = round(logits[best] ?? 0);
  const why = isUnlike(artefact, input, encoded) ? 'unlike' : confidence < bar ? 'below-bar' : undefined;
  const answer: ModelAnswer = {
    status: why === undefined ? 'answered' : 'uncertain',
    ...(why === undefined ? {} : { why }),
    choice: why === undefined ? guess : null,
    guess,
    confidence,
    margin: round(Math.max(0, confidence - (ranking[1]?.confidence ?? 0))),
    bar,
    alternatives: ranking,
    reasons: strongest(reasonsFor(artefact, input, encoded, best)),
    novelty: { familiarity: round(encoded.familiarity), strangeColumns: [...encoded.strangeColumns] },
  };
  return { answer, confidences: [...logits] };
}

/** Nothing to go by is unlike too: a message without words has familiarity 0, and columns may all be empty. */
function isUnlike(artefact: Artefact, input: ReadInput, encoded: Encoded): boolean {
  const { novelty, encoder } = artefact;
  return (
    (encoded.words.length === 0 && input.columns.every((value) => value === undefined)) ||
    (encoder.hasText && encoded.familiarity < novelty.familiarityFloor) ||
    encoded.strangeColumns.length > novelty.strangeColumnsCeiling
  );
}

function calibratedLogits(artefact: Artefact, encoded: Encoded): Float64Array {
  return rawLogits(artefact.model, encoded.ids, encoded.values).map((logit) => logit / artefact.temperature);
}

/**
 * Splits the logit of a choice over what the input holds. Each feature adds weight times value. A text feature's part
 * is shared evenly by its occurrences, and a pair's by its two words; a column has its features to itself. Nothing is
 * approximated and nothing left over, which a linear model allows and no other kind does.
 */
function reasonsFor(artefact: Artefact, input: ReadInput, encoded: Encoded, choice: number): Reason[] {
  const { model, encoder, temperature } = artefact;
  const parts = encoded.ids.map((feature, place) => {
    const weight = (model.scales[feature] ?? 0) * (model.codes[feature * model.choices + choice] ?? 0);
    return ((encoded.values[place] ?? 0) * weight) / temperature;
  });
  const times = new Uint32Array(encoded.textCount);
  const { occurrences } = encoded;
  for (let at = 0; at < occurrences.length; at += 3)
    times[occurrences[at] ?? 0] = (times[occurrences[at] ?? 0] ?? 0) + 1;
  const byWord = new Float64Array(encoded.words.length);
  for (let at = 0; at < occurrences.length; at += 3) {
    const place = occurrences[at] ?? 0;
    const half = (parts[place] ?? 0) / (times[place] ?? 1) / 2;
    for (const word of [occurrences[at + 1] ?? 0, occurrences[at + 2] ?? 0]) byWord[word] = (byWord[word] ?? 0) + half;
  }
  const byColumn = new Float64Array(encoder.columns.length);
  for (const [offset, column] of encoded.columnOf.entries()) {
    byColumn[column] = (byColumn[column] ?? 0) + (parts[encoded.textCount + offset] ?? 0);
  }
  return [
    ...encoded.words.map(({ start, end }, index): Reason => ({
      kind: 'word',
      word: input.text.slice(start, end),
      start,
      end,
      contribution: byWord[index] ?? 0,
    })),
    ...encoder.columns.map(({ name }, index): Reason => ({
      kind: 'column',
      column: name,
      value: input.columns[index] ?? null,
      contribution: byColumn[index] ?? 0,
    })),
    { kind: 'bias', contribution: (model.biases[choice] ?? 0) / temperature },
  ];
}

function strongest(reasons: readonly Reason[]): Reason[] {
  return reasons
    .map((reason) => ({ ...reason, contribution: round(reason.contribution) }))
    .filter((reason) => reason.contribution !== 0)
    .sort((left, right) => Math.abs(right.contribution) - Math.abs(left.contribution))
    .slice(0, REASONS_SHOWN);
}

function indexOfLargest(logits: Float64Array): number {
  let best = 0;
  for (const [index, logit] of logits.entries()) if (logit > (logits[best] ?? 0)) best = index;
  return best;
}

/** Six decimals; the sum with zero turns a negative zero into a plain one. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
