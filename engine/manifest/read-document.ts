import { CountersignError, type ErrorCode } from '../flow/error.ts';
import { type JsonValue, parseStrictBytes } from '../flow/json.ts';
import type { z } from '../flow/zod.ts';

/** How a document that does not hold is reported: its code, what it is called, and what to do about it. */
export interface DocumentErrors {
  code: ErrorCode;
  /** With its article, such as “the trust file”. */
  what: string;
  hint: string;
  /** The file that it was read from, where there is one. */
  file?: string;
}

/**
 * Bytes of a JSON document as what its schema says. Throws the given code for bytes that are not strict JSON
 * (cause and place kept) and for a value that the schema refuses (path kept); the value itself is never quoted.
 */
export function readDocument<T>(bytes: Uint8Array, schema: z.ZodType<T>, errors: DocumentErrors): T {
  return checkDocument(parseDocument(bytes, errors), schema, errors);
}

/** The first half of {@link readDocument}. */
export function parseDocument(bytes: Uint8Array, errors: DocumentErrors): JsonValue {
  try {
    return parseStrictBytes(bytes);
  } catch (cause) {
    const where = { ...(cause instanceof CountersignError ? cause.where : {}), ...fileOf(errors) };
    const reason = cause instanceof Error ? ` ${cause.message}` : '';
    throw new CountersignError({
      code: errors.code,
      message: `${capital(errors.what)} is not strict JSON.${reason}`,
      where,
      hint: errors.hint,
      cause,
    });
  }
}

/** The second half of {@link readDocument}. */
export function checkDocument<T>(value: unknown, schema: z.ZodType<T>, errors: DocumentErrors): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map((step) => (typeof step === 'symbol' ? String(step) : step));
  throw new CountersignError({
    code: errors.code,
    message: `${capital(errors.what)} does not hold${path.length === 0 ? '' : ` at “${path.join('.')}”`}: ${issue?.message ?? 'its shape is unknown'}.`,
    where: { ...fileOf(errors), path },
    hint: errors.hint,
  });
}

const fileOf = ({ file }: DocumentErrors): { file?: string } => (file === undefined ? {} : { file });

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
