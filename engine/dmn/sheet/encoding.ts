/**
 * Bytes of a text file to text and back. What a file is written in is seen from its bytes: a byte order mark decides;
 * without one, what is valid UTF-8 is UTF-8, and everything else is Windows-1252, as Excel writes it in Western Europe.
 */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
  /** Whether the file began with a byte order mark. */
  readonly marked: boolean;
  /** Bytes that stand for no character in the encoding and were read as the replacement character. */
  readonly damaged: boolean;
}

/** What Windows-1252 puts at 0x80 to 0x9F; five places are unused and stand for themselves (WHATWG Encoding, index). */
const HIGH =
  '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F' + // 0x80 to 0x8F
  '\u0090‘’“”•–—˜™š›œ\u009DžŸ'; // 0x90 to 0x9F
const BYTE_OF = new Map(Array.from(HIGH, (char, i) => [char, 0x80 + i]));

const starts = (bytes: Uint8Array, ...mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte);

/** Text from bytes. Never throws: what is no text is read as Windows-1252, and the reader of the text will see. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (starts(bytes, 0xff, 0xfe)) return utf16(bytes.subarray(2), 'utf-16le');
  if (starts(bytes, 0xfe, 0xff)) return utf16(bytes.subarray(2), 'utf-16be');
  const marked = starts(bytes, 0xef, 0xbb, 0xbf);
  const text = utf8(marked ? bytes.subarray(3) : bytes);
  if (text !== null) return { text, encoding: 'utf-8', marked, damaged: false };
  if (marked) {
    const loose = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(3));
    return { text: loose, encoding: 'utf-8', marked, damaged: true };
  }
  return { text: windows1252(bytes), encoding: 'windows-1252', marked: false, damaged: false };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function utf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedText {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  return { text, encoding, marked: true, damaged: text.includes('\uFFFD') };
}

/** The code unit of each byte of Windows-1252. */
const UNIT_OF = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte <= 0x9f ? HIGH.charCodeAt(byte - 0x80) : byte,
);

function windows1252(bytes: Uint8Array): string {
  const parts: string[] = [];
  const STEP = 16_384;
  const units = new Uint16Array(STEP);
  for (let at = 0; at < bytes.length; at += STEP) {
    const length = Math.min(STEP, bytes.length - at);
    for (let i = 0; i < length; i += 1) units[i] = UNIT_OF[bytes[at + i] ?? 0] ?? 0;
    parts.push(String.fromCharCode(...units.subarray(0, length)));
  }
  return parts.join('');
}

export interface EncodedText {
  readonly bytes: Uint8Array;
  /**
   * Characters that the encoding has no bytes for, each once; where there are any, the bytes say something else. NUL is
   * among them: a text file with it in is no text to most programs.
   */
  readonly unwritable: readonly string[];
  /** Whether reading the bytes gives the text again. False with `unwritable`, or when they happen to be valid UTF-8. */
  readonly faithful: boolean;
}

/** Text as UTF-8 with a byte order mark (without it Excel takes the file for Windows-1252), or as Windows-1252. */
export function encodeText(text: string, encoding: 'utf-8' | 'windows-1252'): EncodedText {
  if (encoding === 'utf-8') {
    const unwritable = [...new Set(text.match(/[\0\p{Cs}]/gu) ?? [])];
    return { bytes: new TextEncoder().encode(`\uFEFF${text}`), unwritable, faithful: unwritable.length === 0 };
  }
  const unwritable = new Set<string>();
  const bytes = Uint8Array.from(Array.from(text), (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0) unwritable.add(char);
    if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
    const byte = BYTE_OF.get(char);
    if (byte === undefined) unwritable.add(char);
    return byte ?? 0x3f;
  });
  const faithful = unwritable.size === 0 && decodeText(bytes).text === text;
  return { bytes, unwritable: [...unwritable], faithful };
}
