import { isParsedJson, type JsonInput } from '../flow/json.ts';
import type { Entry } from './batch-writer.ts';
import { decodeActor, encodeActor } from './event-codec.ts';
import type { SealKey } from './keys.ts';

/** Entries on their way to another thread: one stretch of shared memory and lists of numbers are handed over quickest. */
export interface Packed {
  /** All texts of all entries in UTF-8, {@link TEXTS} of each, one behind the other. */
  bytes: SharedArrayBuffer;
  /** How many bytes each has; {@link ABSENT} for one that is null. */
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
const FIRST_ROOM = 1 << 20;
/** Bytes that UTF-8 takes at most for a character of a JavaScript text. */
const MOST_A_CHARACTER = 3;

/** Packs batches, one at a time: a batch stays what it is until the next one is packed. */
export class Packer {
  #shared = new SharedArrayBuffer(FIRST_ROOM);
  #bytes = Buffer.from(this.#shared);
  #used = 0;

  pack(entries: readonly Entry[]): Packed {
    const lengths = new Int32Array(entries.length * TEXTS);
    const numbers = new Float64Array(entries.length * 2);
    let next = 0;
    const add = (text: string | Uint8Array | null): void => {
      lengths[next++] = text === null ? ABSENT : this.#write(text);
    };
    this.#used = 0;
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
    return { bytes: this.#shared, lengths, numbers };
  }

  #write(text: string | Uint8Array): number {
    const most = text.length * MOST_A_CHARACTER;
    if (this.#used + most > this.#bytes.length) this.#grow(this.#used + most);
    if (typeof text !== 'string') this.#bytes.set(text, this.#used);
    const length = typeof text === 'string' ? this.#bytes.write(text, this.#used) : text.length;
    this.#used += length;
    return length;
  }

  #grow(least: number): void {
    const before = this.#bytes.subarray(0, this.#used);
    this.#shared = new SharedArrayBuffer(Math.max(least, 2 * this.#bytes.length));
    this.#bytes = Buffer.from(this.#shared);
    this.#bytes.set(before);
  }
}

/** The entries of {@link Packer.pack}; their `open` lies in the memory they came in. Throws TypeError on what it did not make. */
export function unpack({ bytes, lengths, numbers }: Packed): Entry[] {
  const all = Buffer.from(bytes);
  let from = 0;
  let next = 0;
  const bytesOrNull = (): Buffer | null => {
    const length = lengths[next++] ?? ABSENT;
    if (length === ABSENT) return null;
    from += length;
    return all.subarray(from - length, from);
  };
  const textOrNull = (): string | null => {
    const length = lengths[next++] ?? ABSENT;
    if (length === ABSENT) return null;
    from += length;
    return all.toString('utf8', from - length, from);
  };
  const texts = (): string => textOrNull() ?? missing(next);
  return Array.from({ length: lengths.length / TEXTS }, (_, i): Entry => {
    const [subject, type, actor, node, path] = [texts(), texts(), texts(), textOrNull(), textOrNull()];
    const open = bytesOrNull() ?? missing(next);
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
      value: written(open.toString()),
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
