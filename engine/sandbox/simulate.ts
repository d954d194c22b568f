import type { Action } from '../connections/contract.ts';
import { Decimal } from '../feel/number.ts';
import { canonicalJson } from '../flow/json.ts';
import { seedRecord } from './generate.ts';
import type { Change, Need, Scalar, Source, SystemBehaviour, SystemDocument, SystemRecord } from './system-document.ts';
import type { SystemCall } from './system-request.ts';
import type { SystemView, Write } from './system-state.ts';

/** A system as it was declared, with the seed that its generated records depend on. */
export interface SimulatedSystem {
  document: SystemDocument;
  actions: Readonly<Record<string, Action>>;
  seed: number;
}

/** What a call comes to: an answer and the changes to make before it is given. */
export interface Decision {
  status: number;
  body: SystemRecord;
  writes: Write[];
}

type Acting =
  | { ok: true; status: number; body: SystemRecord; writes: Write[] }
  | { ok: false; status: number; message: string };

/**
 * Decides one call; pure, the caller applies the writes.
 *
 * - by `key`: the first success is kept under the key, and the same request with it gets the same answer and changes
 *   nothing; another request with a used key gets 422, one without a key 400.
 * - `natural`: done each time; it counts as an effect only when a record changed.
 * - `askable` and `none`: done and counted each time.
 */
export function decide(system: SimulatedSystem, view: SystemView, call: SystemCall, now: number): Decision {
  const action = system.actions[call.action];
  const behaviour = Object.hasOwn(system.document.actions, call.action)
    ? system.document.actions[call.action]
    : undefined;
  if (action === undefined || behaviour === undefined)
    return { status: 501, body: { message: `the simulated system does not know “${call.action}”` }, writes: [] };
  const byKey = action.idempotency.by === 'key' && action.class !== 'read';
  if (byKey && call.idempotencyKey === '') return refused(view, call, 400, 'the idempotency key is missing');
  const digest = byKey ? canonicalJson([call.action, call.request]) : '';
  const kept = byKey ? view.answer(call.idempotencyKey) : undefined;
  if (kept !== undefined) {
    if (kept.digest !== digest) return refused(view, call, 422, 'this key was used with another request');
    return { status: kept.status, body: kept.body, writes: counted(view, call, 0) };
  }
  const acted = act(system, view, behaviour, call, now);
  if (!acted.ok) return refused(view, call, acted.status, acted.message);
  const { status, body, writes } = acted;
  if (action.class === 'read') return { status, body, writes };
  const changed =
    action.idempotency.by !== 'natural' || writes.some((w) => w.write === 'record' && differs(system, view, w));
  const answer: Write[] = byKey
    ? [{ write: 'answer', key: call.idempotencyKey, answer: { digest, status, body } }]
    : [];
  return { status, body, writes: [...writes, ...answer, ...counted(view, call, changed ? 1 : 0)] };
}

/** The count of a call that reached the system; `effects` is how many it added. */
export function counted(view: SystemView, call: SystemCall, effects: number): Write[] {
  const key = call.key === '' ? call.idempotencyKey : call.key;
  if (key === '') return [];
  const before = view.count(key);
  const count = {
    key,
    action: call.action,
    attempts: (before?.attempts ?? 0) + 1,
    effects: (before?.effects ?? 0) + effects,
  };
  return [{ write: 'count', count }];
}

function refused(view: SystemView, call: SystemCall, status: number, message: string): Decision {
  return { status, body: { message }, writes: counted(view, call, 0) };
}

function current(system: SimulatedSystem, view: SystemView, collection: string, id: string): SystemRecord | undefined {
  const declared = system.document.collections[collection];
  return (
    view.record(collection, id) ??
    (declared === undefined ? undefined : seedRecord(collection, declared, system.seed, id))
  );
}

function differs(system: SimulatedSystem, view: SystemView, write: Write & { write: 'record' }): boolean {
  const before = current(system, view, write.collection, write.id);
  return before === undefined || canonicalJson(before) !== canonicalJson(write.record);
}

const textOf = (value: Scalar | undefined): string => (value === undefined || value === null ? '' : String(value));

function valueOf(source: Source, call: SystemCall, now: number): Scalar {
  if ('request' in source) return call.request[source.request] ?? null;
  if ('value' in source) return source.value;
  if ('after' in source) return new Date(now + source.after).toISOString();
  return call.key === '' ? call.idempotencyKey : call.key;
}

const valuesOf = (sources: Readonly<Record<string, Source>> | undefined, call: SystemCall, now: number): SystemRecord =>
  Object.fromEntries(Object.entries(sources ?? {}).map(([field, source]) => [field, valueOf(source, call, now)]));

function unmet(system: SimulatedSystem, view: SystemView, need: Need, call: SystemCall, now: number): Acting | null {
  const id = textOf(call.request[need.by]);
  const record = current(system, view, need.in, id);
  if (record === undefined)
    return { ok: false, status: need.status ?? 404, message: need.message ?? `${need.in} has no ${id}` };
  const wrong = Object.entries(need.is ?? {}).find(([field, values]) => !values.includes(record[field] ?? null));
  const late = need.before !== undefined && !(Date.parse(textOf(record[need.before])) > now);
  if (wrong === undefined && !late) return null;
  const why =
    wrong === undefined ? `${need.before} of ${id} has passed` : `${wrong[0]} of ${id} is ${textOf(record[wrong[0]])}`;
  return { ok: false, status: need.status ?? 409, message: need.message ?? why };
}

const place = (collection: string, id: string): string => JSON.stringify([collection, id]);

/** Records under change in one call, so that several changes to one record add up. */
function createDraft(system: SimulatedSystem, view: SystemView) {
  const changed = new Map<string, Write & { write: 'record' }>();
  return {
    get: (collection: string, id: string) =>
      changed.get(place(collection, id))?.record ?? current(system, view, collection, id),
    put: (collection: string, id: string, record: SystemRecord) =>
      changed.set(place(collection, id), { write: 'record', collection, id, record }),
    writes: (): Write[] => [...changed.values()],
  };
}

function change(draft: ReturnType<typeof createDraft>, one: Change, call: SystemCall, now: number): Acting | null {
  const id = textOf(call.request[one.by]);
  const before = draft.get(one.in, id);
  if (before === undefined) return { ok: false, status: 404, message: `${one.in} has no ${id}` };
  const record: SystemRecord = { ...before, ...valuesOf(one.set, call, now) };
  for (const [field, by] of Object.entries(one.add ?? {})) {
    const held = record[field] ?? 0;
    const added = call.request[by.request] ?? 0;
    if (typeof held !== 'number' || typeof added !== 'number')
      return { ok: false, status: 400, message: `${field} is no number` };
    record[field] = new Decimal(held).add(new Decimal(added).mul(by.times ?? 1)).toNumber();
  }
  draft.put(one.in, id, record);
  return null;
}

function act(
  system: SimulatedSystem,
  view: SystemView,
  behaviour: SystemBehaviour,
  call: SystemCall,
  now: number,
): Acting {
  if (behaviour.do === 'read') {
    const id = textOf(call.request[behaviour.by]);
    const record = current(system, view, behaviour.from, id);
    if (record === undefined) return { ok: false, status: 404, message: `${behaviour.from} has no ${id}` };
    return { ok: true, status: 200, body: record, writes: [] };
  }
  if (behaviour.do === 'find') return find(view, behaviour.from, behaviour.where, call);
  for (const need of behaviour.needs ?? []) {
    const failed = unmet(system, view, need, call, now);
    if (failed !== null) return failed;
  }
  const draft = createDraft(system, view);
  const extra: Write[] = [];
  const answer: SystemRecord = {};
  let target: string;
  if (behaviour.do === 'create') {
    const made = view.made(behaviour.in) + 1;
    target = `${behaviour.prefix}${made}`;
    answer[behaviour.idAs] = target;
    extra.push({ write: 'made', collection: behaviour.in, made });
    draft.put(behaviour.in, target, {
      id: target,
      [behaviour.idAs]: target,
      ...call.request,
      ...valuesOf(behaviour.set, call, now),
    });
  } else {
    target = textOf(call.request[behaviour.by]);
    const before = draft.get(behaviour.in, target);
    if (before === undefined) return { ok: false, status: 404, message: `${behaviour.in} has no ${target}` };
    for (const [field, of] of Object.entries(behaviour.previous ?? {})) answer[field] = before[of] ?? null;
    draft.put(behaviour.in, target, { ...before, ...valuesOf(behaviour.to, call, now) });
  }
  for (const one of behaviour.changes ?? []) {
    const failed = change(draft, one, call, now);
    if (failed !== null) return failed;
    Object.assign(answer, draft.get(one.in, textOf(call.request[one.by])));
  }
  // The record acted on wins over records changed along with it.
  const body = { ...answer, ...draft.get(behaviour.in, target), ...answerOf(behaviour, answer) };
  return { ok: true, status: behaviour.do === 'create' ? 201 : 200, body, writes: [...draft.writes(), ...extra] };
}

/** The names that a behaviour gives to the new id and to what was before. */
function answerOf(behaviour: SystemBehaviour & { do: 'create' | 'set' }, answer: SystemRecord): SystemRecord {
  const names = behaviour.do === 'create' ? [behaviour.idAs] : Object.keys(behaviour.previous ?? {});
  return Object.fromEntries(names.map((name) => [name, answer[name] ?? null]));
}

function find(view: SystemView, collection: string, where: Readonly<Record<string, string>>, call: SystemCall): Acting {
  let count = 0;
  let first: SystemRecord = {};
  for (const [, record] of view.records(collection)) {
    const met = Object.entries(where).every(
      ([field, asked]) => record[field] !== undefined && record[field] === call.request[asked],
    );
    if (!met) continue;
    if (count === 0) first = record;
    count++;
  }
  return { ok: true, status: 200, body: { ...first, found: count > 0, count }, writes: [] };
}
