/** The bodies of events about a case as a whole. */
import { decodeCarried, encodeCarried } from './carried-codec.ts';
import { decodeValue, encodeValue, type JsonValue } from '../feel/value.ts';
import type { Program } from '../program/program.ts';
import { bare, object, plain, plainObject, split, type EncodedBody } from './codec-parts.ts';
import type { RunEvent } from './event.ts';

type Members = Readonly<Record<string, JsonValue>>;

export function encodeStart(program: Program, event: Extract<RunEvent, { type: 'run.started' }>): EncodedBody {
  const { input, initiator, salt, deadline, carried, retries, ...rest } = event.body;
  const open: { [key: string]: JsonValue } = {};
  const sealed: { [key: string]: JsonValue } = {};
  for (const [name, value] of input) (program.personalFields.has(name) ? sealed : open)[name] = encodeValue(value);
  const over = carried === undefined ? null : encodeCarried(carried);
  const sealsOver = over !== null && program.sealsAnything;
  const why = retries !== undefined && program.sealsAnything ? { reason: plain(retries.reason) } : null;
  return {
    open: {
      ...plainObject(rest),
      ...(retries === undefined ? {} : { retries: plain(why === null ? retries : { ...retries, reason: undefined }) }),
      ...(over === null ? {} : { carried: sealsOver ? over.course : { ...over.course, ...over.content } }),
      ...(deadline === null ? {} : { deadline }),
      initiator: plain(initiator),
      input: open,
    },
    sealed:
      Object.keys(sealed).length === 0 && salt === null && why === null
        ? null
        : {
            input: sealed,
            salt,
            ...(sealsOver ? { carried: over.content } : {}),
            ...(why === null ? {} : { retries: why }),
          },
  };
}

/** {@link encodeStart} read back, from both parts together and each by itself: members of one name stand in both. */
export function startedBody(body: Members, open: Members, sealed: Members): object {
  const { carried: course, retries } = open;
  const over =
    course === undefined ? {} : { carried: decodeCarried({ ...object(course), ...object(sealed['carried'] ?? {}) }) };
  const again =
    retries === undefined ? {} : { retries: { reason: '', ...object(retries), ...object(sealed['retries'] ?? {}) } };
  const input = decodeValue({ ...object(open['input'] ?? {}), ...object(sealed['input'] ?? {}) });
  return { ...body, ...over, ...again, salt: body['salt'] ?? null, deadline: body['deadline'] ?? null, input };
}

/** Why somebody cancelled a case is about somebody where the case is: it is sealed as comments are. */
export function encodeStopping(
  { body }: Extract<RunEvent, { type: 'run.stopping' }>,
  sealsError: boolean,
  sealsReason: boolean,
): EncodedBody {
  const { error, cancelled, ...rest } = body;
  const { open, sealed } = split(
    error === null ? plainObject(rest) : { ...plainObject(rest), error: bare(error) },
    error === null ? {} : { error: plain(error) },
    sealsError,
  );
  if (cancelled === null) return { open, sealed };
  if (!sealsReason) return { open: { ...open, cancelled: plain(cancelled) }, sealed };
  const { reason, ...by } = cancelled;
  return { open: { ...open, cancelled: plain(by) }, sealed: { ...sealed, reason: plain(reason) } };
}

/** {@link encodeStopping} read back. Journals of before hold the reason beside whose it is. */
export function stoppingBody({ reason, ...body }: Members): Members {
  const by = body['cancelled'] ?? null;
  const cancelled = by === null ? null : { reason: reason ?? '', ...object(by) };
  return { ...body, cancelled, error: body['error'] ?? null };
}
