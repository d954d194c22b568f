import { encodeValue, type FeelValue, type JsonValue } from '../feel/value.ts';
import { digestOf, sha256Hex } from '../flow/json.ts';

/** `sha256-…` of a value's canonical bytes in the lossless codec. */
export const digestOfValue = (value: FeelValue): string => digestOf(encodeValue(value));

/**
 * The effect key: the same for every attempt at the same effect, different for any other. `path` is that of the branch,
 * empty at the root.
 */
export function effectKey(rootRun: string, node: string, path: string, visit: number, what: 'do' | 'undo'): string {
  return sha256Hex(JSON.stringify(['countersign.effect', rootRun, node, path, visit, what])).slice(0, 40);
}

/** What a message and a node that waits for it have in common; on record is a keyed digest of it. */
export const messageTopic = (name: string, key: string): JsonValue => ['message', name, key];

/** What a message that was taken is known by: its id, which is its sender's own. On record is a keyed digest of it. */
export const messageOf = (from: string, id: string): JsonValue => ['message of', from, id];

/** What it brought, which is the same each time that it is sent. On record is a keyed digest of it. */
export const messageBody = (body: Readonly<Record<string, JsonValue>>): JsonValue => ['message body', { ...body }];

/**
 * Under which a message that was taken is known again. Journals of before have its bare id in that place, from whomever
 * it came.
 */
export const knownAs = (of: string, body: string): string => `${of}.${body}`;

/** How a message stands to one that was taken: the same, another of the same id and sender, or another altogether. */
export function sameMessage(
  taken: string,
  { id, of, body }: { id: string; of: string; body: string },
): 'same' | 'other body' | 'other' {
  if (taken === id || taken === knownAs(of, body)) return 'same';
  return taken.startsWith(knownAs(of, '')) ? 'other body' : 'other';
}

/** What stood for it in journals of the first versions: whoever guesses the key can tell. */
export const unkeyedMatch = (name: string, key: string): string =>
  sha256Hex(JSON.stringify(['countersign.message', name, key])).slice(0, 40);

/** The id of the task that a node makes on a visit; `ask` tells a first asking from one that is asked again. */
export function taskId(run: string, node: string, visit: number, ask: string): string {
  return `t_${sha256Hex(JSON.stringify(['countersign.task', run, node, visit, ask])).slice(0, 20)}`;
}
