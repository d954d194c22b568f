import { decodeCarried, encodeCarried } from './carried-codec.ts';
import { decodeValue, encodeValue, type FeelContext, type FeelValue, type JsonValue } from '../feel/value.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { inKeyOrder } from '../flow/key-order.ts';
import type { Program } from '../program/program.ts';
import type { RunEvent } from './event.ts';

/** An event's body as it is journaled: what stays readable, and what is sealed with the person's key. */
export interface EncodedBody {
  open: { [key: string]: JsonValue };
  sealed: { [key: string]: JsonValue } | null;
}

/** Version of the bodies below. A change of shape raises it and adds a reader for the old one. */
export const BODY_VERSION = 1;

/**
 * A body in its journaled form. In a node whose value comes from personal fields everything but the bare course of the
 * run is sealed: value, basis, request, what was shown. Projections need none of it.
 */
export function encodeEvent(program: Program, event: RunEvent): EncodedBody {
  const { open, sealed } = encode(program, event);
  return { open: ordered(open), sealed: sealed === null ? null : ordered(sealed) };
}

function encode(program: Program, event: RunEvent): EncodedBody {
  const sealed = 'node' in event && event.node !== null && program.nodes.get(event.node)?.sealed === true;
  switch (event.type) {
    case 'run.started':
      return encodeStart(program, event);
    case 'node.completed': {
      const { visit, port, value, record } = event.body;
      // By its id a message is known again, so that it is taken once.
      const message = record?.by === 'message' ? { message: record.id } : {};
      const by = record === null ? {} : { by: record.by, ...message };
      const content = {
        ...(value === null ? {} : { value: encodeValue(value) }),
        ...(record === null ? {} : { record: plain(record) }),
      };
      // What people write about a case is about somebody.
      return split({ visit, port, ...by }, content, sealed || (record?.by === 'person' && program.sealsAnything));
    }
    case 'answer.set aside': {
      const { record, ...rest } = event.body;
      const by = record === null ? {} : { by: record.by };
      return split({ ...rest, ...by }, record === null ? {} : { record: plain(record) }, sealed);
    }
    case 'call.intended':
      return encodeIntent(event, sealed);
    case 'task.created': {
      const { shown, ...rest } = event.body;
      return split(plainObject(rest), { shown: shown === null ? null : plain(shown) }, sealed || program.sealsAnything);
    }
    case 'run.ended': {
      const { value, error, ...rest } = event.body;
      const content = {
        ...(value === null ? {} : { value: encodeValue(value) }),
        ...(error === null ? {} : { error: plain(error) }),
      };
      return split(error === null ? rest : { ...rest, error: bare(error) }, content, sealed);
    }
    case 'call.failed':
    case 'call.doubted': {
      const { error, ...rest } = event.body;
      return split({ ...rest, error: bare(error) }, { error: plain(error) }, sealed);
    }
    case 'task.voted': {
      const { comment, ...vote } = event.body.vote;
      return split({ ...event.body, vote: plain({ ...vote, comment: '' }) }, { comment }, program.sealsAnything);
    }
    case 'doubt.reopened':
    case 'doubt.settled': {
      const { comment, ...settlement } = event.body.settlement;
      const open = { ...event.body, settlement: plain({ ...settlement, comment: '' }) };
      return split(open, { comment }, program.sealsAnything);
    }
    case 'branches.opened': {
      const { items, ...rest } = event.body;
      return split(plainObject(rest), items === null ? {} : { items: items.map(encodeValue) }, sealed);
    }
    case 'undo.intended': {
      const { request, digest, ...rest } = event.body;
      return split(rest, { request: encodeValue(request), digest }, sealed);
    }
    case 'effect.undone':
    case 'run.stopping': {
      const { error, ...rest } = event.body;
      if (error === null) return { open: plainObject(rest), sealed: null };
      return split({ ...plainObject(rest), error: bare(error) }, { error: plain(error) }, sealed);
    }
    case 'run.admitted':
    case 'run.suspended':
    case 'run.resumed':
    case 'call.repeated':
    case 'wait.begun':
    case 'branches.dropped':
      return { open: plainObject(event.body), sealed: null };
  }
}

const plainObject = (data: object): { [key: string]: JsonValue } => object(plain(data));

/** What stays readable of an error about sealed values: the other side may have put them into any of its texts. */
const bare = ({ code, retryable, fault }: ErrorShape): JsonValue => ({
  code,
  message: 'The text of this error is sealed, or was erased, with the personal data that it is about.',
  hint: '',
  retryable,
  fault,
});

/** Which sums an effect adds to is readable in any case: that it counts is known without the key, and how much is not. */
function encodeIntent({ body }: Extract<RunEvent, { type: 'call.intended' }>, sealed: boolean): EncodedBody {
  const { request, digest, counts, ...rest } = body;
  const content = { request: encodeValue(request), digest };
  if (counts === undefined) return split(plainObject(rest), content, sealed);
  const amounts = plain(counts);
  if (!sealed) return split({ ...plainObject(rest), counts: amounts }, content, sealed);
  const named = Object.fromEntries(Object.keys(counts).map((field) => [field, null]));
  return split({ ...plainObject(rest), counts: named }, { ...content, counts: amounts }, sealed);
}

function encodeStart(program: Program, event: Extract<RunEvent, { type: 'run.started' }>): EncodedBody {
  const { input, initiator, salt, deadline, carried, ...rest } = event.body;
  const open: { [key: string]: JsonValue } = {};
  const sealed: { [key: string]: JsonValue } = {};
  for (const [name, value] of input) (program.personalFields.has(name) ? sealed : open)[name] = encodeValue(value);
  const over = carried === undefined ? null : encodeCarried(carried);
  const sealsOver = over !== null && program.sealsAnything;
  return {
    open: {
      ...plainObject(rest),
      ...(over === null ? {} : { carried: sealsOver ? over.course : { ...over.course, ...over.content } }),
      ...(deadline === null ? {} : { deadline }),
      initiator: plain(initiator),
      input: open,
    },
    sealed:
      Object.keys(sealed).length === 0 && salt === null
        ? null
        : { input: sealed, salt, ...(sealsOver ? { carried: over.content } : {}) },
  };
}

function split(open: { [key: string]: JsonValue }, content: { [key: string]: JsonValue }, seal: boolean): EncodedBody {
  if (Object.keys(content).length === 0) return { open, sealed: null };
  return seal ? { open, sealed: content } : { open: { ...open, ...content }, sealed: null };
}

/** An event as the journal keeps it, as far as its meaning goes. */
export interface Journaled {
  type: string;
  node: string | null;
  path: string | null;
  open: JsonValue;
  sealed: JsonValue | null;
}

/**
 * A journaled body as an event. What was erased reads as null: the course of the run is still there, its content is not.
 * Types come from what this module wrote; a body that lacks what its type must have is JOURNAL_DAMAGED.
 */
export function decodeEvent({ type, node, path, open, sealed }: Journaled): RunEvent {
  const at = path === null || path === '' ? { node } : { node, path };
  const body: Record<string, JsonValue> = { ...object(open), ...(sealed === null ? {} : object(sealed)) };
  const value = (name: string): FeelValue => (body[name] === undefined ? null : decodeValue(body[name]));
  switch (type) {
    case 'run.started': {
      const input = {
        ...object(object(open)['input'] ?? {}),
        ...(sealed === null ? {} : object(object(sealed)['input'] ?? {})),
      };
      const course = object(open)['carried'];
      const content = sealed === null ? undefined : object(sealed)['carried'];
      const over =
        course === undefined ? {} : { carried: decodeCarried({ ...object(course), ...object(content ?? {}) }) };
      return assume({
        type,
        body: {
          ...body,
          ...over,
          salt: body['salt'] ?? null,
          deadline: body['deadline'] ?? null,
          input: decodeValue(input),
        },
      });
    }
    case 'node.completed':
      return assume({ type, ...at, body: { ...body, value: value('value'), record: body['record'] ?? null } });
    case 'answer.set aside': {
      const { by: _, ...rest } = body;
      return assume({ type, ...at, body: { ...rest, record: body['record'] ?? null } });
    }
    case 'undo.intended':
    case 'call.intended':
      return assume({ type, ...at, body: { ...body, request: context(value('request')) } });
    case 'task.created':
      return assume({ type, ...at, body: { ...body, shown: body['shown'] ?? null } });
    case 'branches.opened': {
      const items = body['items'] ?? null;
      return assume({ type, ...at, body: { ...body, items: Array.isArray(items) ? items.map(decodeValue) : null } });
    }
    case 'call.failed':
    case 'call.repeated':
    case 'wait.begun':
    case 'call.doubted':
    case 'branches.dropped':
      return assume({ type, ...at, body });
    case 'effect.undone':
    case 'run.stopping':
      return assume({ type, ...at, body: { ...body, error: body['error'] ?? null } });
    case 'run.admitted':
    case 'run.suspended':
    case 'run.resumed':
      return assume({ type, body });
    case 'task.voted': {
      const { comment, ...rest } = body;
      return assume({
        type,
        ...at,
        body: { ...rest, vote: { ...object(rest['vote'] ?? {}), comment: comment ?? '' } },
      });
    }
    case 'doubt.reopened':
    case 'doubt.settled': {
      const { comment, ...rest } = body;
      const settlement = { ...object(rest['settlement'] ?? {}), comment: comment ?? '' };
      return assume({ type, ...at, body: { ...rest, settlement } });
    }
    case 'run.ended':
      return assume({ type, ...at, body: { ...body, value: value('value'), error: body['error'] ?? null } });
    default:
      throw new CountersignError({
        code: 'JOURNAL_DAMAGED',
        message: `The journal holds an event of the unknown type “${type}”.`,
        hint: 'Verify it with “countersign audit verify”; a newer Countersign may have written it.',
        fault: 'operator',
      });
  }
}

const context = (value: FeelValue): FeelContext => (value instanceof Map ? value : new Map());

/** Plain data (records, errors, what was shown) as JSON; it has no undefined left in it. */
function plain(data: unknown): JsonValue {
  if (typeof data === 'string') return data.isWellFormed() ? data : data.toWellFormed();
  if (data === null || typeof data === 'boolean') return data;
  if (typeof data === 'number') return Number.isFinite(data) ? data : null;
  if (Array.isArray(data)) return data.map((item) => (item === undefined ? null : plain(item)));
  if (typeof data !== 'object') throw new TypeError(`an event cannot hold a value of type ${typeof data}`);
  const json: { [key: string]: JsonValue } = {};
  for (const key of inKeyOrder(Object.keys(data))) {
    const member: unknown = Reflect.get(data, key);
    if (member !== undefined) json[key] = plain(member);
  }
  return json;
}

/** Members in the order of canonical JSON, which is then written without sorting them again. */
const ordered = (body: { [key: string]: JsonValue }): { [key: string]: JsonValue } => {
  const json: { [key: string]: JsonValue } = {};
  for (const key of inKeyOrder(Object.keys(body))) json[key] = body[key] ?? null;
  return json;
};

const isObject = (json: JsonValue): json is { [key: string]: JsonValue } =>
  json !== null && typeof json === 'object' && !Array.isArray(json);

function object(json: JsonValue): { [key: string]: JsonValue } {
  if (isObject(json)) return json;
  throw new TypeError('an event body is an object');
}

/**
 * The journal is ours, its bytes are verified by the audit and not by each reader: a body is taken to be what
 * `encodeEvent` wrote under its type.
 */
function assume(event: object): RunEvent {
  if (isRunEvent(event)) return event;
  throw new TypeError('an event has a type');
}

const isRunEvent = (event: object): event is RunEvent => 'type' in event;
