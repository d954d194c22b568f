import { createHash } from 'node:crypto';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import type { NoveltyThresholds } from './calibrate.ts';
import { columnEncoderSchema } from './column-features.ts';
import { makeEncoder, type Encoder } from './encoder.ts';
import type { Quantised } from './quantise.ts';

/** Everything that decides what a model answers. */
export interface Artefact {
  readonly choices: readonly string[];
  readonly encoder: Encoder;
  readonly model: Quantised;
  readonly temperature: number;
  readonly novelty: NoveltyThresholds;
}

/*
 * The bytes, little-endian throughout:
 *   8   magic `CSMODEL1`
 *   4   length of the header
 *       header: JSON, keys in one fixed order, UTF-8
 *       dictionary: its features sorted by code unit, one a line, UTF-8
 *   4×  for each dictionary feature, in how many training rows it occurred (uint32)
 *   4×  for each feature, the scale of its weights (float32)
 *   1×  for each feature and choice, the weight's code (int8)
 * Nothing else may follow. There is one way to write a model, so equal models have equal bytes.
 */
const MAGIC = 'CSMODEL1';

const headerSchema = z.strictObject({
  biases: z.array(z.number()),
  choices: z.array(z.string()).min(2),
  columns: z.array(columnEncoderSchema),
  dictionaryBytes: z.int().nonnegative(),
  dictionarySize: z.int().nonnegative(),
  familiarityFloor: z.number(),
  hasText: z.boolean(),
  rows: z.int().nonnegative(),
  strangeColumnsCeiling: z.int().nonnegative(),
  temperature: z.number().positive(),
});

/** The name under which bytes are stored and pinned: `sha256-` and the digest in hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Writes a model as bytes; equal models give equal bytes. */
export function writeArtefact(artefact: Artefact): Uint8Array {
  const { encoder, model } = artefact;
  const dictionary = new TextEncoder().encode(encoder.dictionary.join('\n'));
  const fields: z.infer<typeof headerSchema> = {
    biases: [...model.biases],
    choices: [...artefact.choices],
    columns: encoder.columns.map((column) => columnEncoderSchema.parse(column)),
    dictionaryBytes: dictionary.length,
    dictionarySize: encoder.dictionary.length,
    familiarityFloor: artefact.novelty.familiarityFloor,
    hasText: encoder.hasText,
    rows: encoder.rows,
    strangeColumnsCeiling: artefact.novelty.strangeColumnsCeiling,
    temperature: artefact.temperature,
  };
  const header = new TextEncoder().encode(JSON.stringify(fields));
  const start = MAGIC.length + 4;
  const counts = start + header.length + dictionary.length;
  const scales = counts + 4 * encoder.seenIn.length;
  const codes = scales + 4 * model.scales.length;
  const bytes = new Uint8Array(codes + model.codes.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  view.setUint32(MAGIC.length, header.length, true);
  bytes.set(header, start);
  bytes.set(dictionary, start + header.length);
  for (const [index, seen] of encoder.seenIn.entries()) view.setUint32(counts + 4 * index, seen, true);
  for (const [index, scale] of model.scales.entries()) view.setFloat32(scales + 4 * index, scale, true);
  bytes.set(new Uint8Array(model.codes.buffer, model.codes.byteOffset, model.codes.length), codes);
  return bytes;
}

/**
 * Reads a model back.
 * @throws CountersignError `MODEL_ARTEFACT_DAMAGED` for anything that {@link writeArtefact} could not have written.
 */
export function readArtefact(bytes: Uint8Array): Artefact {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = MAGIC.length + 4;
  if (bytes.length < start || new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw damaged('It does not begin like a model.');
  }
  const headerLength = view.getUint32(MAGIC.length, true);
  const header = readHeader(bytes.subarray(start, start + headerLength));
  const dictionaryStart = start + headerLength;
  const counts = dictionaryStart + header.dictionaryBytes;
  const scales = counts + 4 * header.dictionarySize;
  if (scales > bytes.length) throw damaged('It is cut short.');
  const dictionary = readDictionary(bytes.subarray(dictionaryStart, counts), header.dictionarySize);
  const seenIn = Uint32Array.from(dictionary, (_, index) => view.getUint32(counts + 4 * index, true));
  const { hasText, rows, columns, choices, biases } = header;
  const encoder = makeEncoder({ hasText, dictionary, seenIn, rows, columns });
  const codes = scales + 4 * encoder.size;
  if (bytes.length !== codes + encoder.size * choices.length) throw damaged('Its length is not what its header says.');
  if (biases.length !== choices.length) throw damaged('It has not one bias for each choice.');
  const scaleValues = Float32Array.from({ length: encoder.size }, (_, index) =>
    view.getFloat32(scales + 4 * index, true),
  );
  if (!scaleValues.every((scale) => Number.isFinite(scale) && scale >= 0)) throw damaged('A scale is not a number.');
  // Not `bytes.slice`: on a Buffer that is a view of a pool shared with others.
  const codeValues = Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset + codes, bytes.length - codes));
  return {
    choices,
    encoder,
    model: { choices: choices.length, biases, scales: scaleValues, codes: codeValues },
    temperature: header.temperature,
    novelty: {
      familiarityFloor: header.familiarityFloor,
      strangeColumnsCeiling: header.strangeColumnsCeiling,
    },
  };
}

function readHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  const result = headerSchema.safeParse(parseJson(bytes));
  if (!result.success) throw damaged('Its header is not that of a model.', result.error);
  return result.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes));
    return value;
  } catch (cause) {
    throw damaged('Its header cannot be read.', cause);
  }
}

function readDictionary(bytes: Uint8Array, size: number): string[] {
  if (size === 0) return [];
  const dictionary = decodeUtf8(bytes).split('\n');
  const sorted = dictionary.every((key, index) => index === 0 || (dictionary[index - 1] ?? '') < key);
  if (dictionary.length !== size || !sorted) throw damaged('Its dictionary is not in order.');
  return dictionary;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw damaged('It holds text that is not UTF-8.', cause);
  }
}

/** The error for bytes that are not the model they should be. */
export function damaged(reason: string, cause?: unknown): CountersignError {
  return new CountersignError({
    code: 'MODEL_ARTEFACT_DAMAGED',
    message: `The model's artefact is damaged. ${reason}`,
    hint: 'Restore the file under models/blobs from version control, or train the model again with the same data and seed.',
    fault: 'operator',
    ...(cause === undefined ? {} : { cause }),
  });
}
