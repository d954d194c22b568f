import { CountersignError } from '../flow/error.ts';
import { parseStrict } from '../flow/json.ts';
import type { z } from '../flow/zod.ts';

/** The largest request body, in bytes. */
const LARGEST = 1024 * 1024;

/** A request that HTTP itself has a status for. Its code stays REQUEST_REFUSED, as for every request that does not hold. */
export class HttpRefusal extends CountersignError {
  readonly status: 400 | 405 | 413 | 415;

  constructor(status: HttpRefusal['status'], message: string, hint: string) {
    super({ code: 'REQUEST_REFUSED', message, hint });
    this.status = status;
  }
}

/**
 * The body of a request as its schema says: JSON, at most 1 MB, of which no more is read than that. Throws
 * {@link HttpRefusal}, JSON_INVALID, or REQUEST_REFUSED with the path of what does not hold.
 */
export async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim();
  if (type !== 'application/json')
    throw new HttpRefusal(415, 'The body is to be JSON.', 'Send it with content-type: application/json.');
  const parsed = schema.safeParse(parseStrict(textOf(await bytesOf(request))));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map(String);
  throw new CountersignError({
    code: 'REQUEST_REFUSED',
    message: `The request does not hold${path.length === 0 ? '' : ` at “${path.join('.')}”`}: ${issue?.message ?? ''}.`,
    where: { path },
    hint: 'See /openapi.json for what is asked.',
  });
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? '0') > LARGEST) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  // A body without a stated length may never end.
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > LARGEST) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpRefusal(400, 'The body is not UTF-8.', 'Send JSON in UTF-8.');
  }
}

const tooLarge = (): HttpRefusal =>
  new HttpRefusal(413, 'The body is larger than 1 MB.', 'Send less; attachments do not go into the input.');
