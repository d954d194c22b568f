import { shop } from '../../connections/shop.fixture.ts';
import { STRICT_POLICY, type Connection, type Policy } from '../../connections/contract.ts';
import type { Flow } from '../../flow/document.ts';
import { flowOf, type FlowBuilder } from '../../flow/testing/build.ts';
import { compileProgram } from '../../program/compile.ts';
import type { Program } from '../../program/program.ts';
import { AROUND } from '../../program/testing/proof-kit.ts';
import { KINDS } from '../../../nodes/index.ts';
import type { Surroundings } from '../../../nodes/kind.ts';
import { RUNS } from '../../../nodes/runs.ts';
import { resultsOf } from '../../../nodes/subflow/config.ts';

/** The shop with an action of each kind, and the model `topic`. */
export const SURROUNDINGS: Surroundings = { connections: { shop }, models: AROUND.models };

/** Compiles a flow with the real kinds; a flow with errors fails the test with its problems. */
export function programOf(
  flow: Flow,
  surroundings: Surroundings = SURROUNDINGS,
  policy: Policy = STRICT_POLICY,
): Program {
  const { program, problems } = compileProgram(flow, KINDS, RUNS, surroundings, policy);
  if (program === null) throw new Error(`the flow has errors: ${problems.map((p) => p.message).join(' ')}`);
  return program;
}

/** The shop with parts of one action replaced. */
export function shopWith(action: string, change: Partial<Connection['actions'][string]>): Surroundings {
  const before = shop.actions[action];
  if (before === undefined) throw new Error(`the shop has no ${action}`);
  const actions = { ...shop.actions, [action]: { ...before, ...change } };
  return { ...SURROUNDINGS, connections: { shop: { ...shop, actions } } };
}

const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'read order': { order: 'input.order' },
  refund: { order: 'input.order', amount: 'input.amount' },
  'set state': { order: 'input.order', state: '"closed"' },
  'post letter': { order: 'input.order' },
  'send parcel': { order: 'input.order' },
  'delete note': { order: 'input.order' },
};

export const call = (action: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  connection: 'shop',
  action,
  arguments: ARGUMENTS[action] ?? {},
  timeout: 'PT5S',
  retry: { attempts: 3, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT1M' },
  ...extra,
});

export const approval = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: 'May it be done?',
  role: 'lead',
  count: 1,
  fourEyes: false,
  due: null,
  sendBack: false,
  show: [],
  ...extra,
});

export const ask = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'topic',
  question: 'What?',
  text: 'input.order',
  columns: {},
  bar: null,
  timeout: 'PT30S',
  ...extra,
});

export const end = (result: string, value: Record<string, string> = {}) => ({ result, value });

/** A flow with the input `order` and `amount` that has begun. */
export const shopFlow = (): FlowBuilder =>
  flowOf('Orders')
    .input({ order: { type: 'string' }, amount: { type: 'number', optional: true } })
    .node('Start', 'trigger', { columns: {} });

/** Start, one call, and an end for each of its exits. `wired: false` leaves `failed` unwired. */
export function callFlow(action: string, extra: Record<string, unknown> = {}, wired = true): Flow {
  const flow = shopFlow()
    .node('Call', 'connector', call(action, extra))
    .node('Done', 'end', end('done'))
    .node('Refused', 'end', end('refused'))
    .edge('Start', 'next', 'Call')
    .edge('Call', 'done', 'Done')
    .edge('Call', 'refused', 'Refused');
  return wired ? flow.node('Failed', 'end', end('failed')).edge('Call', 'failed', 'Failed').build() : flow.build();
}

/** Start, an approval, and the call that it lets go. */
export function approvedFlow(
  action: string,
  given: { approval?: Record<string, unknown>; call?: Record<string, unknown> } = {},
): Flow {
  const timed = given.approval?.['due'] !== undefined;
  const back = given.approval?.['sendBack'] === true;
  const flow = shopFlow()
    .node('Agree', 'approval', approval(given.approval))
    .node('Call', 'connector', call(action, given.call))
    .node('Done', 'end', end('done'))
    .node('Refused', 'end', end('refused'))
    .node('Rejected', 'end', end('rejected'))
    .edge('Start', 'next', 'Agree')
    .edge('Agree', 'approved', 'Call')
    .edge('Agree', 'rejected', 'Rejected')
    .edge('Call', 'done', 'Done')
    .edge('Call', 'refused', 'Refused');
  if (timed) flow.node('Late', 'end', end('late')).edge('Agree', 'timed out', 'Late');
  if (back)
    flow
      .node('Correct', 'transform', { fields: { amount: 'input.amount' } })
      .edge('Agree', 'sent back', 'Correct')
      .back('Correct', 'next', 'Agree', 2);
  return flow.build();
}

/** What stands in the flow `refundWithin`: an approval, and a refund. */
export const REFUND = approvedFlow('refund');
export const REFUND_PATH = 'flows/refund.flow.json';

/** A flow with one step, which stands for the flow {@link REFUND} that lies at {@link REFUND_PATH}. */
export const refundWithin = (): Flow =>
  shopFlow()
    .node('Pay back', 'subflow', {
      flow: REFUND_PATH,
      results: resultsOf(REFUND),
      arguments: { order: 'input.order', amount: 'input.amount' },
    })
    .node('Done', 'end', end('done'))
    .node('Not done', 'end', end('not done'))
    .chain('Start', 'Pay back')
    .edge('Pay back', 'done', 'Done')
    .edge('Pay back', 'refused', 'Not done')
    .edge('Pay back', 'rejected', 'Not done')
    .build();

/** The formula of a list with so many items. */
export const list = (length: number): string => `for i in 1..${length} return i`;

/** A list within each item of a list, in pure steps; the result sums up what is made of each inner list. */
export const listsWithin = (outer: number, inner: number, atOnce: number, ofInner: 'sum' | 'count' = 'sum'): Flow =>
  shopFlow()
    .node('Outer', 'for-each', { list: list(outer), item: 'a', atOnce })
    .node('Inner', 'for-each', { list: list(inner), item: 'b', atOnce })
    .node('Same', 'transform', { fields: { x: 'a + b' } })
    .node('In', 'join', { wait: 'all', collect: 'Same.x' })
    .node('Out', 'join', { wait: 'all', collect: `${ofInner}(In)` })
    .node('Done', 'end', end('done', { sum: 'sum(Out)' }))
    .chain('Start', 'Outer')
    .edge('Outer', 'each', 'Inner')
    .edge('Inner', 'each', 'Same')
    .chain('Same', 'In', 'Out', 'Done')
    .build();

/** Everything at once: a read, an AI answer, an approval that can be sent back, and a call of every idempotency. */
export function wholeFlow(): Flow {
  return shopFlow()
    .node('Look', 'connector', call('read order'))
    .node('Topic', 'ai-decision', ask())
    .node('Agree', 'approval', approval({ count: 2, sendBack: true, due: 'PT4H' }))
    .node('Correct', 'transform', { fields: { amount: 'input.amount' } })
    .node('Refund', 'connector', call('refund'))
    .node('Letter', 'connector', call('post letter'))
    .node('Parcel', 'connector', call('send parcel'))
    .node('State', 'connector', call('set state'))
    .node('Done', 'end', end('done', { order: 'input.order' }))
    .node('Stopped', 'end', end('stopped'))
    .chain('Start', 'Look')
    .edge('Look', 'done', 'Topic')
    .edge('Look', 'refused', 'Stopped')
    .edge('Topic', 'answered', 'Agree')
    .edge('Topic', 'uncertain', 'Agree')
    .edge('Agree', 'approved', 'Refund')
    .edge('Agree', 'rejected', 'Stopped')
    .edge('Agree', 'timed out', 'Stopped')
    .edge('Agree', 'sent back', 'Correct')
    .back('Correct', 'next', 'Agree', 2)
    .edge('Refund', 'done', 'Letter')
    .edge('Refund', 'refused', 'Stopped')
    .edge('Letter', 'done', 'Parcel')
    .edge('Letter', 'refused', 'Parcel')
    .edge('Letter', 'failed', 'Parcel')
    .edge('Parcel', 'done', 'State')
    .edge('Parcel', 'refused', 'State')
    .edge('State', 'done', 'Done')
    .edge('State', 'refused', 'Done')
    .build();
}
