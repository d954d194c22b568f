import type { Path } from './problems.ts';
import { capitalised, inWords, listOf, quote } from './words.ts';
import type { z } from './zod.ts';

type Issue = z.core.$ZodIssue;

/** A schema's complaint in the words of the person who owns the document. */
export interface ShapeFinding {
  path: Path;
  message: string;
  hint: string;
}

/**
 * What a schema found, as sentences.
 * @param issues what zod reports
 * @param value the value that was checked
 * @param place names a path for a sentence, such as `the step “Check”`
 */
export function explainIssues(
  issues: readonly Issue[],
  value: unknown,
  place: (path: Path) => string = plainPlace,
): ShapeFinding[] {
  return issues.flatMap((issue) => explain(issue, value, place));
}

/** A path as a sentence names it when nothing better is known. */
export const plainPlace = (path: Path): string => (path.length === 0 ? 'the document' : quote(path.join('.')));

/** Is it an object with named members, as JSON has them? */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path, or undefined; own members only. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** A schema's path as a document's. */
export const toPath = (path: readonly PropertyKey[]): Path =>
  path.map((key) => (typeof key === 'number' ? key : String(key)));

function explain(issue: Issue, root: unknown, place: (path: Path) => string): ShapeFinding[] {
  const path = toPath(issue.path);
  const given = valueAt(root, path);
  const what = capitalised(place(path));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `${what} has ${quote(key)}, which means nothing there.`,
      hint: 'Remove it, or correct its spelling.',
    }));
  }
  if (issue.code === 'invalid_union' && issue.discriminator === undefined) {
    return explainUnion(issue, path, root, place);
  }
  if (given === undefined && issue.code !== 'custom') {
    return [{ path, message: `${what} is missing.`, hint: `Add it: ${wanted(issue)}.` }];
  }
  return [{ path, ...sentences(issue, what, given) }];
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

/** Of the alternatives, the one that came furthest is most likely the one that was meant. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  root: unknown,
  place: (path: Path) => string,
): ShapeFinding[] {
  const best = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
  if (best === undefined || depth(best) === 0) {
    const what = capitalised(place(path));
    const wants = [...new Set(issue.errors.flatMap((errors) => errors.map(wanted)))].join(', or ');
    const given = valueAt(root, path);
    return [
      given === undefined
        ? { path, message: `${what} is missing.`, hint: `Add it: ${wants}.` }
        : { path, message: `${what} is ${inWords(given)}, which does not fit.`, hint: `Give ${wants}.` },
    ];
  }
  return best.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, root, place));
}

function sentences(issue: Issue, what: string, given: unknown): { message: string; hint: string } {
  const is = `${what} is ${inWords(given)}`;
  switch (issue.code) {
    case 'invalid_key': {
      const key = quote(String(issue.path.at(-1) ?? ''));
      const rule = issue.issues[0]?.message ?? 'another key';
      return { message: `${key} cannot be used here: ${rule}.`, hint: `Use another one in place of ${key}.` };
    }
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? { message: `${is}, which does not have the form it needs.`, hint: `Give ${wanted(issue)}.` }
        : { message: `${is}, which does not fit: ${issue.message}.`, hint: 'Write it in that form.' };
    case 'custom':
      return { message: `${what}: ${issue.message}.`, hint: hintOf(issue) };
    default:
      return { message: `${is}; needed is ${wanted(issue)}.`, hint: `Give ${wanted(issue)}.` };
  }
}

function hintOf(issue: z.core.$ZodIssueCustom): string {
  const hint: unknown = issue.params?.['hint'];
  return typeof hint === 'string' ? hint : 'Change it so that this holds.';
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

/** What the schema asks for, as a noun phrase. */
function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? `a value of type ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? inWords(issue.values[0])
        : `one of ${listOf(
            issue.values.map((v) => String(v)),
            'or',
          )}`;
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined
        ? `one of ${listOf(
            issue.options.map((v) => String(v)),
            'or',
          )}`
        : 'another value';
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', Number(issue.maximum));
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `a text of the form ${issue.format}` : issue.message;
    default:
      return 'another value';
  }
}

function bound(origin: string, comparison: string, limit: number): string {
  if (origin === 'string') {
    return limit === 1 && comparison === 'at least'
      ? 'a text that is not empty'
      : `a text of ${comparison} ${limit} characters`;
  }
  if (origin === 'array' || origin === 'set' || origin === 'map') {
    return `a list of ${comparison} ${limit} ${limit === 1 ? 'item' : 'items'}`;
  }
  if (origin === 'object' || origin === 'record') return `an object with ${comparison} ${limit} members`;
  return `a number of ${comparison} ${limit}`;
}
