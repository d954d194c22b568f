/** Numbers and strings of the FEEL grammar (DMN 1.5, 10.3.1.2, rules 35 to 37 and 64). */

const NUMBER = /(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?/y;

/** The text of the number at a position, or ''. `1..5` holds the numbers 1 and 5. */
export function numberAt(source: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(source)?.[0] ?? '';
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Where the string that begins with the quote at `at` ends (after its closing quote); -1 when it is not closed. */
export function stringEnd(source: string, at: number): number {
  for (let i = at + 1; i < source.length; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '"') return i + 1;
  }
  return -1;
}

/** The text that a string literal stands for; a backslash that begins no escape stands for itself. */
export function unescapeString(inner: string): string {
  if (!inner.includes('\\')) return inner;
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([nrt"'\\]))/g,
    (whole, short: string | undefined, long: string | undefined, simple: string | undefined) => {
      if (simple !== undefined) return ESCAPES[simple] ?? whole;
      const code = Number.parseInt(short ?? long ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
