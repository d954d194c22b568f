import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/*
 * A disk as it was when the power went, worked out from the order of writes and syncs that the shim recorded. What was
 * synced is there. Of the rest any part may be: nothing, all, some writes, or some sectors of some writes. A new, renamed or
 * removed name is certain once its folder was synced, a new one also once its file was; of the others the first few are.
 */

const HEAD_BYTES = 32;
const SECTOR = 512;

/** One entry of the record. `what` is the letter that `shim.c` gives it. */
export interface Entry {
  what: 'w' | 's' | 'f' | 'r' | 'l' | 'u' | 't';
  path: string;
  at: number;
  content: Buffer;
}

const WHATS: ReadonlySet<string> = new Set(['w', 's', 'f', 'r', 'l', 'u', 't']);
const isWhat = (letter: string): letter is Entry['what'] => WHATS.has(letter);

/** Reads a record; a last entry that was cut off is left out. */
export function readRecord(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const number = (i: number): number => Number(bytes.readBigInt64LE(at + 8 * i));
    const what = String.fromCharCode(number(0));
    if (!isWhat(what)) throw new Error(`the record has an entry ${JSON.stringify(what)} at ${at}`);
    const name = at + HEAD_BYTES;
    const content = name + number(2);
    const end = content + number(3);
    if (end > bytes.length) break;
    const path = bytes.toString('utf8', name, content);
    entries.push({ what, path, at: number(1), content: bytes.subarray(content, end) });
    at = end;
  }
  return entries;
}

type Change = { write: Buffer; at: number } | { cut: number };

/** A file, whatever it is called: what is certainly on the disk, and what has been done since. */
class File {
  #bytes = Buffer.alloc(0);
  #length = 0;
  readonly #since: Change[] = [];

  change(change: Change): void {
    this.#since.push(change);
  }

  sync(): void {
    for (const change of this.#since.splice(0)) this.#apply(change);
  }

  /** The content after a power cut, by what survives of the changes. */
  after(survives: Survival): Buffer {
    const copy = new File();
    copy.#bytes = Buffer.from(this.#bytes);
    copy.#length = this.#length;
    for (const change of this.#since)
      if (survives.change()) for (const part of survives.parts(change)) copy.#apply(part);
    return copy.#bytes.subarray(0, copy.#length);
  }

  #apply(change: Change): void {
    if ('cut' in change) {
      this.#bytes.fill(0, change.cut, this.#length);
      this.#length = change.cut;
      return;
    }
    const end = change.at + change.write.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, end));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    change.write.copy(this.#bytes, change.at);
    this.#length = Math.max(this.#length, end);
  }
}

/** What survives of changes that were not synced. */
interface Survival {
  change(): boolean;
  parts(change: Change): Change[];
  /** How many of so many names. */
  names(count: number): number;
}

/** One of four ways, by chance. */
export function someSurvival(random: () => number): Survival {
  const way = Math.floor(random() * 4);
  const half = (): boolean => random() < 0.5;
  return {
    change: () => way !== 0 && (way === 1 || half()),
    parts: (change) => {
      if (way !== 3 || 'cut' in change) return [change];
      const parts: Change[] = [];
      for (let from = 0; from < change.write.length; from += SECTOR)
        if (half()) parts.push({ write: change.write.subarray(from, from + SECTOR), at: change.at + from });
      return parts;
    },
    names: (count) => (way === 0 ? 0 : way === 1 ? count : Math.floor(random() * (count + 1))),
  };
}

type Naming = { name: string; file: File | null; also?: string };

/** The disk under a process that is being recorded. Paths that were there before are not on it. */
export class RecordedDisk {
  /** As the process sees it. */
  readonly #names = new Map<string, File>();
  readonly #certain = new Map<string, File>();
  #since: Naming[] = [];

  apply({ what, path, at, content }: Entry): void {
    const other = content.toString('utf8');
    if (what === 'w') this.#file(path).change({ write: content, at });
    else if (what === 't') this.#file(path).change({ cut: at });
    else if (what === 'f') this.#sync(path);
    else if (what === 'u') this.#name({ name: path, file: null });
    else if (what === 'r' || what === 'l') {
      const file = this.#file(other);
      this.#name({ name: path, file, ...(what === 'r' ? { also: other } : {}) });
    }
  }

  /** Puts what a power cut would leave into a folder that held what was there before. `place` says where a path lies in it. */
  leave(survives: Survival, place: (path: string) => string): void {
    const left = new Map(this.#certain);
    for (const naming of this.#since.slice(0, survives.names(this.#since.length))) settle(left, naming);
    for (const [path, file] of left) {
      mkdirSync(dirname(place(path)), { recursive: true });
      writeFileSync(place(path), file.after(survives));
    }
  }

  #file(path: string): File {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const file = new File();
    this.#name({ name: path, file });
    return file;
  }

  #name(naming: Naming): void {
    settle(this.#names, naming);
    this.#since.push(naming);
  }

  #sync(path: string): void {
    const file = this.#names.get(path);
    file?.sync();
    const certain = (naming: Naming): boolean =>
      file === undefined ? dirname(naming.name) === path : naming.file === file && naming.also === undefined;
    for (const naming of this.#since.filter(certain)) settle(this.#certain, naming);
    this.#since = this.#since.filter((naming) => !certain(naming));
  }
}

function settle(names: Map<string, File>, { name, file, also }: Naming): void {
  if (also !== undefined) names.delete(also);
  if (file === null) names.delete(name);
  else names.set(name, file);
}
