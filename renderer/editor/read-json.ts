import type { Flow } from '../../engine/flow/document.ts';
import { CountersignError } from '../../engine/flow/error.ts';
import { asJson, canonicalJson, parseStrict } from '../../engine/flow/json.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { readFlow } from '../../engine/flow/read.ts';
import type { Kinds } from '../../nodes/index.ts';
import { placeOf, type Place } from './json-places.ts';

/** Something that is wrong with a document's text, at its characters. */
export interface JsonFault extends Place {
  message: string;
  severity: 'error' | 'warning';
}

/** The document that a text holds, or why it holds none; what is doubtful about one that it holds is told as well. */
export interface ReadJson {
  flow: Flow | null;
  faults: readonly JsonFault[];
}

/**
 * Reads a document as it was written by hand: by the one reader that opens documents, so that whatever is refused there
 * is refused here, in the same words. A document of a newer version is refused, since it could not be kept.
 */
export function readJson(text: string, kinds: Kinds): ReadJson {
  try {
    parseStrict(text);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const { line = 1, column = 1 } = error.where ?? {};
    const from = offsetOf(text, line, column);
    return {
      flow: null,
      faults: [{ from, to: from + 1, message: `${error.message} ${error.hint}`, severity: 'error' }],
    };
  }
  const { flow, newer, problems } = readFlow(text, kinds);
  return { flow: newer ? null : flow, faults: faultsOf(text, problems) };
}

/** Problems of a document at the places of its text that they are about. */
export const faultsOf = (text: string, problems: readonly Problem[]): JsonFault[] =>
  problems.map(({ path, message, hint, severity }) => ({
    ...placeOf(text, path),
    message: `${message} ${hint}`.trim(),
    severity,
  }));

function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return Math.min(text.length, at + column - 1);
}

/**
 * The document `after` with every part that is as it was being the very same object: nothing else is drawn again, and a
 * document in which nothing changed is the one before.
 */
export const keepingSame = (before: Flow, after: Flow): Flow => same(before, after);

function same<T>(before: T, after: T): T {
  if (Object.is(before, after) || !isRecord(before) || !isRecord(after))
    return sameJson(before, after) ? before : after;
  const keys = Object.keys(after);
  const entries = keys.map(
    (key) => [key, Object.hasOwn(before, key) ? same(before[key], after[key]) : after[key]] as const,
  );
  const unchanged =
    keys.length === Object.keys(before).length &&
    entries.every(([key, value]) => Object.hasOwn(before, key) && value === before[key]);
  return unchanged ? before : Object.assign({}, after, Object.fromEntries(entries));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sameJson = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(asJson(a)) === canonicalJson(asJson(b)));
