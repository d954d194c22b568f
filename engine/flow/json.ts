import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { CountersignError } from './error.ts';
import { MAX_DEPTH } from './json-parse.ts';
import { inKeyOrder } from './key-order.ts';

export { MAX_DEPTH, parseStrict, parseStrictBytes, type ParseOptions } from './json-parse.ts';

/** Whatever JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** The same for reading only; every {@link JsonValue} is one. */
export type JsonInput = null | boolean | number | string | readonly JsonInput[] | { readonly [key: string]: JsonInput };

/** Of what `JSON.parse` returned, or of a part of it: all there is but nothing at all is JSON. */
export const isParsedJson = (value: unknown): value is JsonValue => value !== undefined;

/**
 * Checks at run time that a value is JSON that {@link parseStrict} would give back unchanged, and returns the very value.
 * Refused with JSON_INVALID and the path: undefined, functions, symbols, bigints, NaN, infinities, whole numbers beyond
 * 2^53-1, lone surrogates, holes in arrays, the key `__proto__`, anything but plain objects and arrays, and nesting
 * deeper than {@link MAX_DEPTH} (so cycles as well).
 */
export function asJson(value: unknown): JsonValue {
  check(value, []);
  return value;
}

function check(value: unknown, path: (string | number)[]): asserts value is JsonValue {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      checkNumber(value, path);
      return;
    case 'string':
      if (!value.isWellFormed()) refuse(HALF_PAIR, path);
      return;
    case 'object':
      if (value !== null) checkContainer(value, path);
      return;
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      refuse(`a value of type ${typeof value}`, path);
  }
}

function checkNumber(value: number, path: readonly (string | number)[]): void {
  if (!Number.isFinite(value)) refuse(`the number ${value}`, path);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) refuse(`the number ${value}, which is beyond 2^53-1,`, path);
}

function checkContainer(value: object, path: (string | number)[]): void {
  checkDepth(path);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    for (let i = 0; i < items.length; i++) {
      path.push(i);
      check(items[i], path);
      path.pop();
    }
    return;
  }
  checkPlain(value, path);
  for (const key of Object.keys(value)) {
    path.push(key);
    checkKey(key, path);
    check(value[key], path);
    path.pop();
  }
}

const HALF_PAIR = 'a text with half of a surrogate pair';

function checkDepth(path: readonly (string | number)[]): void {
  if (path.length >= MAX_DEPTH) refuse(`nesting deeper than ${MAX_DEPTH}`, path.slice(0, 4));
}

function checkPlain(
  value: object,
  path: readonly (string | number)[],
): asserts value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('an object that is not plain data', path);
}

function checkKey(key: string, path: readonly (string | number)[]): void {
  if (key === '__proto__' || !key.isWellFormed()) refuse(`the key ${JSON.stringify(key)}`, path);
}

function refuse(what: string, path: readonly (string | number)[]): never {
  throw new CountersignError({
    code: 'JSON_INVALID',
    message: `JSON cannot hold ${what} at ${path.length === 0 ? 'its root' : `“${path.join('.')}”`}.`,
    where: { path: [...path] },
    hint: 'Give a text, a whole number up to 2^53-1, a decimal number, true, false, null, or lists and objects of these.',
  });
}

/**
 * The one canonical text of a value: RFC 8785 (JSON Canonicalization Scheme). Digests and signatures are over its
 * UTF-8 bytes. Refuses what {@link asJson} refuses.
 */
export function canonicalJson(value: JsonInput): string {
  // JavaScript's own text of finite numbers and well-formed strings is the one that RFC 8785 asks for: where the members
  // stand in order as well, its own writer gives the canonical text, several times as fast.
  return isInOrder(value, 0) ? JSON.stringify(value) : canonical(value, []);
}

/** Nothing in it is to be refused, and all members are in canonical order. May be false of what is, and only costs time. */
function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isInOrder(value[i], depth + 1)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  let before: string | null = null;
  for (const key in value) {
    if ((before !== null && key <= before) || !namesOfMembers.has(key)) return false;
    if (!isInOrder(Reflect.get(value, key), depth + 1)) return false;
    before = key;
  }
  return true;
}

function canonical(value: unknown, path: (string | number)[]): string {
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : refuse(HALF_PAIR, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    checkNumber(value, path);
    return String(value);
  }
  if (typeof value !== 'object') return refuse(`a value of type ${typeof value}`, path);
  checkDepth(path);
  return Array.isArray(value) ? canonicalList(value, path) : canonicalObject(value, path);
}

function canonicalList(items: readonly unknown[], path: (string | number)[]): string {
  let text = '';
  // By index, so that a hole is met and refused.
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    text += (i === 0 ? '' : ',') + canonical(items[i], path);
    path.pop();
  }
  return `[${text}]`;
}

function canonicalObject(value: object, path: (string | number)[]): string {
  checkPlain(value, path);
  let text = '';
  for (const key of inKeyOrder(Object.keys(value))) {
    path.push(key);
    const name = nameOfMember(key, path);
    text += (text === '' ? name : `,${name}`) + canonical(value[key], path);
    path.pop();
  }
  return `{${text}}`;
}

const MAX_NAMES = 2_000;
const namesOfMembers = new Map<string, string>();

/** A member's name as it is written, with its colon. The same few recur in every event. */
function nameOfMember(key: string, path: readonly (string | number)[]): string {
  const known = namesOfMembers.get(key);
  if (known !== undefined) return known;
  checkKey(key, path);
  const name = `${JSON.stringify(key)}:`;
  if (namesOfMembers.size < MAX_NAMES) namesOfMembers.set(key, name);
  return name;
}

const encoder = new TextEncoder();

/** {@link canonicalJson} as UTF-8 bytes. */
export function canonicalBytes(value: JsonInput): Uint8Array {
  return encoder.encode(canonicalJson(value));
}

/**
 * The form of documents on disk: two spaces, keys sorted by UTF-16 code unit at every level, lists in their own order,
 * a final newline. Sorting and one member a line keep the diff of one change small. Refuses what {@link asJson} refuses.
 */
export function prettyJson(value: JsonInput): string {
  check(value, []);
  return `${pretty(value, '\n')}\n`;
}

// Not JSON.stringify with a sorted copy: an object lists keys that look like integers first, whatever their order was.
function pretty(value: JsonInput, newline: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${newline}  `;
  if (isList(value)) {
    return value.length === 0 ? '[]' : `[${inner}${value.map((v) => pretty(v, inner)).join(`,${inner}`)}${newline}]`;
  }
  const members = Object.keys(value).sort();
  if (members.length === 0) return '{}';
  const lines = members.map((key) => `${JSON.stringify(key)}: ${pretty(value[key] ?? null, inner)}`);
  return `{${inner}${lines.join(`,${inner}`)}${newline}}`;
}

// Array.isArray does not narrow readonly arrays.
const isList = (value: JsonInput): value is readonly JsonInput[] => Array.isArray(value);

/** SHA-256 (FIPS 180-4) in small hexadecimal letters; of a text, that of its UTF-8 bytes. */
export function sha256Hex(data: Uint8Array | string): string {
  if (typeof data !== 'string') return bytesToHex(sha256(data));
  if (!data.isWellFormed()) refuse(HALF_PAIR, []);
  return bytesToHex(sha256(encoder.encode(data)));
}

/** `sha256-<hex>` of the canonical bytes of a value: how documents, programs and what is shown are named. */
export function digestOf(value: JsonInput): string {
  return `sha256-${sha256Hex(canonicalJson(value))}`;
}
