/** A cursor over FEEL source: white space, comments, symbols, keywords, and the one way to fail. */
import type { Span } from './ast.ts';
import { spaceEnd, wordAt } from './names.ts';

/** Thrown inside the room only; `parse` turns it into a problem. */
export class SyntaxFailure extends Error {
  override readonly name = 'SyntaxFailure';
  readonly hint: string;
  readonly from: number;
  readonly to: number;

  constructor(message: string, hint: string, from: number, to: number) {
    super(message);
    this.hint = hint;
    this.from = from;
    this.to = to;
  }
}

/** Words that end or join expressions, so an unknown name of several words never swallows them. */
export const JOINING_WORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'in',
  'between',
  'instance',
  'then',
  'else',
  'return',
  'satisfies',
]);

export const KEYWORDS: ReadonlySet<string> = new Set([
  ...JOINING_WORDS,
  'if',
  'for',
  'some',
  'every',
  'function',
  'external',
  'true',
  'false',
  'null',
]);

const MAX_NESTING = 200;

export class Reader {
  readonly source: string;
  pos = 0;
  /** Where the last token ended: the end of the node that is being closed. */
  end = 0;
  #nesting = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Passes white space and comments. */
  skip(): void {
    for (;;) {
      this.pos = spaceEnd(this.source, this.pos);
      if (this.source.startsWith('//', this.pos)) {
        const line = this.source.indexOf('\n', this.pos);
        this.pos = line < 0 ? this.source.length : line + 1;
      } else if (this.source.startsWith('/*', this.pos)) {
        const close = this.source.indexOf('*/', this.pos + 2);
        if (close < 0) {
          this.fail('This comment is not closed.', 'End it with */.', this.pos, this.source.length);
        }
        this.pos = close + 2;
      } else {
        return;
      }
    }
  }

  sees(symbol: string): boolean {
    this.skip();
    return this.source.startsWith(symbol, this.pos);
  }

  /** Takes a symbol when it stands here. */
  accept(symbol: string): boolean {
    if (!this.sees(symbol)) return false;
    this.advance(symbol.length);
    return true;
  }

  seesWord(word: string): boolean {
    this.skip();
    return wordAt(this.source, this.pos) === word;
  }

  acceptWord(word: string): boolean {
    if (!this.seesWord(word)) return false;
    this.advance(word.length);
    return true;
  }

  advance(length: number): void {
    this.pos += length;
    this.end = this.pos;
  }

  expect(symbol: string, hint: string): void {
    if (!this.accept(symbol)) this.unexpected(`Expected “${symbol}”`, hint);
  }

  expectWord(word: string, hint: string): void {
    if (!this.acceptWord(word)) this.unexpected(`Expected “${word}”`, hint);
  }

  atEnd(): boolean {
    this.skip();
    return this.pos >= this.source.length;
  }

  /** Fails at the token that stands here. */
  unexpected(expected: string, hint: string): never {
    this.skip();
    const word = wordAt(this.source, this.pos);
    const length = word === '' ? 1 : word.length;
    const found =
      this.pos >= this.source.length
        ? 'the expression ends here'
        : `found “${this.source.slice(this.pos, this.pos + length)}”`;
    return this.fail(`${expected}, but ${found}.`, hint, this.pos, this.pos + length);
  }

  fail(message: string, hint: string, from: number, to: number): never {
    throw new SyntaxFailure(message, hint, from, Math.min(Math.max(to, from), this.source.length));
  }

  /** Runs a part of the grammar one level deeper; what is nested too deeply fails rather than exhausts the stack. */
  nested<T>(part: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING) {
      this.fail(
        `This is nested deeper than ${MAX_NESTING} levels.`,
        'Split the expression into several steps.',
        this.pos,
        this.pos + 1,
      );
    }
    const result = part();
    this.#nesting -= 1;
    return result;
  }

  /** Tries a part of the grammar; on failure stands where it stood and gives null. */
  attempt<T>(part: () => T): T | null {
    const { pos, end } = this;
    const nesting = this.#nesting;
    try {
      return part();
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error;
      this.pos = pos;
      this.end = end;
      this.#nesting = nesting;
      return null;
    }
  }

  /** The span from `from` to the end of the last token. */
  span(from: number): Span {
    return { from, to: Math.max(from, this.end) };
  }
}
