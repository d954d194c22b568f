import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFlow } from '../flow/read.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { NO_FILE } from './flow-files.ts';
import type { StudioService } from './service.ts';
import { asking } from './testing/asking.ts';
import { FLOW, openStudio, refundFlow, SCENARIO } from './testing/tiny-workspace.ts';

let root: string;
let studio: StudioService;
let close: () => Promise<void>;
const { codeOf } = asking(() => studio);
beforeEach(() => ({ root, studio, close } = openStudio()));
afterEach(() => close());

const draft = (flow = refundFlow()) => ({ path: FLOW, text: writeFlow(flow) });
const refused = (name = 'The lead says no', decide: 'approved' | 'rejected' = 'rejected'): Scenario => ({
  format: 'countersign.scenario',
  version: 1,
  name,
  input: { order: 'special', amount: 12 },
  people: [{ at: 'Agree', decide }],
  expect: { status: 'completed', result: 'not refunded', passes: ['Agree'] },
});
const folder = () => readdirSync(join(root, 'tests/refunds')).sort();
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

describe('a scenario made in the studio', () => {
  test('is run before it lies anywhere, kept, read, changed, and taken away', async () => {
    const before = folder();
    const ran = await studio.call('runScenario', { ...draft(), scenario: refused() });
    expect(ran).toMatchObject({ scenario: 'The lead says no', holds: true, result: 'not refunded' });
    expect(folder()).toEqual(before);

    const made = await studio.call('saveScenario', { ...draft(), scenario: refused(), file: null });
    expect(made.path).toBe('tests/refunds/the-lead-says-no.scenario.json');
    const opened = await studio.call('openScenario', { ...draft(), scenario: made.path });
    expect(opened).toEqual({ scenario: refused(), digest: made.digest });
    expect((await studio.call('workspace', {})).flows[0]?.scenarios).toContainEqual({
      path: made.path,
      name: 'The lead says no',
    });

    const other = await studio.call('saveScenario', {
      ...draft(),
      scenario: { ...refused(), name: 'A refusal' },
      file: { path: made.path, base: made.digest },
    });
    expect(other.path).toBe(made.path);
    expect(await studio.call('runScenario', { ...draft(), scenario: made.path })).toMatchObject({
      scenario: 'A refusal',
      holds: true,
    });
    await studio.call('deleteScenario', { scenario: made.path, base: other.digest });
    expect(folder()).toEqual(before);
    // Taken back: in the very place.
    const place = { path: made.path, base: NO_FILE };
    await studio.call('saveScenario', { ...draft(), scenario: refused(), file: place });
    expect(existsSync(join(root, made.path))).toBe(true);
    expect(await codeOf('saveScenario', { ...draft(), scenario: refused(), file: place })).toBe('FILE_CHANGED');
  });

  test('is not written over what is another on disk by now, nor taken away then', async () => {
    const { digest } = await studio.call('openScenario', { ...draft(), scenario: SCENARIO });
    const theirs = textOf(SCENARIO).replace('"approved"', '"approved by them"');
    writeFileSync(join(root, SCENARIO), theirs);
    const file = { path: SCENARIO, base: digest };
    expect(await codeOf('saveScenario', { ...draft(), scenario: refused(), file })).toBe('FILE_CHANGED');
    expect(await codeOf('deleteScenario', { scenario: SCENARIO, base: digest })).toBe('FILE_CHANGED');
    expect(textOf(SCENARIO)).toBe(theirs);
    rmSync(join(root, SCENARIO));
    expect(await codeOf('saveScenario', { ...draft(), scenario: refused(), file })).toBe('FILE_CHANGED');
    expect(existsSync(join(root, SCENARIO))).toBe(false);
  });

  test('has a name of its own in its flow, and a file name that is safe whatever it is called', async () => {
    expect(await codeOf('saveScenario', { ...draft(), scenario: refused('rejected'), file: null })).toBe('FILE_EXISTS');
    for (const [name, stem] of [
      ['../../../etc/passwd', 'etc-passwd'],
      ['..', 'scenario'],
      ['CON', 'scenario-con'],
      ['<img src=x onerror=alert(1)>', 'img-src-x-onerror-alert-1'],
      ['日本', 'scenario-2'],
      ['Rejected', 'rejected-2'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- names are free or taken by what was kept before
      const { path } = await studio.call('saveScenario', { ...draft(), scenario: refused(name), file: null });
      expect(path).toBe(`tests/refunds/${stem}.scenario.json`);
      expect(JSON.parse(textOf(path))).toMatchObject({ name });
    }
    expect(folder().every((name) => name.endsWith('.scenario.json'))).toBe(true);
  });

  test('lies in the folder of its flow and nowhere else', async () => {
    for (const path of ['../x.scenario.json', 'flows/x.scenario.json', 'tests/refunds/../../x.scenario.json']) {
      const file = { path, base: NO_FILE };
      // oxlint-disable-next-line no-await-in-loop -- one after the other tells which
      expect(await codeOf('saveScenario', { ...draft(), scenario: refused(), file })).toBe('REQUEST_REFUSED');
      // oxlint-disable-next-line no-await-in-loop -- one after the other tells which
      expect(await codeOf('deleteScenario', { scenario: path, base: NO_FILE })).toBe('REQUEST_REFUSED');
    }
    const file = { path: 'tests/others/x.scenario.json', base: NO_FILE };
    expect(await codeOf('saveScenario', { ...draft(), scenario: refused(), file })).toBe('REQUEST_REFUSED');
    rmSync(join(root, SCENARIO));
    symlinkSync(join(root, FLOW), join(root, SCENARIO));
    expect(await codeOf('openScenario', { ...draft(), scenario: SCENARIO })).toBe('REQUEST_REFUSED');
  });

  test('speaks of steps as the draft does, and is kept as the flow in its file does', async () => {
    const flow = refundFlow();
    const [id, agree] = Object.entries(flow.nodes).find(([, { name }]) => name === 'Agree') ?? [];
    if (id === undefined || agree === undefined) throw new Error('the flow asks nobody');
    const renamed = draft({ ...flow, nodes: { ...flow.nodes, [id]: { ...agree, name: 'Sign' } } });
    const said: Scenario = {
      ...refused(),
      people: [{ at: 'Sign', decide: 'rejected' }],
      expect: { result: 'not refunded', passes: ['Sign'], holds: ['Sign.decision = "rejected"'] },
    };
    expect(await studio.call('runScenario', { ...renamed, scenario: said })).toMatchObject({ holds: true });
    const { path } = await studio.call('saveScenario', { ...renamed, scenario: said, file: null });
    expect(JSON.parse(textOf(path))).toMatchObject({
      people: [{ at: 'Agree' }],
      expect: { passes: ['Agree'], holds: ['Agree.decision = "rejected"'] },
    });
    expect((await studio.call('openScenario', { ...renamed, scenario: path })).scenario).toEqual(said);
    // Both hold: the flow as it is in its file, and the draft.
    for (const one of [draft(), renamed])
      // oxlint-disable-next-line no-await-in-loop -- one after the other tells which
      expect(await studio.call('runScenario', { ...one, scenario: path })).toMatchObject({ holds: true });
  });
});
