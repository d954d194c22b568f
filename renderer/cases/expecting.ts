import { isInlined } from '../../engine/flow/inlined-ids.ts';
import { namePattern, type Flow } from '../../engine/flow/document.ts';
import { wordsOfEffect, type Scenario, type ScenarioResult } from '../../engine/studio/contract.ts';
import { connectorSchema } from '../../nodes/connector/config.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { own, portsOf, stepAt } from '../document/describe.ts';

/** What is expected of a case, one thing at a time, so that a person can choose among what came out. */

export type Expect = Scenario['expect'];
type Effect = NonNullable<Expect['effects']>[number];

export type Thing =
  | { part: 'status'; value: NonNullable<Expect['status']> }
  | { part: 'result'; value: string }
  | { part: 'passes'; value: string }
  | { part: 'avoids'; value: string }
  | { part: 'effects'; value: Effect }
  | { part: 'holds'; value: string };

/** What of a case that ran can be expected of it from now on, and is, unless a person says otherwise. */
export interface Offer {
  thing: Thing;
  usual: boolean;
}

type Ran = Pick<ScenarioResult, 'status' | 'result' | 'trace' | 'effects' | 'expectations'>;

export const keyOf = ({ part, value }: Thing): string => JSON.stringify([part, value]);

/** Everything that is expected, in the order in which it is judged. */
export function thingsIn({ status, result, passes, avoids, effects, holds }: Expect): Thing[] {
  return [
    ...(status === undefined ? [] : [{ part: 'status' as const, value: status }]),
    ...(result === undefined ? [] : [{ part: 'result' as const, value: result }]),
    ...(passes ?? []).map((value) => ({ part: 'passes' as const, value })),
    ...(avoids ?? []).map((value) => ({ part: 'avoids' as const, value })),
    ...(effects ?? []).map((value) => ({ part: 'effects' as const, value })),
    ...(holds ?? []).map((value) => ({ part: 'holds' as const, value })),
  ];
}

export const isExpected = (expect: Expect, thing: Thing): boolean =>
  thingsIn(expect).some((one) => keyOf(one) === keyOf(thing));

/** Expects a thing as well. A case ends but one way: what was expected of its end before is expected no more. */
export function expecting(expect: Expect, thing: Thing): Expect {
  if (isExpected(expect, thing)) return expect;
  switch (thing.part) {
    case 'status':
      return { ...expect, status: thing.value };
    case 'result':
      return { ...expect, result: thing.value };
    case 'effects':
      return { ...expect, effects: [...(expect.effects ?? []), thing.value] };
    default:
      return { ...expect, [thing.part]: [...(expect[thing.part] ?? []), thing.value] };
  }
}

/** Expects a thing no more; what is left empty goes. */
export function notExpecting(expect: Expect, thing: Thing): Expect {
  const key = keyOf(thing);
  return thingsIn(expect)
    .filter((one) => keyOf(one) !== key)
    .reduce(expecting, {});
}

/** What came of a case, as things to expect. */
export function offersOf(ran: Ran, flow: Flow, surroundings: Surroundings): Offer[] {
  const usual = (thing: Thing): Offer => ({ thing, usual: true });
  const unusual = (thing: Thing): Offer => ({ thing, usual: false });
  const passed = passedIn(ran, flow, surroundings);
  return [
    usual({ part: 'status', value: ran.status }),
    ...(ran.result === null ? [] : [usual({ part: 'result', value: ran.result })]),
    ...effectsOf(ran, flow, surroundings),
    ...[...passed].map(([value, decides]): Offer => ({ thing: { part: 'passes', value }, usual: decides })),
    ...notPassed(flow, passed).map((value) => unusual({ part: 'avoids', value })),
    ...valuesOf(ran, flow).map((value) => unusual({ part: 'holds', value })),
  ];
}

/** What is expected of a case where nobody says otherwise. */
export const usualOf = (offers: readonly Offer[]): Expect =>
  offers.filter((one) => one.usual).reduce((expect, one) => expecting(expect, one.thing), {});

/** The same, and whatever conditions were there already and hold. */
export const expectedOf = ({ expectations }: Ran, offers: readonly Offer[], before: Expect): Expect =>
  (before.holds ?? [])
    .filter((source) => expectations.some(({ what, holds }) => what === source && holds))
    .reduce((expect, value) => expecting(expect, { part: 'holds', value }), usualOf(offers));

/** Kinds that send a case one way or another by what is decided there. */
const DECIDES: ReadonlySet<string> = new Set(['rule', 'approval', 'task']);

/** Names of the steps that the case came to, and whether its way was decided there. */
function passedIn({ trace }: Ran, flow: Flow, surroundings: Surroundings): ReadonlyMap<string, boolean> {
  const passed = new Map<string, boolean>();
  for (const { node: id } of trace) {
    const { node, name } = stepAt(flow, surroundings, id);
    if (node !== undefined) passed.set(name, DECIDES.has(node.kind) && portsOf(node).length > 1);
  }
  return passed;
}

const notPassed = (flow: Flow, passed: ReadonlyMap<string, boolean>): string[] =>
  Object.values(flow.nodes)
    .filter(({ kind, name }) => kind !== 'note' && kind !== 'subflow' && !passed.has(name))
    .map(({ name }) => name);

function effectsOf({ effects }: Ran, flow: Flow, surroundings: Surroundings): Offer[] {
  const done = Map.groupBy(
    effects.filter(({ status }) => status === 'done'),
    ({ connection, action }) => `${connection}.${action}`,
  );
  const contractOf = (action: string) => {
    const [connection = '', name = ''] = action.split('.', 2);
    return own(own(surroundings.connections, connection)?.actions ?? {}, name);
  };
  const changes = (action: string): boolean => contractOf(action)?.class !== 'read';
  const counted = [...done].flatMap(([action, all]): Offer[] => {
    const [first, ...more] = all;
    const fields = contractOf(action)?.request ?? {};
    const request = more.length > 0 ? {} : scalarsOf(first?.request, (name) => own(fields, name)?.type ?? '');
    const times = { action, times: all.length };
    if (Object.keys(request).length === 0)
      return [{ thing: { part: 'effects', value: times }, usual: changes(action) }];
    return [
      { thing: { part: 'effects', value: { ...times, with: request } }, usual: changes(action) },
      { thing: { part: 'effects', value: times }, usual: false },
    ];
  });
  const never = actionsIn(flow).filter((action) => !done.has(action));
  return [
    ...counted,
    ...never.map((action): Offer => ({
      thing: { part: 'effects', value: { action, times: 0 } },
      usual: changes(action),
    })),
  ];
}

/** What is compared as it stands in JSON: dates are not, since a request holds them as dates. */
const COMPARED: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function scalarsOf(request: unknown, typeOf: (name: string) => string): NonNullable<Effect['with']> {
  if (typeof request !== 'object' || request === null) return {};
  return Object.fromEntries(
    Object.entries(request).flatMap(([name, value]: [string, unknown]) =>
      COMPARED.has(typeOf(name)) && typeof value === typeOf(name) && isScalar(value) ? [[name, value]] : [],
    ),
  );
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function actionsIn(flow: Flow): string[] {
  const actions = Object.values(flow.nodes).flatMap(({ kind, config, disabled }) => {
    const read = kind === 'connector' && disabled !== true ? connectorSchema.safeParse(config).data : undefined;
    return read === undefined || read.action === '' ? [] : [`${read.connection}.${read.action}`];
  });
  return [...new Set(actions)];
}

/** What of a step's value is said of a case: all that a flow works out itself, and what a model or a person decided. */
const SAID: Readonly<Record<string, (field: string) => boolean>> = {
  rule: () => true,
  transform: () => true,
  'ai-decision': (field) => field === 'choice',
  approval: (field) => field === 'decision',
  task: (field) => !['by', 'at', 'comment'].includes(field),
};

/** What steps worked out, as conditions: `check.route = "auto"`. The last visit counts, as it does where conditions are judged. */
function valuesOf({ trace }: Ran, flow: Flow): string[] {
  const told = new Map<string, string[]>();
  for (const { node: id, value, port } of trace) {
    const node = isInlined(id) ? undefined : own(flow.nodes, id);
    const said = node === undefined ? undefined : own(SAID, node.kind);
    if (node === undefined || said === undefined || port === null) continue;
    told.set(node.name, conditionsOn(node.name, value, said));
  }
  return [...told.values()].flat();
}

function conditionsOn(name: string, value: unknown, said: (field: string) => boolean): string[] {
  const literal = literalOf(value);
  if (literal !== null) return [`${name} = ${literal}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, one]: [string, unknown]) => {
    const written = literalOf(one);
    return written !== null && said(field) && namePattern.test(field) ? [`${name}.${field} = ${written}`] : [];
  });
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
/** A date, a duration and a number of many digits are told as text, and are none in a condition. */
const TOLD_AS_TEXT = /^-?(?:\d{4,}-\d\d-\d\d|P\d|PT\d|\d\d:\d\d|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$)/;

/** How FEEL writes a value; null for one that it cannot be compared with so. */
function literalOf(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return PLAIN_NUMBER.test(String(value)) ? String(value) : null;
  return typeof value === 'string' && !TOLD_AS_TEXT.test(value) ? JSON.stringify(value) : null;
}

/** Whether a thing is so in a case that ran; null where only the next run tells. */
export function isSo(thing: Thing, ran: Ran, offers: readonly Offer[]): boolean | null {
  const { part, value } = thing;
  if (part === 'status') return ran.status === value;
  if (part === 'result') return ran.result === value;
  const judged = ran.expectations.find(({ what }) => what === whatOf(thing));
  if (judged !== undefined) return judged.holds;
  return offers.some((one) => keyOf(one.thing) === keyOf(thing)) ? true : null;
}

/** How a judged expectation names the thing (engine/sandbox/judge.ts). */
function whatOf(thing: Thing): string {
  switch (thing.part) {
    case 'passes':
      return `passes “${thing.value}”`;
    case 'avoids':
      return `avoids “${thing.value}”`;
    case 'effects':
      return wordsOfEffect(thing.value);
    default:
      return thing.value;
  }
}
