import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;

/**
 * Looks for the first line that is not UTF-8, in bytes that come piece by piece. No character of UTF-8 has a newline's
 * byte in it, so that lines can be looked at one by one. UTF-16 that begins with its mark is not looked at: the CSV
 * parser knows it by that.
 */
export class Utf8Lines {
  #line = 1;
  #rest: Buffer[] = [];
  #found: number | null = null;
  #other: boolean | null = null;

  take(bytes: Buffer): void {
    this.#other ??= bytes[0] === 0xff && bytes[1] === 0xfe;
    if (this.#other || this.#found !== null) return;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#look(Buffer.concat([...this.#rest, bytes.subarray(0, end)]));
      this.#rest = [];
    }
    this.#rest.push(bytes.subarray(end));
  }

  /** After the last piece: the number of the line, from 1, or null where all of it is UTF-8. */
  wrong(): number | null {
    if (this.#found === null) this.#look(Buffer.concat(this.#rest));
    this.#rest = [];
    return this.#found;
  }

  #look(whole: Buffer): void {
    const right = isUtf8(whole);
    for (let at = 0; at < whole.length;) {
      const newline = whole.indexOf(NEWLINE, at);
      const next = newline < 0 ? whole.length : newline + 1;
      if (!right && !isUtf8(whole.subarray(at, next))) {
        this.#found = this.#line;
        return;
      }
      this.#line += 1;
      at = next;
    }
  }
}
