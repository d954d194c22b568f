import { encodeValue, type FeelValue } from '../feel/value.ts';
import { digestOf, sha256Hex, type JsonValue } from '../flow/json.ts';

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

/** What stood for it in journals of the first versions: whoever guesses the key can tell. */
export const unkeyedMatch = (name: string, key: string): string =>
  sha256Hex(JSON.stringify(['countersign.message', name, key])).slice(0, 40);

/** The id of the task that a node makes on a visit; `ask` tells a first asking from one that is asked again. */
export function taskId(run: string, node: string, visit: number, ask: string): string {
  return `t_${sha256Hex(JSON.stringify(['countersign.task', run, node, visit, ask])).slice(0, 20)}`;
}
