/** What journaled bodies are made of and read by. */
import type { FeelContext, FeelValue, JsonValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import { inKeyOrder } from '../flow/key-order.ts';

/** An event's body as it is journaled: what stays readable, and what is sealed with the person's key. */
export interface EncodedBody {
  open: { [key: string]: JsonValue };
  sealed: { [key: string]: JsonValue } | null;
}

export function split(
  open: { [key: string]: JsonValue },
  content: { [key: string]: JsonValue },
  seal: boolean,
): EncodedBody {
  if (Object.keys(content).length === 0) return { open, sealed: null };
  return seal ? { open, sealed: content } : { open: { ...open, ...content }, sealed: null };
}

export const plainObject = (data: object): { [key: string]: JsonValue } => object(plain(data));

/** What stays readable of an error about sealed values: the other side may have put them into any of its texts. */
export const bare = ({ code, retryable, fault }: ErrorShape): JsonValue => ({
  code,
  message: 'The text of this error is sealed, or was erased, with the personal data that it is about.',
  hint: '',
  retryable,
  fault,
});

/** The record of a step; what its message is known by stands apart from it, as that is never sealed. */
export function recordIn({ record, message }: Readonly<Record<string, JsonValue>>): JsonValue {
  if (record === undefined || !isObject(record)) return null;
  return message === undefined || message === record['id'] ? record : { ...record, known: message };
}

export const context = (value: FeelValue): FeelContext => (value instanceof Map ? value : new Map());

/** Plain data (records, errors, what was shown) as JSON; it has no undefined left in it. */
export function plain(data: unknown): JsonValue {
  if (typeof data === 'string') return data.isWellFormed() ? data : data.toWellFormed();
  if (data === null || typeof data === 'boolean') return data;
  if (typeof data === 'number') return Number.isFinite(data) ? data : null;
  if (Array.isArray(data)) return data.map((item) => (item === undefined ? null : plain(item)));
  if (typeof data !== 'object') throw new TypeError(`an event cannot hold a value of type ${typeof data}`);
  const json: { [key: string]: JsonValue } = {};
  for (const key of inKeyOrder(Object.keys(data))) {
    const member: unknown = Reflect.get(data, key);
    if (member !== undefined) json[key] = plain(member);
  }
  return json;
}

/** Members in the order of canonical JSON, which is then written without sorting them again. */
export const ordered = (body: { [key: string]: JsonValue }): { [key: string]: JsonValue } => {
  const json: { [key: string]: JsonValue } = {};
  for (const key of inKeyOrder(Object.keys(body))) json[key] = body[key] ?? null;
  return json;
};

export const isObject = (json: JsonValue): json is { [key: string]: JsonValue } =>
  json !== null && typeof json === 'object' && !Array.isArray(json);

export function object(json: JsonValue): { [key: string]: JsonValue } {
  if (isObject(json)) return json;
  throw new TypeError('an event body is an object');
}
