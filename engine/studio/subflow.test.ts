import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validate } from '../cli/commands/validate.ts';
import { asJson, prettyJson, sha256Hex } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { flowOf } from '../flow/testing/build.ts';
import { openManifest } from '../manifest/disk.ts';
import { readEnvelope } from '../manifest/dsse.ts';
import { readStatement } from '../manifest/statement.ts';
import { STUDIO_METHODS } from './contract.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { RELEASE } from './testing/asking.ts';
import { FLOW, makeWorkspace, refundFlow, serve } from './testing/tiny-workspace.ts';

const OUTER = 'flows/orders.flow.json';
const outer = flowOf('Orders')
  .input({ order: { type: 'string' } })
  .node('Start', 'trigger', { columns: {} })
  .node('Pay back', 'subflow', {
    flow: FLOW,
    results: ['not refunded', 'refunded'],
    arguments: { order: 'input.order', amount: '12' },
  })
  .node('Paid', 'end', { result: 'paid', value: {} })
  .node('Kept', 'end', { result: 'kept', value: {} })
  .chain('Start', 'Pay back')
  .edge('Pay back', 'refunded', 'Paid')
  .edge('Pay back', 'not refunded', 'Kept')
  .build();
const scenario = {
  format: 'countersign.scenario',
  version: 1,
  name: 'paid',
  input: { order: 'special' },
  people: [{ at: 'Pay back › Agree', decide: 'approved' }],
  expect: {
    status: 'completed',
    result: 'paid',
    passes: ['Pay back', 'Pay back › Refund'],
    effects: [{ action: 'shop.refund', times: 1, with: { amount: 12 } }],
  },
};

let root: string;
let remove: () => void;
let studio: StudioService;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  writeFileSync(join(root, OUTER), writeFlow(outer));
  mkdirSync(join(root, 'tests/orders'), { recursive: true });
  writeFileSync(join(root, 'tests/orders/paid.scenario.json'), prettyJson(asJson(scenario)));
  studio = serve(root, { watch: { debounceMs: 10, pollMs: 50 }, startSystems: hostSystems });
});
afterEach(async () => {
  await studio.close();
  remove();
});

test('the studio is told of every flow that a step can stand for, as it is on disk now', async () => {
  const { documents } = STUDIO_METHODS.workspace.answer.parse(await studio.call('workspace', {}));
  expect(Object.keys(documents)).toEqual([OUTER, FLOW]);
  expect(documents[FLOW]).toEqual(refundFlow());
  writeFileSync(join(root, FLOW), writeFlow(refundFlow('Other refunds')));
  expect((await studio.call('workspace', {})).documents[FLOW]?.about.title).toBe('Other refunds');
  writeFileSync(join(root, FLOW), '{');
  expect(Object.keys((await studio.call('workspace', {})).documents)).toEqual([OUTER]);
});

test('its scenarios run with the sub-flow in its place, and what of that they cover is told', async () => {
  const { results, coverage } = await studio.call('runSuite', { path: OUTER, text: writeFlow(outer) });
  expect(results[0]?.expectations.filter(({ holds }) => !holds)).toEqual([]);
  expect(results).toMatchObject([{ holds: true, result: 'paid' }]);
  expect(results[0]?.trace.map(({ node }) => node)).toEqual([
    'n_start',
    'n_pay_back.n_start',
    'n_pay_back.n_agree',
    'n_pay_back.n_refund',
    'n_pay_back.n_refunded',
    'n_paid',
  ]);
  expect(coverage.nodes.missed.sort()).toEqual(['n_kept', 'n_pay_back.n_not_refunded']);
});

test('a release pins the flows that stand in it; one without is as before', async () => {
  const made = await studio.call('exportFlow', { ...RELEASE, path: OUTER });
  const statementOf = (path: string) => readStatement(readEnvelope(openManifest(join(root, path)).bytes).payload);
  const pins = statementOf(made.manifest).predicate.pins.filter(({ kind }) => kind === 'subflow');
  const bytes = readFileSync(join(root, FLOW));
  expect(pins).toEqual([
    { kind: 'subflow', name: 'refunds', path: FLOW, sha256: sha256Hex(bytes), size: bytes.length },
  ]);
  const { run } = await studio.call('startCase', { flow: OUTER, input: { order: 'special' } });
  const { tasks } = await studio.call('tasks', {});
  const detail = await studio.call('task', { id: tasks[0]?.id ?? '' });
  expect(detail.effects).toMatchObject([{ name: 'Pay back › Refund', request: { amount: 12, order: 'special' } }]);
  await studio.call('decide', { task: detail.id, decision: 'rejected', comment: '', digest: detail.digest });
  expect(await studio.call('run', { id: run })).toMatchObject({ status: 'completed', result: 'kept' });
  const alone = await studio.call('exportFlow', RELEASE);
  expect(statementOf(alone.manifest).predicate.pins.map(({ kind }) => kind)).not.toContain('subflow');
});

test('validating tells of a flow whose sub-flow has changed under it', () => {
  expect(validate(join(root, OUTER)).holds).toBe(true);
  const other = refundFlow();
  const refunded = other.nodes['n_refunded'];
  if (refunded === undefined) throw new Error('there is an end');
  const nodes = { ...other.nodes, n_refunded: { ...refunded, config: { result: 'sent', value: {} } } };
  writeFileSync(join(root, FLOW), writeFlow({ ...other, nodes }));
  const { holds, lines } = validate(join(root, OUTER));
  expect(holds).toBe(false);
  expect(lines.join('\n')).toContain('it can also end as “sent”, and it no longer ends as “refunded”');
});
