import { CountersignError } from '../flow/error.ts';
import type { ModelColumns } from './card.ts';

/** A value of a column: `null`, `undefined` and the empty string mean *missing*. */
export type ColumnValue = string | number | boolean | null | undefined;

/** What a model is asked about: a message, columns, or both. A column left out is missing. */
export interface ModelInput {
  readonly text?: string | null | undefined;
  readonly columns?: Readonly<Record<string, ColumnValue>> | undefined;
}

/** An input with the answer a person gave to it. */
export interface LabelledRow extends ModelInput {
  readonly label: string;
}

/** Column values made ready: a number or a category for each declared column, `undefined` where missing. */
export type ReadColumns = readonly (number | string | undefined)[];

/** Longest message that is read, in UTF-16 units; the time to answer grows with the message. */
export const TEXT_LIMIT = 100_000;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a text spells one finite decimal number, such as `-12.5` or `1e3`. */
export function spellsNumber(text: string): boolean {
  return NUMBER.test(text) && Number.isFinite(Number(text));
}

/**
 * Reads the declared columns out of an input, in the order of their names.
 * @throws CountersignError `MODEL_INPUT_INVALID` where a number column holds something else, or a column is not declared.
 */
export function readColumns(input: ModelInput, columns: ModelColumns): ReadColumns {
  const given = input.columns ?? {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(columns, name)) throw invalid(name, `The model has no column "${name}".`, 'Leave it out.');
  }
  return columnNames(columns).map((name) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null || value === '') return undefined;
    if (columns[name]?.type === 'category') return String(value);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && spellsNumber(value.trim())) return Number(value.trim());
    throw invalid(name, `Column "${name}" must be a number.`, 'Give a finite decimal number, or leave the column out.');
  });
}

/**
 * Reads the message out of an input; a missing one is the empty message.
 * @throws CountersignError `MODEL_INPUT_INVALID` where it is longer than {@link TEXT_LIMIT}.
 */
export function readText(input: ModelInput): string {
  const text = input.text ?? '';
  if (text.length <= TEXT_LIMIT) return text;
  throw new CountersignError({
    code: 'MODEL_INPUT_INVALID',
    message: `The message has ${text.length} characters; at most ${TEXT_LIMIT} are read.`,
    where: { path: ['text'] },
    hint: 'Shorten the message, or pick the part that matters in a step before.',
  });
}

/** The names of a model's columns in the one order that everything else relies on. */
export function columnNames(columns: ModelColumns): string[] {
  return Object.keys(columns).sort();
}

function invalid(name: string, message: string, hint: string): CountersignError {
  return new CountersignError({ code: 'MODEL_INPUT_INVALID', message, where: { path: ['columns', name] }, hint });
}
