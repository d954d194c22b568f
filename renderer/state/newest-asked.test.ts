import { describe, expect, it } from 'vitest';
import { FLOW, SCENARIO } from '../../engine/studio/testing/tiny-workspace.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { slowWire } from '../test-kit/slow-wire.ts';
import { closeCase, editCase, runCase } from './making.ts';
import { exportRelease, runScenario, runSuite, stopTesting } from './sandbox.ts';
import { backToDraft, look, saveVersion, startComparison } from '../versions/acts.ts';
import { EMPTY, useVersions } from '../versions/store.ts';
import { edit } from './edit.ts';
import { flowOf, useStudio } from './store.ts';

/** Of what is asked of the sandbox, or is to be looked at, the newest is shown, in whatever order answers come. */

const REJECTED = 'tests/refunds/rejected.scenario.json';
const desk = deskOfEachTest();
const sandbox = () => useStudio.getState().sandbox;
const shown = () => [sandbox().running, sandbox().asking, sandbox().result?.result, sandbox().suite?.results.length];

describe('what is asked later takes the place of what runs', () => {
  it('of a case: the first is stopped, and its answer shows nothing when it comes', async () => {
    const { stopped, letGo } = slowWire(desk, 'runScenario');
    const first = runScenario(SCENARIO);
    const { asking } = sandbox();
    await runScenario(REJECTED);
    const after = [shown(), sandbox().recent.length];
    expect(stopped).toEqual([{ asking }]);
    expect(shown()).toEqual([null, null, 'not refunded', undefined]);
    letGo();
    await first;
    expect([shown(), sandbox().recent.length]).toEqual(after);
  });

  it('of a suite: a case that is run meanwhile stays in sight, and can be stopped', async () => {
    const { letGo } = slowWire(desk, 'runScenario');
    const suite = runSuite();
    const one = runScenario(SCENARIO);
    const { asking } = sandbox();
    await suite;
    expect([sandbox().running, sandbox().asking]).toEqual(['scenario', asking]);
    letGo();
    await one;
    expect(shown()).toEqual([null, null, 'refunded', undefined]);
  });

  it('control: alone, each is shown', async () => {
    await runSuite();
    expect(shown()).toEqual([null, null, undefined, 2]);
  });
});

it('while a release is signed nothing takes its place', async () => {
  const { stopped, letGo } = slowWire(desk, 'exportFlow');
  const signing = exportRelease({ path: FLOW, release: 1, notAfter: null, note: '' });
  await runScenario(SCENARIO);
  await runSuite();
  expect([sandbox().running, sandbox().result, stopped]).toEqual(['export', null, []]);
  letGo();
  await signing;
  expect(sandbox().running).toBeNull();
});

it('a case that is closed while it runs is stopped, and shows no result', async () => {
  const { stopped, letGo } = slowWire(desk, 'runScenario');
  await editCase(SCENARIO);
  const running = runCase();
  const { asking } = sandbox();
  closeCase();
  expect(stopped).toEqual([{ asking }]);
  letGo();
  await running;
  expect(shown()).toEqual([null, null, undefined, undefined]);
  await stopTesting();
  expect(stopped).toHaveLength(1);
});

describe('what is looked at', () => {
  const one = { side: 'version', number: 1 } as const;
  const there = () => {
    const { looks, comparison } = useVersions.getState();
    return [flowOf(useStudio.getState())?.about.purpose, looks, comparison];
  };
  const after: [string, () => void | Promise<void>][] = [
    ['another version', () => look({ side: 'version', number: 2 })],
    ['the draft, to which a person went back', backToDraft],
    ['a comparison', () => startComparison(one, { side: 'draft' })],
  ];

  it.each(after)('of %s nothing is taken away by what was asked for before it', async (_, then) => {
    useVersions.setState(EMPTY, true);
    const retold = (purpose: string) => edit('tell', (flow) => ({ ...flow, about: { ...flow.about, purpose } }));
    await saveVersion('One', '');
    retold('two');
    await saveVersion('Two', '');
    retold('mine');
    const { letGo } = slowWire(desk, 'pastFlow');
    const first = look(one);
    await then();
    const before = there();
    letGo();
    await first;
    expect(there()).toEqual(before);
  });
});
