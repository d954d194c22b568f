import { encodeStart, encodeStopping, startedBody, stoppingBody } from './case-codec.ts';
import {
  bare,
  context,
  object,
  ordered,
  plain,
  plainObject,
  recordIn,
  split,
  type EncodedBody,
} from './codec-parts.ts';
import { decodeValue, encodeValue, type FeelValue, type JsonValue } from '../feel/value.ts';
import { CountersignError } from '../flow/error.ts';
import type { Program } from '../program/program.ts';
import type { RunEvent } from './event.ts';

export type { EncodedBody } from './codec-parts.ts';

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
      // By this a message is known again, so that it is taken once.
      const message = record?.by === 'message' ? { message: record.known ?? record.id } : {};
      const by = record === null ? {} : { by: record.by, ...message };
      const content = {
        ...(value === null ? {} : { value: encodeValue(value) }),
        ...(record === null
          ? {}
          : { record: plain(record.by === 'message' ? { ...record, known: undefined } : record) }),
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
    case 'effect.undone': {
      const { error, ...rest } = event.body;
      if (error === null) return { open: plainObject(rest), sealed: null };
      return split({ ...plainObject(rest), error: bare(error) }, { error: plain(error) }, sealed);
    }
    case 'run.stopping':
      return encodeStopping(event, sealed, program.sealsAnything);
    case 'run.suspended':
    case 'run.resumed': {
      const { reason, ...rest } = event.body;
      return split(plainObject(rest), { reason: plain(reason) }, program.sealsAnything);
    }
    case 'wait.begun':
      return encodeWait(event, sealed);
    case 'run.admitted':
    case 'call.repeated':
    case 'branches.dropped':
      return { open: plainObject(event.body), sealed: null };
  }
}

/** A time that is worked out from what is personal would tell it for ever: open is only that there is one. */
function encodeWait({ body }: Extract<RunEvent, { type: 'wait.begun' }>, sealed: boolean): EncodedBody {
  const { until, ...rest } = body;
  if (!sealed || until === null) return { open: plainObject(body), sealed: null };
  return { open: { ...plainObject(rest), timed: true }, sealed: { until } };
}

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
    case 'run.started':
      return assume({ type, body: startedBody(body, object(open), sealed === null ? {} : object(sealed)) });
    case 'node.completed':
      return assume({ type, ...at, body: { ...body, value: value('value'), record: recordIn(body) } });
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
    case 'wait.begun': {
      const { timed: _, ...rest } = body;
      return assume({ type, ...at, body: { ...rest, until: body['until'] ?? null } });
    }
    case 'call.failed':
    case 'call.repeated':
    case 'call.doubted':
    case 'branches.dropped':
      return assume({ type, ...at, body });
    case 'effect.undone':
      return assume({ type, ...at, body: { ...body, error: body['error'] ?? null } });
    case 'run.stopping':
      return assume({ type, ...at, body: stoppingBody(body) });
    case 'run.admitted':
      return assume({ type, body });
    case 'run.suspended':
    case 'run.resumed':
      return assume({ type, body: { ...body, reason: body['reason'] ?? '' } });
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

/**
 * The journal is ours, its bytes are verified by the audit and not by each reader: a body is taken to be what
 * `encodeEvent` wrote under its type.
 */
function assume(event: object): RunEvent {
  if (isRunEvent(event)) return event;
  throw new TypeError('an event has a type');
}

const isRunEvent = (event: object): event is RunEvent => 'type' in event;
