import { hash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionSchema, policySchema, type Action, type Connection } from '../../engine/connections/contract.ts';
import { shop } from '../../engine/connections/shop.fixture.ts';
import {
  approval,
  approvedFlow,
  call,
  end,
  list,
  programOf,
  shopFlow,
  SURROUNDINGS,
  wholeFlow,
} from '../../engine/core/testing/flows.ts';
import { STEPS_AT_ONCE } from '../../engine/core/state.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { parseStrict } from '../../engine/flow/json.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { z } from '../../engine/flow/zod.ts';
import { modelCardSchema } from '../../engine/models/card.ts';
import type { Program } from '../../engine/program/program.ts';
import { shopSystem } from '../../engine/sandbox/shop.fixture.ts';
import { systemSchema, type SystemDocument } from '../../engine/sandbox/system-document.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { openKindFlow } from '../../nodes/testing/harness.ts';
import { SUPPORT_DESK } from '../support/support-desk.ts';
import { Chance } from './chance.ts';
import { drawFlow, waitFor, type Drawn } from './draw-flow.ts';

/** A program by name, compiled when a seed first asks for it: one that is broken concerns the seeds that ask for it. */
interface Candidate {
  name: string;
  open: () => Subject;
}

/** A program with inputs that it takes. */
export interface Subject {
  name: string;
  program: Program;
  inputs: readonly Readonly<Record<string, unknown>>[];
}

const NODES = join(import.meta.dirname, '../../nodes');

const json = (path: string): unknown => parseStrict(readFileSync(path, 'utf8'));

function flowAt(path: string): Flow {
  const { flow, problems } = readFlow(readFileSync(path, 'utf8'), KINDS);
  if (flow === null) throw new Error(`${path}: ${problems.map((p) => p.message).join(' ')}`);
  return flow;
}

const paths = (pattern: string): string[] => globSync(join(SUPPORT_DESK, pattern)).toSorted();
const scenarioInput = z.object({ input: z.record(z.string(), z.unknown()) });

const deskConnections = paths('connections/*.connection.json').map((path) => connectionSchema.parse(json(path)));
const deskSystems = paths('systems/*.system.json').map((path) => systemSchema.parse(json(path)));

/** Every contract and every simulated system that a subject may reach. */
export const CONNECTIONS: Readonly<Record<string, Connection>> = Object.fromEntries(
  [shop, ...deskConnections].map((one) => [one.name, one]),
);
export const SYSTEMS: Readonly<Record<string, SystemDocument>> = Object.fromEntries(
  [shopSystem, ...deskSystems].map((one) => [one.connection, one]),
);

function supportDesk(): Subject {
  const models = paths('models/*.model.json').map((path) => modelCardSchema.parse(json(path)));
  const surroundings: Surroundings = {
    connections: Object.fromEntries(deskConnections.map((one) => [one.name, one])),
    models: Object.fromEntries(models.map((one) => [one.name, one])),
  };
  const policy = policySchema.parse(json(join(SUPPORT_DESK, 'policy.json')));
  const program = programOf(flowAt(join(SUPPORT_DESK, 'flows/support-desk.flow.json')), surroundings, policy);
  const inputs = paths('tests/**/*.scenario.json').map((path) => scenarioInput.parse(json(path)).input);
  return { name: 'support desk', program, inputs };
}

function kindFlows(): Candidate[] {
  return globSync(join(NODES, '*/*.flow.json'))
    .filter((path) => existsSync(path.replace(/\.flow\.json$/, '.cases.json')))
    .map((path) => {
      const name = path.slice(NODES.length + 1, -'.flow.json'.length);
      return { name, open: () => kindSubject(name, path) };
    });
}

function kindSubject(name: string, path: string): Subject {
  const { program, cases } = openKindFlow(path);
  return { name, program, inputs: cases.map(({ input }) => input) };
}

const ORDERS = Array.from({ length: 9 }, (_, i) => ({ order: String(i + 1), amount: i + 1 }));

const subject = (name: string, flow: () => Flow): Candidate => ({
  name,
  open: () => ({ name, program: programOf(flow()), inputs: ORDERS }),
});

/** Three refunds at once where an hour lets two go by themselves, and a parcel that each order gets once. */
function limited(): Subject {
  const limits = [
    { count: 2, per: 'PT1H' },
    { sum: 'amount', max: 12, per: 'P1D' },
  ];
  const actions = {
    ...shop.actions,
    refund: { ...action('refund'), limits },
    'send parcel': { ...action('send parcel'), businessKey: { fields: ['order'], within: 'PT48H' } },
  };
  const flow = shopFlow()
    .node('Each', 'for-each', { list: '[1, 2, 3]', item: 'part', atOnce: 3 })
    .node('Refund', 'connector', call('refund'))
    .node('Meet', 'join', { wait: 'all', collect: 'part' })
    .node('Parcel', 'connector', call('send parcel'))
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Each')
    .edge('Each', 'each', 'Refund')
    .edge('Refund', 'done', 'Meet')
    .edge('Refund', 'refused', 'Meet')
    .edge('Refund', 'failed', 'Meet')
    .edge('Meet', 'next', 'Parcel')
    .edge('Parcel', 'done', 'Done')
    .edge('Parcel', 'refused', 'Done')
    .build();
  const program = programOf(flow, { ...SURROUNDINGS, connections: { shop: { ...shop, actions } } });
  return { name: 'limited', program, inputs: ORDERS.slice(0, 3) };
}

/** Cases of one order are let through one after the other. */
function inOrder(): Subject {
  const flow = flowOf('In order')
    .input({ order: { type: 'string' }, amount: { type: 'number', optional: true } })
    .node('Start', 'trigger', { columns: {}, orderBy: 'if input.order < "5" then "low" else "high"' })
    .node('Letter', 'connector', call('post letter'))
    .node('Agree', 'approval', approval({ due: 'PT4H' }))
    .node('State', 'connector', call('set state'))
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Letter')
    .edge('Letter', 'done', 'Agree')
    .edge('Letter', 'refused', 'Agree')
    .edge('Agree', 'approved', 'State')
    .edge('Agree', 'rejected', 'Done')
    .edge('Agree', 'timed out', 'Done')
    .edge('State', 'done', 'Done')
    .edge('State', 'refused', 'Done')
    .build();
  return { name: 'in order', program: programOf(flow), inputs: ORDERS };
}

/** Its time may be over before somebody has agreed, and then what it did is taken back. It begins with a list that takes long. */
function late(): Subject {
  const flow = flowOf('Late')
    .input({ order: { type: 'string' }, amount: { type: 'number', optional: true } })
    .node('Start', 'trigger', { columns: {}, deadline: 'PT6H' })
    .node('Each', 'for-each', { list: list(STEPS_AT_ONCE + 20), item: 'part', atOnce: 2 })
    .node('Same', 'transform', { fields: { part: 'part' } })
    .node('First', 'join', { wait: 'any', collect: 'part' })
    .node('State', 'connector', call('set state', { undo: true }))
    .node('Agree', 'approval', approval())
    .node('Letter', 'connector', call('post letter'))
    .node('Done', 'end', end('done'))
    .chain('Start', 'Each')
    .edge('Each', 'each', 'Same')
    .edge('Same', 'next', 'First')
    .edge('First', 'next', 'State')
    .edge('State', 'done', 'Agree')
    .edge('State', 'refused', 'Done')
    .edge('Agree', 'approved', 'Letter')
    .edge('Agree', 'rejected', 'Done')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Done')
    .build();
  return { name: 'late', program: programOf(flow), inputs: ORDERS };
}

/** What all texts that name a person begin with: where one of them is read, something personal was. */
export const NAMED = 'zq-';

/** What an operator writes beside what they do: about somebody where the case is. */
export const reasonFor = (program: Program | null | undefined, text: string): string =>
  program?.sealsAnything === true ? `${text} for ${NAMED}somebody` : text;

const CUSTOMERS = ['ada', 'ben', 'cyd'].map((name) => `${NAMED}${name}`);
/** Orders of their own: what other flows are told of theirs names nobody. */
const ABOUT_SOMEBODY = ORDERS.map((order, i) => ({
  ...order,
  order: `10${order.order}`,
  customer: CUSTOMERS[i % CUSTOMERS.length],
}));

/** Two messages at once, one of them for whichever case has waited longest. */
function awaited(): Subject {
  const flow = flowOf('Awaited')
    .input({ order: { type: 'string' }, amount: { type: 'number', optional: true } })
    .node('Start', 'trigger', { columns: {} })
    .node('Both', 'parallel', { branches: ['a', 'b'] })
    .node('Paid', 'wait', waitFor('payment received', 'P1D'))
    .node('News', 'wait', waitFor('news', null))
    .node('State', 'connector', call('set state'))
    .node('Meet', 'join', { wait: 'all', collect: '' })
    .node('More', 'wait', waitFor('news', 'PT4H'))
    .node('Parcel', 'connector', call('send parcel'))
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Both')
    .edge('Both', 'a', 'Paid')
    .edge('Both', 'b', 'News')
    .edge('Paid', 'arrived', 'State')
    .edge('Paid', 'timed out', 'Meet')
    .edge('State', 'done', 'Meet')
    .edge('State', 'refused', 'Meet')
    .edge('News', 'arrived', 'Meet')
    .edge('Meet', 'next', 'More')
    .edge('More', 'arrived', 'Parcel')
    .edge('More', 'timed out', 'Parcel')
    .edge('Parcel', 'done', 'Done')
    .edge('Parcel', 'refused', 'Done')
    .build();
  return { name: 'awaited', program: programOf(flow), inputs: ORDERS.slice(0, 3) };
}

/** The name of a person goes wherever a value can go, and what fails ends the case. */
function personal(): Subject {
  const customer = { customer: { type: 'string' as const, identifies: true } };
  const flow = flowOf('Personal')
    .input({ order: { type: 'string' }, amount: { type: 'number', optional: true }, ...customer })
    .node('Start', 'trigger', { columns: {} })
    .node('State', 'connector', call('set state', { arguments: { order: 'input.order', state: 'input.customer' } }))
    .node('Who', 'transform', { fields: { who: 'input.customer' } })
    .node('Agree', 'approval', approval({ due: 'P1D', show: [{ label: 'Who', value: 'input.customer' }] }))
    .node('Letter', 'connector', call('post letter'))
    .node('Paid', 'wait', waitFor('payment received', 'PT4H', { who: { type: 'string', personal: true } }))
    .node('Parcel', 'connector', call('send parcel'))
    .node('Done', 'end', end('done', { who: 'Who.who' }))
    .edge('Start', 'next', 'State')
    .edge('State', 'done', 'Who')
    .edge('State', 'refused', 'Who')
    .edge('Who', 'next', 'Agree')
    .edge('Agree', 'approved', 'Letter')
    .edge('Agree', 'rejected', 'Paid')
    .edge('Agree', 'timed out', 'Paid')
    .edge('Letter', 'done', 'Paid')
    .edge('Letter', 'refused', 'Paid')
    .edge('Paid', 'arrived', 'Parcel')
    .edge('Paid', 'timed out', 'Parcel')
    .edge('Parcel', 'done', 'Done')
    .edge('Parcel', 'refused', 'Done')
    .build();
  return { name: 'personal', program: programOf(flow), inputs: ABOUT_SOMEBODY };
}

function action(name: string): Action {
  const found = shop.actions[name];
  if (found === undefined) throw new Error(`the shop has no ${name}`);
  return found;
}

/** The set of real documents: each kind's own flows, the sample workspace, and two that hold every kind of call. */
const CANDIDATES: readonly Candidate[] = [
  subject('whole', wholeFlow),
  subject('approved', () => approvedFlow('refund', { approval: { count: 2, due: 'P1D', sendBack: true } })),
  { name: 'support desk', open: supportDesk },
  { name: 'limited', open: limited },
  { name: 'in order', open: inOrder },
  { name: 'late', open: late },
  ...kindFlows(),
];

/** Those that came later; they are picked apart, so that the others are picked as before. */
const LATER: readonly Candidate[] = [
  { name: 'awaited', open: awaited },
  { name: 'personal', open: personal },
  ...Array.from({ length: 80 }, (_, i): Candidate => {
    const kind = i % 2 === 0 ? 'waiting' : 'personal';
    return { name: `drawn ${kind} ${i}`, open: () => drawn(i, kind) };
  }),
];

/** How many flows are drawn by chance; each is drawn once in a process, when a seed first asks for it. */
const DRAWN = 300;
const opened = new Map<string, Subject>();

function drawn(number: number, kind: Drawn = 'plain'): Subject {
  return {
    name: kind === 'plain' ? `drawn ${number}` : `drawn ${kind} ${number}`,
    program: programOf(drawFlow(new Chance(number + 1), kind), SURROUNDINGS),
    inputs: kind === 'plain' ? ORDERS : kind === 'personal' ? ABOUT_SOMEBODY : ORDERS.slice(0, 3),
  };
}

/** One of those that came later: half of them the two that were drawn by hand. */
export const pickLater = (chance: Chance): Subject => once(chance.pick(chance.hits(0.5) ? LATER.slice(0, 2) : LATER));

function once({ name, open }: Candidate): Subject {
  const known = opened.get(name) ?? open();
  opened.set(name, known);
  return known;
}

export function pickSubject(chance: Chance): Subject {
  const number = chance.between(0, DRAWN - 1);
  return chance.hits(0.5) ? once({ name: `drawn ${number}`, open: () => drawn(number) }) : once(highest(chance.word()));
}

/** One of the real documents by its name. */
export function subjectNamed(name: string): Subject {
  const found = [...CANDIDATES, ...LATER].find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no subject ${name}`);
  return once(found);
}

/** The one whose name comes out highest, so that a new one changes only the seeds that now pick it. */
function highest(draw: number): Candidate {
  const heights = CANDIDATES.map((candidate) => ({ candidate, height: hash('sha256', `${draw} ${candidate.name}`) }));
  const [first] = heights.toSorted((a, b) => (a.height < b.height ? 1 : -1));
  if (first === undefined) throw new Error('there is nothing to pick');
  return first.candidate;
}

const roleSchema = z.object({
  nodes: z.record(z.string(), z.object({ config: z.object({ role: z.string().optional() }) })),
});

/** Every role that some flow asks for. */
export const ROLES: readonly string[] = [
  ...new Set([
    'lead',
    ...[...globSync(join(NODES, '*/*.flow.json')), ...paths('flows/*.flow.json')].flatMap((path) =>
      Object.values(roleSchema.parse(json(path)).nodes).flatMap(({ config }) => config.role ?? []),
    ),
  ]),
].toSorted();
