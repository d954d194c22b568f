import { CountersignError } from '../flow/error.ts';
import { answerAll } from './answer.ts';
import { digestOf, readArtefact, writeArtefact, type Artefact } from './artefact.ts';
import { FALSE_ALARM_SHARE, fitNovelty, fitTemperature } from './calibrate.ts';
import {
  modelCardSchema,
  modelStatementSchema,
  type ModelCard,
  type ModelColumns,
  type ModelInputs,
  type ModelLineage,
  type ModelStatement,
} from './card.ts';
import { encode, fitEncoder, type ReadInput } from './encoder.ts';
import { evaluate } from './evaluate.ts';
import { readColumns, readText, type LabelledRow } from './input.ts';
import { quantise, rawLogits } from './quantise.ts';
import { seededRandom } from './random.ts';
import { splitRows, type Split } from './split.ts';
import { COLUMNS_METHOD, fitWeights, TEXT_METHOD } from './train.ts';

/** What to train and what a person states about it. */
export interface TrainRequest {
  readonly statement: ModelStatement;
  readonly inputs: ModelInputs;
  /** Any whole number from 0 to 2³²−1; with the same rows it gives the same bytes. */
  readonly seed: number;
  readonly data: ModelLineage['data'];
  /** Name and version of the engine, for the lineage. */
  readonly trainedWith: string;
  /** A date such as `2026-05-01`, if it is to be on the card; no clock is read. */
  readonly trainedOn?: string;
}

/** A trained model: its card, and the bytes that the card names by digest. */
export interface TrainedModel {
  readonly card: ModelCard;
  readonly bytes: Uint8Array;
}

interface ReadRow {
  readonly input: ReadInput;
  readonly label: string;
}

/**
 * Trains, calibrates and measures a model. Three parts of the rows, three uses, none of them shared: weights come
 * from the first, temperature and novelty thresholds from the second, the card's figures from the third.
 * Deterministic: same rows in the same order, same request, same bytes and card.
 * @throws CountersignError `MODEL_DATA_TOO_SMALL`, `MODEL_INPUT_INVALID`, `DOCUMENT_INVALID` where a statement does not hold
 */
export function trainBuiltInModel(rows: readonly LabelledRow[], request: TrainRequest): TrainedModel {
  const { inputs, seed, statement } = request;
  const ready = rows.map((row) => ({
    label: row.label,
    input: { text: inputs.text ? readText(row) : '', columns: readColumns(row, inputs.columns) },
  }));
  const random = seededRandom(seed);
  const split = splitRows(
    ready.map(({ input, label }) => ({ key: JSON.stringify([input.text, input.columns]), label })),
    random,
  );
  checkStatement(statement);
  const bytes = writeArtefact(fit(ready, split, inputs, random));
  // Measured through the stored bytes: the figures are those of what will run.
  const artefact = readArtefact(bytes);
  const outcomes = answerAll(artefact, pick(ready, split.test), statement.bar);
  const card = modelCardSchema.parse({
    format: 'countersign.model',
    version: 1,
    type: 'built-in',
    ...statement,
    inputs: { text: inputs.text, columns: withValues(inputs.columns, artefact) },
    choices: [...artefact.choices],
    artefact: { digest: digestOf(bytes), bytes: bytes.length },
    lineage: {
      data: request.data,
      seed,
      trainedWith: request.trainedWith,
      ...(request.trainedOn === undefined ? {} : { trainedOn: request.trainedOn }),
      split: {
        training: split.training.length,
        calibration: split.calibration.length,
        test: split.test.length,
      },
    },
    calibration: { method: 'temperature', temperature: artefact.temperature, rows: split.calibration.length },
    novelty: { ...artefact.novelty, falseAlarmShare: FALSE_ALARM_SHARE },
    metrics: evaluate(artefact.choices, outcomes, statement.bar),
  });
  return { card, bytes };
}

function checkStatement(statement: ModelStatement): void {
  const issue = modelStatementSchema.safeParse(statement).error?.issues[0];
  if (issue === undefined) return;
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  throw new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: `The model’s card would not hold at “${path.join('.')}”: ${issue.message}.`,
    where: { path },
    hint: 'A card says what a model is for, who answers for it and what it decides: state that, and train again.',
  });
}

function fit(rows: readonly ReadRow[], split: Split, inputs: ModelInputs, random: () => number): Artefact {
  const training = pick(rows, split.training);
  const choices = [...new Set(rows.map(({ label }) => label))].sort();
  const numberOf = new Map(choices.map((choice, index) => [choice, index]));
  const encoder = fitEncoder(
    inputs,
    training.map(({ input }) => input),
  );
  const examples = training.map(({ input, label }) => {
    const { ids, values } = encode(encoder, input);
    return { ids, values, choice: numberOf.get(label) ?? 0 };
  });
  const method = inputs.text ? TEXT_METHOD : COLUMNS_METHOD;
  const model = quantise(fitWeights(examples, { features: encoder.size, choices: choices.length, method, random }));
  const heldOut = pick(rows, split.calibration).map(({ input, label }) => {
    const encoded = encode(encoder, input);
    const logits = rawLogits(model, encoded.ids, encoded.values);
    return { encoded, logits, choice: numberOf.get(label) ?? 0 };
  });
  return {
    choices,
    encoder,
    model,
    temperature: fitTemperature(heldOut),
    novelty: fitNovelty(heldOut.map(({ encoded }) => encoded)),
  };
}

function pick(rows: readonly ReadRow[], numbers: readonly number[]): ReadRow[] {
  return numbers.flatMap((number) => rows[number] ?? []);
}

/** The columns as declared, each category with the values that training saw, for forms and for readers of the card. */
function withValues(columns: ModelColumns, artefact: Artefact): ModelColumns {
  const seen: ModelColumns = {};
  for (const encoder of artefact.encoder.columns) {
    seen[encoder.name] =
      encoder.type === 'category' ? { type: encoder.type, values: encoder.values } : { type: encoder.type };
  }
  return { ...columns, ...seen };
}
