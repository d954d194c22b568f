import { afterEach, beforeEach, expect, test } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { asking, RELEASE } from './testing/asking.ts';
import { FLOW, openStudio } from './testing/tiny-workspace.ts';

let studio: StudioService;
let close: () => Promise<void>;
const { ask, settled } = asking(() => studio);

beforeEach(() => ({ studio, close } = openStudio({ startSystems: hostSystems })));
afterEach(() => close());

test('the traffic of a release is that of its own cases in that time, and each release has its outcomes', async () => {
  expect(await ask('outcomes', { since: null })).toEqual({ releases: [] });
  await ask('exportFlow', RELEASE);
  expect((await ask('workspace', {})).flows[0]?.signed).toBe(1);
  for (const amount of [1, 2, 3]) await ask('startCase', { flow: FLOW, input: { order: 'special', amount } });
  const [first] = (await ask('tasks', {})).tasks;
  const detail = await ask('task', { id: first?.id ?? '' });
  await ask('decide', { task: detail.id, decision: 'rejected', comment: '', digest: detail.digest });
  await settled(detail.run);
  await ask('exportFlow', { ...RELEASE, release: 2 });
  await ask('startCase', { flow: FLOW, input: { order: 'special', amount: 4 } });

  const { traffic, outcomes, cut } = await ask('traffic', { flow: FLOW, release: 1, since: null });
  expect(cut).toBe(false);
  expect(traffic.cases).toBe(3);
  expect(new Set(Object.values(traffic.edges))).toEqual(new Set([1, 3]));
  expect(Object.values(traffic.nodes).map(({ waiting }) => waiting)).toContain(2);
  expect(outcomes.map(({ status, result, cases }) => [status, result, cases])).toEqual([
    ['waiting', null, 2],
    ['completed', 'not refunded', 1],
  ]);
  const all = await ask('outcomes', { since: null });
  const sums = all.releases.map((one) => [one.release, one.outcomes.reduce((sum, { cases }) => sum + cases, 0)]);
  expect(sums.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
    [1, 3],
    [2, 1],
  ]);

  const later = await ask('traffic', { flow: FLOW, release: 1, since: Date.now() + 60_000 });
  expect(later).toMatchObject({ traffic: { cases: 0, edges: {} }, outcomes: [] });
  const none = await studio.call('traffic', { flow: FLOW, release: 9, since: null }).catch(toErrorShape);
  expect(none).toMatchObject({ code: 'NOT_FOUND' });

  const { path, text } = await ask('openFlow', { path: FLOW });
  const suite = await ask('runSuite', { path, text });
  expect(suite.traffic.cases).toBe(2);
  expect(Object.keys(suite.traffic.edges)).toEqual(expect.arrayContaining(Object.keys(traffic.edges)));
});
