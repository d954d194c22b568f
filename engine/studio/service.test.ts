import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { prettyJson } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { readPeople } from '../manifest/people.ts';
import type { StudioEvent } from './contract.ts';
import type { StudioService } from './service.ts';
import { browserHost } from './host.ts';
import { hostSystems, type StartSystems } from './systems.ts';
import { asking, RELEASE } from './testing/asking.ts';
import { FLOW, makeWorkspace, refundFlow, SCENARIO, serve } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
let studio: StudioService;
const { ask, codeOf, waitingTask, settled } = asking(() => studio);
let events: StudioEvent[];

function open(more: Parameters<typeof serve>[1] = {}): void {
  studio = serve(root, { watch: { debounceMs: 10, pollMs: 50 }, startSystems: hostSystems, ...more });
  events = [];
  studio.onEvent((event) => events.push(event));
}

beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  open();
});
afterEach(async () => {
  await studio.close();
  remove();
});

const textOf = (flow = refundFlow()) => writeFlow(flow);
describe('a workspace', () => {
  test('is listed with its flows, scenarios, connections and policy', async () => {
    const hello = await ask('hello', {});
    expect(hello).toEqual({ version: '0.1.0', workspace: 'tiny', host: 'browser', engine: 'ready', person: 'ada' });
    const listed = await ask('workspace', {});
    expect(listed.flows).toEqual([
      {
        path: FLOW,
        title: 'Refunds',
        scenarios: [
          { path: SCENARIO, name: 'approved' },
          { path: 'tests/refunds/rejected.scenario.json', name: 'rejected' },
        ],
        signed: null,
        mocks: {},
      },
    ]);
    expect(Object.keys(listed.connections)).toEqual(['shop']);
    expect(listed.errors).toEqual([]);
  });

  test('looking at it writes nothing', async () => {
    await ask('workspace', {});
    await ask('tasks', {});
    await ask('runs', { limit: 10 });
    await ask('releases', {});
    expect(existsSync(join(root, '.countersign'))).toBe(false);
  });

  test('what of it cannot be read is told, and the rest is there', async () => {
    writeFileSync(join(root, 'connections/broken.connection.json'), '{');
    writeFileSync(join(root, 'flows/broken.flow.json'), Buffer.from([0xff]));
    writeFileSync(join(root, 'tests/refunds/broken.scenario.json'), '{}');
    const { flows, connections, errors } = await ask('workspace', {});
    expect(flows.map((flow) => flow.path)).toEqual(['flows/broken.flow.json', FLOW]);
    expect(Object.keys(connections)).toEqual(['shop']);
    expect(errors.map((error) => error.where?.file)).toEqual([
      'connections/broken.connection.json',
      expect.stringContaining('broken.flow.json'),
      'tests/refunds/broken.scenario.json',
    ]);
  });

  test('tells when a document changes on disk', async () => {
    writeFileSync(join(root, FLOW), textOf(refundFlow('Theirs')));
    await vi.waitFor(() => expect(events).toContainEqual({ event: 'workspace changed', paths: [FLOW] }));
    expect((await ask('workspace', {})).flows[0]?.title).toBe('Theirs');
  });

  test('a folder that is no workspace is refused', () => {
    rmSync(join(root, 'countersign.json'));
    expect(() => serve(root)).toThrow('is not a workspace');
  });
});

describe('the sandbox runs the draft as it is given', () => {
  test('one scenario, with its story', async () => {
    const result = await ask('runScenario', { path: FLOW, text: textOf(), scenario: SCENARIO });
    expect(result).toMatchObject({ scenario: 'approved', holds: true, status: 'completed', result: 'refunded' });
    expect(result.effects).toMatchObject([
      { action: 'refund', status: 'done', request: { amount: 12, order: 'special' } },
    ]);
    expect(result.trace.at(-1)?.sentence).toContain('refunded');
    expect(existsSync(join(root, '.countersign'))).toBe(false);
  });

  test('the draft decides, not what is saved', async () => {
    const draft = refundFlow();
    const end = Object.values(draft.nodes).find((node) => node.name === 'Refunded');
    if (end !== undefined) end.config['result'] = 'paid';
    const result = await ask('runScenario', { path: FLOW, text: textOf(draft), scenario: SCENARIO });
    expect(result).toMatchObject({ holds: false, result: 'paid' });
  });

  test('the suite, with what it covered', async () => {
    const { results, coverage } = await ask('runSuite', { path: FLOW, text: textOf(), asking: 'mine' });
    expect(results.map((one) => [one.scenario, one.holds])).toEqual([
      ['approved', true],
      ['rejected', true],
    ]);
    expect(coverage.nodes.missed).toEqual([]);
    expect(coverage.edges.missed).toHaveLength(1);
    const told = events.flatMap((event) => (event.event === 'testing' ? [`${event.done} of ${event.all}`] : []));
    expect(told).toEqual(['1 of 2', '2 of 2']);
  });

  test('the suite is stopped between two scenarios, and runs whole the next time', async () => {
    const unlisten = studio.onEvent((event) => {
      if (event.event === 'testing') void ask('stopTesting', { asking: event.asking });
    });
    const asked = { path: FLOW, text: textOf(), asking: 'mine' };
    const { results, stopped } = await ask('runSuite', asked);
    expect([results.length, stopped]).toEqual([1, true]);
    unlisten();
    expect((await ask('runSuite', asked)).stopped).toBe(false);
  });

  test('two windows that test the same flow are each told of their own, and stop their own', async () => {
    const unlisten = studio.onEvent((event) => {
      if (event.event === 'testing' && event.asking === 'mine') void ask('stopTesting', { asking: 'mine' });
    });
    const asked = { path: FLOW, text: textOf() };
    const [mine, theirs] = await Promise.all([
      ask('runSuite', { ...asked, asking: 'mine' }),
      ask('runSuite', { ...asked, asking: 'theirs' }),
      ask('runSuite', asked),
    ]);
    unlisten();
    expect([mine.stopped, theirs.stopped]).toEqual([true, false]);
    const told = events.flatMap((event) =>
      event.event === 'testing' ? [`${event.asking}: ${event.done} of ${event.all}`] : [],
    );
    // What is asked for under no id is told to nobody.
    expect(told.toSorted()).toEqual(['mine: 1 of 2', 'theirs: 1 of 2', 'theirs: 2 of 2']);
  });

  test('a case is stopped while it runs; what is not running is not, nor is what runs next', async () => {
    const asked = { path: FLOW, text: textOf(), scenario: SCENARIO, asking: 'mine' };
    await ask('stopTesting', { asking: 'mine' });
    const running = codeOf('runScenario', asked);
    const beside = codeOf('runScenario', { ...asked, asking: 'theirs' });
    await ask('stopTesting', { asking: 'another' });
    await ask('stopTesting', { asking: 'mine' });
    expect(await beside).toBe('none');
    expect(await running).toBe('STOPPED');
    expect((await ask('runScenario', asked)).holds).toBe(true);
  });

  test('a draft with errors is refused, as is a scenario from elsewhere', async () => {
    const draft = refundFlow();
    draft.edges = {};
    expect(await codeOf('runScenario', { path: FLOW, text: textOf(draft), scenario: SCENARIO })).toBe('FLOW_INVALID');
    expect(await codeOf('runScenario', { path: FLOW, text: textOf(), scenario: 'countersign.json' })).toBe(
      'REQUEST_REFUSED',
    );
    const nowhere = 'tests/refunds/none.scenario.json';
    expect(await codeOf('runScenario', { path: FLOW, text: textOf(), scenario: nowhere })).toBe('FILE_UNREADABLE');
  });
});

describe('export', () => {
  test('tests, proves, signs, and makes the release startable here', async () => {
    const made = await ask('exportFlow', { ...RELEASE, notAfter: '2099-12-31', note: 'The first one.' });
    expect(made).toMatchObject({ manifest: 'releases/refunds-1.manifest.json', release: 1, tests: 2 });
    expect(made.keys).toHaveLength(2);
    expect(readFileSync(join(root, 'releases/refunds-1.note.txt'), 'utf8')).toBe('The first one.\n');
    const { releases } = await ask('releases', {});
    expect(releases).toEqual([{ path: made.manifest, flow: FLOW, release: 1, program: made.program }]);
    const { run } = await ask('startCase', { flow: FLOW, input: { order: 'special', amount: 1 } });
    expect((await ask('run', { id: run })).status).toBe('waiting');
  });

  test('private keys can be read by their owner alone, and stay out of git', async () => {
    await ask('exportFlow', RELEASE);
    const folder = join(root, '.countersign/keys');
    const modes = readdirSync(folder)
      .filter((name) => name.endsWith('.key.json'))
      .map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(join(root, '.countersign')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(root, '.countersign/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('tells how many scenarios have run; stopped between two of them it leaves nothing, and can be done again', async () => {
    const unlisten = studio.onEvent((event) => {
      if (event.event === 'testing') void ask('stopTesting', { asking: event.asking });
    });
    const asked = { ...RELEASE, asking: 'mine' };
    expect(await codeOf('exportFlow', asked)).toBe('STOPPED');
    expect(existsSync(join(root, 'releases'))).toBe(false);
    unlisten();
    events.length = 0;
    await ask('exportFlow', asked);
    const told = events.flatMap((event) => (event.event === 'testing' ? [`${event.done} of ${event.all}`] : []));
    expect(told).toEqual(['1 of 2', '2 of 2']);
  });

  test('is refused when a scenario does not hold, and leaves nothing', async () => {
    writeFileSync(
      join(root, 'tests/refunds/wrong.scenario.json'),
      prettyJson({
        format: 'countersign.scenario',
        version: 1,
        name: 'wrong',
        input: { order: 'special', amount: 1 },
        expect: { result: 'refunded' },
      }),
    );
    expect(await codeOf('exportFlow', RELEASE)).toBe('TESTS_FAILED');
    expect(existsSync(join(root, 'releases'))).toBe(false);
  });

  test('is refused under a number that was used for something else, and for a last day that is none', async () => {
    await ask('exportFlow', RELEASE);
    const { digest } = await ask('openFlow', { path: FLOW });
    await ask('saveFlow', { path: FLOW, text: textOf(refundFlow('Refunds', true)), base: digest });
    expect(await codeOf('exportFlow', RELEASE)).toBe('FILE_EXISTS');
    expect(await codeOf('exportFlow', { ...RELEASE, release: 2, notAfter: 'soon' })).toBe('INPUT_INVALID');
  });

  test('releases of a flow are numbered upwards', async () => {
    await ask('exportFlow', { ...RELEASE, release: 7 });
    expect(await codeOf('exportFlow', { ...RELEASE, release: 6 })).toBe('MANIFEST_OLDER');
    expect((await ask('releases', {})).releases.map((one) => one.release)).toEqual([7]);
  });

  test('a release that this runner cannot take is exported all the same, and starting a case says why', async () => {
    rmSync(join(root, 'systems/shop.system.json'));
    rmSync(join(root, SCENARIO));
    await ask('exportFlow', RELEASE);
    expect(await codeOf('startCase', { flow: FLOW, input: { order: 'special', amount: 1 } })).toBe('MANIFEST_GRANTS');
  });

  test('before the first export there is nothing to start a case from', async () => {
    expect(await codeOf('startCase', { flow: FLOW, input: {} })).toBe('NOT_FOUND');
  });
});

describe('cases and tasks', () => {
  beforeEach(async () => {
    await ask('exportFlow', RELEASE);
  });

  test('an input that does not fit is refused and starts nothing', async () => {
    expect(await codeOf('startCase', { flow: FLOW, input: { order: 'special' } })).toBe('INPUT_INVALID');
    expect(await codeOf('startCase', { flow: FLOW, input: { order: 'special', amount: 1, more: 2 } })).toBe(
      'INPUT_INVALID',
    );
    expect((await ask('runs', { limit: 10 })).counts).toEqual({});
  });

  test('the approver sees what will be done, and what is approved is done', async () => {
    const { run, task } = await waitingTask();
    expect(task).toMatchObject({ title: 'Refund to a customer', role: 'team lead', type: 'approve', sendBack: false });
    expect(task.facts).toEqual([{ label: 'Amount', value: 12 }]);
    expect(task.effects).toMatchObject([
      { connection: 'shop', action: 'refund', class: 'irreversible', request: { order: 'special', amount: 12 } },
    ]);
    const said = { task: task.id, decision: 'approved', comment: 'fine', digest: task.digest } as const;
    expect((await ask('decide', said)).run).toBe(run);
    const end = await settled(run);
    expect(end).toMatchObject({ status: 'completed', result: 'refunded', error: null });
    expect(end.story.map((step) => step.sentence).join('\n')).toMatch(
      /^approved by ada \(team lead\) after \d+ ms: fine$/m,
    );
    expect((await ask('runs', { limit: 1 })).counts).toEqual({ completed: 1 });
    expect(events).toContainEqual({ event: 'tasks changed', open: 1 });
    expect(events).toContainEqual({ event: 'tasks changed', open: 0 });
  });

  test('what is rejected is not done', async () => {
    const { run, task } = await waitingTask();
    await ask('decide', { task: task.id, decision: 'rejected', comment: '', digest: task.digest });
    expect(await settled(run)).toMatchObject({ result: 'not refunded' });
  });

  test('P31 a decision over another digest than that of what is shown is void', async () => {
    const { run, task } = await waitingTask();
    const other = `${task.digest.slice(0, -1)}${task.digest.endsWith('0') ? '1' : '0'}`;
    const said = { task: task.id, decision: 'approved', comment: '' } as const;
    expect(await codeOf('decide', { ...said, digest: other })).toBe('APPROVAL_CHANGED');
    expect((await ask('run', { id: run })).status).toBe('waiting');
    await ask('decide', { ...said, digest: task.digest });
    expect(await codeOf('decide', { ...said, digest: task.digest })).toBe('TASK_CLOSED');
    expect(await codeOf('decide', { ...said, task: 'none', digest: task.digest })).toBe('TASK_UNKNOWN');
  });

  test('looking at a task as often as one likes decides nothing', async () => {
    const { run, task } = await waitingTask();
    await ask('task', { id: task.id });
    expect(await ask('task', { id: task.id })).toEqual(task);
    expect((await ask('run', { id: run })).status).toBe('waiting');
  });

  test('several people can use a workspace, each with keys of their own', async () => {
    const { task } = await waitingTask();
    await studio.close();
    open({ person: 'bo' });
    await ask('decide', { task: task.id, decision: 'approved', comment: '', digest: task.digest });
    const { people } = readPeople(readFileSync(join(root, '.countersign/runner/people.json')));
    expect(people.map((one) => one.id)).toEqual(['ada', 'bo']);
    expect(new Set(people.flatMap((one) => one.keys.map((key) => key.keyId))).size).toBe(2);
  });

  test('after the studio was closed and opened again everything is where it was', async () => {
    const { run, task } = await waitingTask();
    await studio.close();
    open();
    expect((await ask('tasks', {})).tasks.map((one) => one.id)).toEqual([task.id]);
    await ask('decide', { task: task.id, decision: 'approved', comment: '', digest: task.digest });
    expect(await settled(run)).toMatchObject({ result: 'refunded' });
    await waitingTask();
  });

  test('a case finishes on the release it began with', async () => {
    const { run, task } = await waitingTask();
    const changed = refundFlow();
    const end = Object.values(changed.nodes).find((node) => node.name === 'Refunded');
    if (end !== undefined) end.config['result'] = 'paid back';
    rmSync(join(root, SCENARIO));
    const { digest } = await ask('openFlow', { path: FLOW });
    await ask('saveFlow', { path: FLOW, text: textOf(changed), base: digest });
    await ask('exportFlow', { ...RELEASE, release: 2 });
    await ask('decide', { task: task.id, decision: 'approved', comment: '', digest: task.digest });
    expect(await settled(run)).toMatchObject({ result: 'refunded' });
    const second = await waitingTask();
    await ask('decide', { task: second.task.id, decision: 'approved', comment: '', digest: second.task.digest });
    expect(await settled(second.run)).toMatchObject({ result: 'paid back' });
  });

  test('unknown cases are refused', async () => {
    expect(await codeOf('run', { id: 'none' })).toBe('RUN_UNKNOWN');
    expect(await codeOf('task', { id: 'none' })).toBe('TASK_UNKNOWN');
  });
});

test('nobody approves the case they started, where the step says four eyes; somebody else does', async () => {
  writeFileSync(join(root, FLOW), textOf(refundFlow('Refunds', true)));
  rmSync(join(root, 'tests/refunds/rejected.scenario.json'));
  await ask('exportFlow', RELEASE);
  const { run, task } = await waitingTask();
  const said = { task: task.id, decision: 'approved', comment: '', digest: task.digest } as const;
  expect(await codeOf('decide', said)).toBe('APPROVAL_FOUR_EYES');
  await studio.close();
  open({ person: 'bo' });
  await ask('decide', said);
  expect(await settled(run)).toMatchObject({ result: 'refunded' });
});

test('what is in doubt is settled by a person who says what happened', async () => {
  // The contract of a letter has no key and cannot be asked: an answer that is lost leaves it in doubt.
  writeFileSync(join(root, FLOW), textOf(refundFlow('Refunds', false, 'post letter')));
  await studio.close();
  let systems = '';
  const startSystems: StartSystems = async (request) => {
    const running = await hostSystems(request);
    systems = new URL(running.connections['shop'] ?? '').origin;
    return running;
  };
  open({ startSystems });
  await ask('exportFlow', RELEASE);
  const { run, task } = await waitingTask();
  const faults = [{ fault: 'lost answer', action: 'post letter', nth: [1] }];
  const set = await fetch(`${systems}/_/faults`, {
    method: 'POST',
    body: JSON.stringify({ connection: 'shop', faults }),
  });
  expect(await set.text()).toContain('"faults":1');
  await ask('decide', { task: task.id, decision: 'approved', comment: '', digest: task.digest });
  const doubt = await vi.waitFor(async () => {
    const { tasks } = await ask('tasks', {});
    expect(tasks).toMatchObject([{ type: 'settle', role: 'operator', run }]);
    return ask('task', { id: tasks[0]?.id ?? '' });
  });
  expect(doubt.effects).toMatchObject([{ action: 'post letter', request: { order: 'special' } }]);
  const said = { task: doubt.id, comment: 'it is in their outbox', digest: doubt.digest } as const;
  expect(await codeOf('decide', { ...said, decision: 'sent back' })).toBe('TASK_NOT_PERMITTED');
  // Nothing can be asked about a letter.
  expect(doubt.lookAgain).toBe(false);
  expect(await codeOf('decide', { ...said, decision: 'look again' })).toBe('TASK_NOT_PERMITTED');
  expect(await codeOf('decide', { ...said, decision: 'approved', digest: 'sha256-0' })).toBe('APPROVAL_CHANGED');
  await ask('decide', { ...said, decision: 'approved' });
  expect(await settled(run)).toMatchObject({ result: 'refunded' });
});

test('nothing real can be reached: the runner is bound to the simulated systems alone', async () => {
  await ask('exportFlow', RELEASE);
  const bindings = join(root, '.countersign/runner/bindings');
  writeFileSync(join(bindings, 'real.binding.json'), '{}');
  await studio.close();
  open();
  await ask('tasks', {});
  expect(readdirSync(bindings)).toEqual(['shop.binding.json']);
  expect(readFileSync(join(bindings, 'shop.binding.json'), 'utf8')).toContain('"baseUrl": "http://127.0.0.1:');
});

test('a passphrase locks the keys, and without it the studio says so', async () => {
  await studio.close();
  open({ host: browserHost({ COUNTERSIGN_PASSPHRASE: 'correct horse' }) });
  await ask('exportFlow', RELEASE);
  expect(readFileSync(join(root, '.countersign/keys/ada.release.key.json'), 'utf8')).not.toContain('PRIVATE KEY');
  await studio.close();
  open();
  expect(await codeOf('exportFlow', { ...RELEASE, release: 2 })).toBe('KEY_INVALID');
});
