import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema, STRICT_POLICY } from '../connections/contract.ts';
import { readCheckpoints } from '../audit/checkpoint-sink.ts';
import { evidenceFile } from '../audit/evidence-file.ts';
import { openForWriting } from '../journal/open.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { runnerPaths } from '../runner/folder.ts';
import { localFolder } from './local-documents.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { asking, RELEASE } from './testing/asking.ts';
import { FLOW, openStudio } from './testing/tiny-workspace.ts';

let root: string;
let studio: StudioService;
let close: () => Promise<void>;
const { ask, codeOf } = asking(() => studio);

const open = () =>
  ({ root, studio, close } = openStudio({ watch: { debounceMs: 10, pollMs: 50 }, startSystems: hostSystems }));

describe('the policy of a workspace', () => {
  beforeEach(open);
  afterEach(() => close());
  const limited = (max: number) => ({ ...STRICT_POLICY, withoutPerson: { 'shop.refund': { field: 'amount', max } } });

  test('there is none at first: the empty one holds, and looking writes nothing', async () => {
    expect(await ask('policy', {})).toEqual({ policy: STRICT_POLICY, digest: null });
  });

  test('it is saved as a document that reads back, and flows are checked against it', async () => {
    const { digest } = await ask('savePolicy', { policy: limited(50), base: null });
    expect(await ask('policy', {})).toEqual({ policy: limited(50), digest });
    expect(policySchema.parse(JSON.parse(readFileSync(join(root, 'policy.json'), 'utf8')))).toEqual(limited(50));
    expect((await ask('workspace', {})).policy).toEqual(limited(50));
  });

  test('what somebody else changed meanwhile is not overwritten', async () => {
    const { digest } = await ask('savePolicy', { policy: limited(50), base: null });
    expect(await codeOf('savePolicy', { policy: limited(60), base: null })).toBe('FILE_CHANGED');
    writeFileSync(join(root, 'policy.json'), JSON.stringify(limited(7)));
    expect(await codeOf('savePolicy', { policy: limited(60), base: digest })).toBe('FILE_CHANGED');
    expect((await ask('policy', {})).policy).toEqual(limited(7));
  });

  test('a limit on what is not there, or is no number, is refused and nothing is written', async () => {
    for (const withoutPerson of [
      { 'shop.refnud': { field: 'amount', max: 1 } },
      { 'shop.refund': { field: 'order', max: 1 } },
      { 'bank.pay': { field: 'amount', max: 1 } },
    ])
      expect(await codeOf('savePolicy', { policy: { ...STRICT_POLICY, withoutPerson }, base: null })).toBe(
        'DOCUMENT_INVALID',
      );
    expect((await ask('policy', {})).digest).toBeNull();
  });
});

describe('the record of the local engine', () => {
  const journal = () => runnerPaths(localFolder(root)).journal;
  let run: string;

  beforeAll(open);
  afterAll(() => close());

  test('where nothing ever ran there is none, and nothing is made by looking', async () => {
    expect(await ask('record', {})).toEqual({ record: null });
    expect(await ask('findCases', { query: '', limit: 10 })).toEqual({ cases: [] });
    expect(await codeOf('verifyRecord', { checkpoints: [] })).toBe('NOT_FOUND');
    expect(await ask('stopVerifying', {})).toEqual({});
    await ask('exportFlow', RELEASE);
    ({ run } = await ask('startCase', { flow: FLOW, input: { order: 'special', amount: 12 } }));
  });

  test('asking twice is one verification; stopping ends it for all who wait; it can be begun again', async () => {
    const both = [ask('verifyRecord', { checkpoints: [] }), ask('verifyRecord', { checkpoints: [] })];
    const [first, second] = await Promise.all(both);
    expect(second).toEqual(first);
    const stopping = ask('verifyRecord', { checkpoints: [] });
    await ask('record', {});
    await ask('stopVerifying', {});
    expect(await stopping).toEqual({ verification: null });
    expect((await ask('verifyRecord', { checkpoints: [] })).verification?.ok).toBe(true);
  });

  test('a case is found by its number, its beginning, or whatever it has none of is not found', async () => {
    expect((await ask('findCases', { query: '', limit: 10 })).cases).toMatchObject([{ id: run, by: 'newest' }]);
    expect((await ask('findCases', { query: ` ${run} `, limit: 10 })).cases).toMatchObject([{ id: run, by: 'number' }]);
    expect((await ask('findCases', { query: run.slice(0, 6), limit: 10 })).cases).toHaveLength(1);
    expect((await ask('findCases', { query: 'nobody', limit: 10 })).cases).toEqual([]);
  });

  test('P28 its evidence is a file of the published form, and covers what just happened', async () => {
    const {
      name,
      text,
      events: count,
      releases,
    } = await ask('exportEvidence', { case: run, between: true, open: false });
    expect(name).toBe(`${run}.evidence.json`);
    const file = evidenceFile.parse(JSON.parse(text));
    expect(file.run).toBe(run);
    expect(file.events).toHaveLength(count);
    expect(file.sealKeys).toEqual([]);
    expect(releases).toBe(1);
    expect(await codeOf('exportEvidence', { case: 'nowhere', between: false, open: false })).toBe('RUN_UNKNOWN');
  });

  test('P25 it is verified beside the engine, against the signed checkpoints, and says what was altered', async () => {
    const { verification } = await ask('verifyRecord', { checkpoints: [] });
    const { record } = await ask('record', {});
    expect(verification).toMatchObject({ ok: true, findings: [], signatures: 'checked', checkpointsFrom: 'here' });
    expect(verification?.events).toBe(record?.events);
    expect(verification?.against).toBe(record?.covered);
    expect(record).toMatchObject({ behind: 0, cases: 1, root: verification?.root });

    const [note] = readCheckpoints(runnerPaths(localFolder(root)).checkpoints);
    const db = openForWriting(journal(), JOURNAL_SCHEMA);
    db.exec(
      `DROP TRIGGER event_stays; DROP TRIGGER event_keeps; UPDATE event SET open = CAST('{}' AS BLOB) WHERE seq = 2`,
    );
    db.close();
    const after = await ask('verifyRecord', { checkpoints: [note?.text ?? ''] });
    expect(after.verification).toMatchObject({ ok: false, checkpointsFrom: 'elsewhere' });
    expect(after.verification?.findings.map(({ code }) => code)).toContain('LEAF');
    expect(await codeOf('verifyRecord', { checkpoints: ['no note'] })).toBe('CHECKPOINT_INVALID');
  });
});
