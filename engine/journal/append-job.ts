import { isParsedJson, type JsonInput } from '../flow/json.ts';
import type { Entry } from './batch-writer.ts';
import { decodeActor, encodeActor } from './event-codec.ts';
import type { SealKey } from './keys.ts';

/** Entries on their way to another thread: one text and lists of numbers are handed over quickest. */
export interface Packed {
  /** All texts of all entries, {@link TEXTS} of each, one behind the other. */
  text: string;
  /** How long each is; {@link ABSENT} for one that is null. */
  lengths: Int32Array;
  /** `v` and `at` of each. */
  numbers: Float64Array;
}

/** A batch on its way to the thread that writes it. */
export interface AppendJob {
  entries: Packed;
  keys: ReadonlyMap<string, SealKey>;
  random: Uint8Array;
  /** The tree before it. */
  size: number;
  range: Uint8Array;
}

const TEXTS = 8;
const ABSENT = -1;

export function pack(entries: readonly Entry[]): Packed {
  const texts: string[] = [];
  const lengths = new Int32Array(entries.length * TEXTS);
  const numbers = new Float64Array(entries.length * 2);
  const add = (text: string | null): void => {
    lengths[texts.length] = text === null ? ABSENT : text.length;
    texts.push(text ?? '');
  };
  entries.forEach(({ subject, type, v, at, actor, node, path, open, sealed }, i) => {
    numbers[2 * i] = v;
    numbers[2 * i + 1] = at;
    add(subject);
    add(type);
    add(encodeActor(actor));
    add(node);
    add(path);
    add(open);
    add(sealed?.keyOf ?? null);
    add(sealed?.text ?? null);
  });
  return { text: texts.join(''), lengths, numbers };
}

/** The entries of {@link pack}. Throws TypeError on what it did not make. */
export function unpack({ text, lengths, numbers }: Packed): Entry[] {
  let from = 0;
  let next = 0;
  const textOrNull = (): string | null => {
    const length = lengths[next++] ?? ABSENT;
    if (length === ABSENT) return null;
    from += length;
    return text.slice(from - length, from);
  };
  const texts = (): string => textOrNull() ?? missing(next);
  return Array.from({ length: lengths.length / TEXTS }, (_, i): Entry => {
    const [subject, type, actor, node, path, open] = [texts(), texts(), texts(), textOrNull(), textOrNull(), texts()];
    const [keyOf, sealed] = [textOrNull(), textOrNull()];
    return {
      subject,
      type,
      v: numbers[2 * i] ?? missing(i),
      at: numbers[2 * i + 1] ?? missing(i),
      actor: decodeActor(actor),
      node,
      path,
      open,
      value: written(open),
      sealed: keyOf === null || sealed === null ? null : { keyOf, text: sealed },
    };
  });
}

function missing(at: number): never {
  throw new TypeError(`a batch lacks its part ${at}`);
}

/** What its own sender has just written as JSON. */
function written(json: string): JsonInput {
  const value: unknown = JSON.parse(json);
  if (isParsedJson(value)) return value;
  throw new TypeError('nothing to read');
}
