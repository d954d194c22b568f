import { statSync } from 'node:fs';
import { CountersignError } from '../flow/error.ts';
import { fileError, readBytes } from '../manifest/atomic.ts';

/** Documents of a workspace are written by people; what is larger than this is no such document. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/**
 * The text of a file, exactly: a byte order mark stays, so that whoever parses it can refuse it. Throws FILE_UNREADABLE,
 * and DOCUMENT_INVALID for what is not UTF-8 or is larger than {@link MAX_DOCUMENT_BYTES}.
 */
export function readText(path: string): { text: string; bytes: Uint8Array } {
  if (sizeOf(path) > MAX_DOCUMENT_BYTES)
    throw invalid(path, `it is larger than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB`, 'Choose another file.');
  const bytes = readBytes(path);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), bytes };
  } catch (cause) {
    throw invalid(path, 'it is not UTF-8 text', 'Save it as UTF-8 without a byte order mark.', cause);
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (cause) {
    throw fileError(path, cause, 'read');
  }
}

function invalid(path: string, why: string, hint: string, cause?: unknown): CountersignError {
  return new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: `“${path}” cannot be opened: ${why}.`,
    where: { file: path },
    hint,
    cause,
  });
}
