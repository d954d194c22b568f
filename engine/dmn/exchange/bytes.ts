/** The bytes of a DMN file as text and back. The text keeps a byte order mark, so that the same bytes come out again. */
import type { ModelProblem } from '../read-model.ts';

/** How a file's text stands in its bytes. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const;
export type DmnEncoding = (typeof ENCODINGS)[number];

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly encoding: DmnEncoding }
  | { readonly ok: false; readonly problem: ModelProblem };

/** Beyond what a flow can hold, whose documents are bounded too. */
export const MAX_BYTES = 8_000_000;

/** Reads UTF-8, or UTF-16 with a byte order mark. Anything else is refused, and so is a file that claims to be anything else. */
export function decodeDmn(bytes: Uint8Array): Decoded {
  if (bytes.length > MAX_BYTES) {
    const most = MAX_BYTES / 1_000_000;
    return refused(`The file has more than ${most} million bytes.`, 'Export a smaller part of the model.');
  }
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused(`The file is not written in ${encoding.toUpperCase()}.`, 'Save it as UTF-8.');
  }
  const declared = /^\uFEFF?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text.slice(0, 200))?.[1]?.toLowerCase();
  const fits = declared === undefined || declared === encoding || (declared === 'utf-16' && encoding !== 'utf-8');
  // Characters that are the same in all of them.
  const ascii = encoding === 'utf-8' && bytes.every((byte) => byte < 0x80) && !declared?.startsWith('utf-16');
  if (!fits && !ascii) return refused(`The file says that it is written in ${declared}.`, 'Save it as UTF-8.');
  return { ok: true, text, encoding };
}

function refused(message: string, hint: string): Decoded {
  return { ok: false, problem: { code: 'DMN_XML', message, hint, element: '', severity: 'error' } };
}

function encodingOf([a, b]: Uint8Array): DmnEncoding {
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
}

/** The bytes of a text as they were, or are to be. */
export function encodeDmn(text: string, encoding: DmnEncoding = 'utf-8'): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i += 1) view.setUint16(i * 2, text.charCodeAt(i), encoding === 'utf-16le');
  return bytes;
}
