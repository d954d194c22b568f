import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyJournal } from '../audit/verify.ts';
import { backUp } from '../journal/backup.ts';
import { restore } from '../journal/restore.ts';
import { verifyKeys } from '../journal/verify-keys.ts';
import { approval, call, end } from '../core/testing/flows.ts';
import { contextOf } from '../core/testing/play.ts';
import { policySchema } from '../connections/contract.ts';
import { readBytes } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import type { Flow } from '../flow/document.ts';
import { flowOf } from '../flow/testing/build.ts';
import { planErasure } from './erasure-plan.ts';
import { modelsHeld } from './models-held.ts';
import { openRunnerReading } from './reading.ts';
import { eraseCases, noteBackup, pruneCases } from './record.ts';
import { createApi } from './api.ts';
import { exportEvidence } from './evidence.ts';
import { engineOn, serveRunner } from './serve.ts';
import type { Runner } from './runner.ts';
import { systemRandom } from './system-random.ts';
import { Office } from './testing/office.ts';
import { tryAgain } from './try-again.ts';
import { learnsPersons, personsIn } from './persons.ts';
import { caseView, taskView } from './views.ts';

const actor = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
const ADA = 'Ada.Lovelace@example.org';
const CANARY = 'Quetzalcoatl';
const DAY = 86_400_000;

/** A customer writes; a lead decides on a refund. */
const flow = (marked = true): Flow =>
  flowOf('Orders')
    .input({
      customer: { type: 'string', ...(marked ? { identifies: true } : { personal: true }) },
      number: { type: 'number', optional: true, identifies: true },
      text: { type: 'string', personal: true },
      amount: { type: 'number' },
    })
    .node('Start', 'trigger', { columns: {} })
    .node('Agree', 'approval', approval({ show: [{ label: 'Who', value: 'input.customer' }] }))
    .node('Refund', 'connector', call('refund', { arguments: { order: 'input.customer', amount: 'input.amount' } }))
    .node('Done', 'end', end('done'))
    .node('Rejected', 'end', end('rejected'))
    .edge('Start', 'next', 'Agree')
    .edge('Agree', 'approved', 'Refund')
    .edge('Agree', 'rejected', 'Rejected')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Rejected')
    .build();

let office: Office;
let runner: Runner;
beforeEach(() => {
  office = new Office();
  runner = office.start();
});
afterEach(async () => office.close());

async function begin(customer: string, more: Record<string, unknown> = {}, key: string | null = null): Promise<string> {
  const release = runner.current();
  const { run } = await runner.engine.start({
    program: release.program,
    release: '1',
    key,
    initiator: actor,
    input: contextOf({ customer, number: null, text: `I am ${CANARY} ${customer}`, amount: 5, ...more }),
  });
  await runner.engine.idle();
  return run;
}

async function reject(run: string): Promise<void> {
  const [task] = runner.engine.reader().tasks({ run, status: 'open' });
  if (task === undefined) throw new Error('there is a task');
  await runner.engine.decide(run, task.id, office.decide(task, 'rejected'));
  await runner.engine.idle();
}

const asked = { basis: 'request 12', runs: [], end: false };
const filesWith = (text: string): string[] =>
  readdirSync(office.runner, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text) ? [entry.name] : [],
  );

describe('P29 erasing a person through a runner', () => {
  it('P29 finds their cases by a field that identifies, erases those, and nobody else’s', async () => {
    runner.accept(office.manifest(flow()));
    const hers = [await begin(ADA), await begin(ADA.toUpperCase(), { number: 4711 })];
    const his = await begin('ben@example.org');
    for (const run of [...hers, his]) await reject(run);
    const record = runner.recordInHand();
    expect(filesWith(CANARY)).toEqual([]);
    expect(await eraseCases(record, { ...asked, person: ADA }, actor)).toEqual({
      runs: 2,
      ended: [],
      along: [],
      left: [],
    });
    const [first = ''] = hers;
    const view = caseView(runner, first);
    expect(view.gone).toContain('erased');
    expect(JSON.stringify(view)).not.toContain(CANARY);
    expect([view.status, view.result]).toEqual(['completed', 'rejected']);
    expect(caseView(runner, his).gone).toBeNull();
    expect(record.journal().personRuns('4711')).toEqual([]);
    await office.stop(runner);
    const path = join(office.runner, 'journal.sqlite');
    expect(verifyJournal(path).findings).toEqual([]);
    expect(verifyKeys(path).problems).toEqual([]);
  });

  it('P29 a number identifies as it is written; another field, or another’s value, does not', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA, { number: 4711 });
    const journal = runner.recordInHand().journal();
    expect(journal.personRuns('4711')).toEqual([{ run, field: 'number' }]);
    expect(journal.personRuns('4711', 'customer')).toEqual([]);
    expect(journal.personRuns('471')).toEqual([]);
  });

  it('P29 control: a field that is only personal leads to nobody, and a search finds it', async () => {
    runner.accept(office.manifest(flow(false)));
    const run = await begin(ADA);
    await reject(run);
    const reader = runner.recordInHand().journal();
    const request = { person: ADA, runs: [] };
    expect(planErasure(reader, { ...request, search: false }).cases).toEqual([]);
    expect(planErasure(reader, { ...request, search: true }).cases).toMatchObject([
      { id: run, by: ['found by searching'], status: 'completed' },
    ]);
    expect(planErasure(reader, { person: 'Ada', runs: [], search: true }).cases).toEqual([]);
  });

  it('P29 a case that waits is ended only when asked for, and then takes no decision any more', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA, {}, 'key 1');
    const [task] = runner.engine.reader().tasks({ run });
    if (task === undefined) throw new Error('there is a task');
    const record = runner.recordInHand();
    await expect(eraseCases(record, { ...asked, person: ADA }, actor)).rejects.toMatchObject({ code: 'USAGE' });
    expect(caseView(runner, run).status).toBe('waiting');
    const done = await eraseCases(record, { ...asked, person: ADA, end: true }, actor);
    expect(done).toEqual({ runs: 1, ended: [run], along: [], left: [] });
    expect(caseView(runner, run)).toMatchObject({ status: 'failed', failure: { code: 'RUN_ERASED' } });
    await expect(runner.engine.decide(run, task.id, office.decide(task, 'approved'))).rejects.toBeDefined();
    expect(caseView(runner, run).status).toBe('failed');
    expect(taskView(runner, task.id).shownContent).toBeNull();
    // Its key still starts nothing twice.
    expect(await begin(ADA, {}, 'key 1')).toBe(run);
    // After a restart nothing of it goes on either.
    await office.stop(runner);
    runner = office.start();
    await runner.engine.idle();
    expect(caseView(runner, run).status).toBe('failed');
    expect(filesWith(CANARY)).toEqual([]);
  });

  it('P29 a case in the middle of a call is left, and said to be', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA);
    const record = { ...runner.recordInHand(), isAtRest: () => false };
    const journal = record.journal();
    const size = journal.head().size;
    const done = await eraseCases(record, { ...asked, person: ADA, end: true }, actor, 100);
    expect(done).toEqual({ runs: 0, ended: [], along: [], left: [run] });
    expect(journal.head().size).toBe(size);
  });

  describe('of cases that try one another again', () => {
    const again = { again: 'failed step', by: actor, reason: 'once more', effects: [] } as const;
    const failed = (run: string) => vi.waitFor(() => expect(caseView(runner, run).status).toBe('failed'), 5000);

    /** Nobody listens at the shop's address: a case fails, and so do the two that try it again. */
    async function chain(): Promise<string[]> {
      const once = { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } };
      const fields = { order: 'input.customer', amount: 'input.amount' };
      const drawn = flowOf('Orders')
        .input(flow(false).input)
        .node('Start', 'trigger', { columns: {} })
        .node('Refund', 'connector', call('refund', { ...once, arguments: fields }))
        .node('Done', 'end', end('done'))
        .edge('Start', 'next', 'Refund')
        .edge('Refund', 'done', 'Done')
        .edge('Refund', 'refused', 'Done')
        .build();
      runner.accept(office.manifest(drawn));
      const runs = [await begin(ADA)];
      for (const n of [0, 1]) {
        await failed(runs[n] ?? '');
        runs.push((await tryAgain(runner, { run: runs[n] ?? '', ...again })).run);
      }
      await failed(runs[2] ?? '');
      return runs;
    }
    const readable = (run: string): boolean =>
      JSON.stringify(runner.engine.reader().events(`run:${run}`)).includes(ADA);

    it('P29 erasing one takes all of them, says which were taken along, and nothing of it is left to read', async () => {
      const [first = '', second = '', third = ''] = await chain();
      const record = runner.recordInHand();
      const plan = planErasure(record.journal(), { runs: [second], search: false });
      expect(plan.cases.map(({ id, along }) => [id, along])).toEqual([
        [first, second],
        [second, null],
        [third, second],
      ]);
      expect([first, second, third].map(readable)).toEqual([true, true, true]);
      expect(await eraseCases(record, { ...asked, runs: [second] }, actor)).toEqual({
        runs: 3,
        ended: [],
        along: [first, third],
        left: [],
      });
      expect([first, second, third].map(readable)).toEqual([false, false, false]);
      await expect(tryAgain(runner, { run: third, ...again })).rejects.toMatchObject({ code: 'RUN_ERASED' });
    });

    it('P29 one that is at work keeps the others from being erased, and all of them are named', async () => {
      const runs = await chain();
      const record = runner.recordInHand();
      const journal = record.journal();
      // As it stands while the last is in the middle of its call.
      const look = journal.run.bind(journal);
      vi.spyOn(journal, 'run').mockImplementation((run) => {
        const row = look(run);
        return row === null || run !== runs[2] ? row : { ...row, ended: null };
      });
      const busy = { ...record, isAtRest: () => false };
      const done = await eraseCases(busy, { ...asked, runs: runs.slice(0, 1), end: true }, actor, 100);
      expect(done).toEqual({ runs: 0, ended: [], along: [], left: runs });
      expect(runs.map(readable)).toEqual([true, true, true]);
    });

    it('P29 a start that was asked for before the erasure brings nothing back', async () => {
      const [, , third = ''] = await chain();
      // Read and asked for, and not taken up yet.
      const started = tryAgain(runner, { run: third, ...again });
      const erased = eraseCases(runner.recordInHand(), { ...asked, runs: [third] }, actor);
      await expect(started).rejects.toMatchObject({ code: 'RUN_ERASED' });
      expect(await erased).toMatchObject({ runs: 3 });
    });

    it('P29 control: to destroy the key of one alone leaves what it was about readable in the others', async () => {
      const [first = '', ...others] = await chain();
      runner
        .recordInHand()
        .journal()
        .erase({ runs: [first], basis: 'control', actor, at: Date.now() });
      expect(readable(first)).toBe(false);
      expect(others.map(readable)).toEqual([true, true]);
    });
  });

  it('P29 the basis is asked for, and may not name them', async () => {
    runner.accept(office.manifest(flow()));
    await reject(await begin(ADA));
    const record = runner.recordInHand();
    for (const basis of ['', ' ', `asked by ${ADA.toLowerCase()}`])
      await expect(eraseCases(record, { ...asked, basis, person: ADA }, actor)).rejects.toMatchObject({
        code: 'USAGE',
      });
    await expect(eraseCases(record, { ...asked, runs: ['none'] }, actor)).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    });
  });

  it('P29 a person who is learned from a system’s answer is linked as well', () => {
    // The shop's answers are not marked; a program whose action says so links by them.
    const drafts = [
      { type: 'run.started', subject: 'run:a', open: { program: 'p' } },
      {
        type: 'node.completed',
        subject: 'run:a',
        node: 'look',
        open: {},
        sealed: { keyOf: 'run:a', value: { value: { phone: '0123', note: 'x', paid: { $number: '1.5' } } } },
      },
    ].map((one) => ({ v: 1, at: 0, actor, ...one }));
    const release = (runner.accept(office.manifest(flow())), runner.current().program);
    const action = release.nodes.get('n_refund')?.action;
    if (action === undefined || action === null) throw new Error('it has an action');
    const response = {
      phone: { type: 'string' as const, identifies: true },
      paid: { type: 'number' as const, identifies: true },
      note: { type: 'string' as const },
    };
    const node = release.nodes.get('n_refund');
    if (node === undefined) throw new Error('there is one');
    const program = { ...release, nodes: new Map([['look', { ...node, action: { ...action, response } }]]) };
    expect([learnsPersons(program), learnsPersons(release)]).toEqual([true, false]);
    const links = [
      { of: 'run:a', field: 'phone', value: '0123' },
      { of: 'run:a', field: 'paid', value: '1.5' },
    ];
    expect(
      personsIn(
        drafts,
        () => program,
        () => null,
      ),
    ).toEqual(links);
    expect(
      personsIn(
        drafts.slice(1),
        () => program,
        () => 'p',
      ),
    ).toEqual(links);
    expect(
      personsIn(
        drafts.slice(1),
        () => program,
        () => null,
      ),
    ).toEqual([]);
  });

  it('P29 backups that hold the keys are named, and a restored one is erased again', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA);
    await reject(run);
    const to = join(office.folder, 'backup');
    noteBackup(runner.recordInHand(), backUp(office.runner, to, Date.now()), actor);
    const plan = planErasure(runner.recordInHand().journal(), { person: ADA, runs: [], search: false });
    expect([plan.cases.length, plan.backups.length, plan.replaced]).toEqual([1, 1, []]);
    await eraseCases(runner.recordInHand(), { ...asked, person: ADA }, actor);
    await office.stop(runner);
    const done = restore(to, office.runner, { actor, now: () => Date.now(), random: systemRandom(), basis: 'test' });
    expect(done).toMatchObject({ erasedAgain: 1 });
    runner = office.start();
    expect(caseView(runner, run).gone).toContain('erased');
    // It goes on under its new name, with checkpoints.
    expect(runner.checkpoint()).toMatchObject({ outage: null, behind: 0 });
  });

  it('P29 after a restore, the backup that it was made from is named, those made later, and every folder set aside', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA);
    await reject(run);
    const plan = () =>
      planErasure(runner.recordInHand().journal(), { runs: [run], search: false, folder: office.runner });
    const folders = ['first', 'second'].map((name) => join(office.folder, name));
    for (const to of folders) {
      const made = backUp(office.runner, to, Date.now());
      noteBackup(runner.recordInHand(), { ...made, folder: to }, actor);
    }
    const [from = ''] = folders;
    const aside: (string | null)[] = [];
    for (const again of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await office.stop(runner);
      const how = { actor, now: () => Date.now() + again, random: systemRandom(), basis: 'a drill' };
      aside.push(restore(from, office.runner, how).replaced);
      runner = office.start();
    }
    const { backups, replaced } = plan();
    expect(backups.map(({ folder }) => folder)).toEqual(folders);
    expect(replaced.map(({ folder }) => folder)).toEqual(aside);
    // One whose keys are gone holds none any more; a journal that cannot be read is passed over.
    rmSync(join(aside[0] ?? '', 'keys.sqlite'));
    writeFileSync(join(aside[1] ?? '', 'journal.sqlite'), 'no journal');
    expect(plan().replaced.map(({ folder }) => folder)).toEqual(aside.slice(1));
    // A case that began after all that is in none of them.
    vi.useFakeTimers({ now: Date.now() + DAY, toFake: ['Date'] });
    try {
      const later = await begin('ben@example.org');
      const request = { runs: [later], search: false, folder: office.runner };
      expect(planErasure(runner.recordInHand().journal(), request)).toMatchObject({ backups: [], replaced: [] });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('models that a person is in', () => {
  it('P29 are told from the data where they are shown, and from the words a model keeps; otherwise it is said that it is not known', async () => {
    await office.stop(runner);
    const sample = office.sample();
    const policy = { code: 'POLICY_INVALID' as const, what: 'the sample’s policy', hint: '' };
    office.policy(readDocument(readBytes('examples/support-desk/policy.json'), policySchema, policy));
    runner = office.start();
    runner.accept(sample);
    const reading = openRunnerReading(office.runner);
    const { trust } = runner.config;
    try {
      const held = (person: string, shown: Uint8Array[] = []) =>
        modelsHeld(reading.engine.reader(), runner.paths.releases, trust, person, shown);
      const [model] = held('Quetzalcoatl');
      expect(model?.keeps).toEqual([]);
      expect(model?.data.every(({ rows }) => rows === null)).toBe(true);
      // A word that its training texts are full of.
      expect(held('my refund')[0]?.keeps).toContain('refund');
      expect(held('Quetzalcoatl', [Buffer.from('another file')])[0]?.data[0]?.rows).toBeNull();
      const data = readBytes('examples/support-desk/data/messages.csv');
      expect(held('Quetzalcoatl', [data])[0]?.data[0]?.rows).toBe(0);
      expect(held('store clerk', [data])[0]?.data[0]?.rows).toBeGreaterThan(0);
      expect(held('tore cler', [data])[0]?.data[0]?.rows).toBe(0);
    } finally {
      reading.close();
    }
  });
});

describe('P30 pruning beside a running engine', () => {
  it('P30 P11 keeps what is young; what was pruned shows in plain words, and its key still starts nothing twice', async () => {
    runner.accept(office.manifest(flow()));
    const run = await begin(ADA, {}, 'key 1');
    await reject(run);
    const waiting = await begin('ben');
    const record = { ...runner.recordInHand(), now: () => Date.now() + 200 * DAY };
    const request = { before: Date.now() + DAY, basis: null, after: 0 };
    await expect(pruneCases({ ...record, now: () => Date.now() }, request, actor)).rejects.toMatchObject({
      code: 'RETENTION_FLOOR',
    });
    expect(await pruneCases(record, request, actor)).toMatchObject({ runs: 1, next: null, free: 0 });
    const view = caseView(runner, run);
    expect([view.status, view.result, view.gone?.includes('pruned')]).toEqual(['completed', 'rejected', true]);
    expect(view.story.map(({ name }) => name)).toContain('Agree');
    const [task] = runner.engine.reader().tasks({ run });
    expect(taskView(runner, task?.id ?? '').shownContent).toBeNull();
    expect(caseView(runner, waiting)).toMatchObject({ status: 'waiting', gone: null });
    await reject(waiting);
    expect(await begin(ADA, {}, 'key 1')).toBe(run);
    // Control: another key starts another case.
    expect(await begin(ADA, {}, 'key 2')).not.toBe(run);
    await office.stop(runner);
    expect(verifyJournal(join(office.runner, 'journal.sqlite')).findings).toEqual([]);
  });
});

describe('P34 the record over REST', () => {
  it('P34 is for the operator’s own token: that of systems is refused, and the other way round', async () => {
    runner.accept(office.manifest(flow()));
    const serving = await serveRunner(runner, 0);
    try {
      const run = await begin(ADA);
      await reject(run);
      const body = JSON.stringify({ person: ADA, runs: [], basis: 'request 12', end: false });
      const send = (token: string, path = '/record/erasures') =>
        fetch(`${serving.url}${path}`, {
          method: path === '/cases' ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(path === '/cases' ? {} : { body }),
        });
      expect((await send(serving.token)).status).toBe(401);
      expect(caseView(runner, run).gone).toBeNull();
      const operator = readFileSync(runner.paths.operatorToken, 'utf8').trim();
      expect((await send(operator, '/cases')).status).toBe(401);
      const engine = await engineOn(office.runner, 'operator');
      expect(await engine?.post('/record/erasures', JSON.parse(body))).toEqual({
        runs: 1,
        ended: [],
        along: [],
        left: [],
      });
      expect(caseView(runner, run).gone).toContain('erased');
      const [record] = runner.engine
        .reader()
        .events('runner')
        .filter(({ type }) => type === 'keys.erased');
      expect(record).toMatchObject({ actor: { issuer: 'rest', role: 'operator' }, open: { basis: 'request 12' } });
    } finally {
      await serving.close();
    }
  });

  it('P27 a checkpoint of all there is now is made for whoever asks, so that what has just happened can be shown', async () => {
    runner.accept(office.manifest(flow()));
    const serving = await serveRunner(runner, 0);
    try {
      const run = await begin(ADA);
      await reject(run);
      const engine = await engineOn(office.runner, 'operator');
      const { size } = runner.engine.reader().head();
      expect(await engine?.post('/record/checkpoints', {})).toEqual({ size, outage: null });
      expect(exportEvidence(office.runner, run, { now: Date.now() }).events.length).toBeGreaterThan(0);
    } finally {
      await serving.close();
    }
  });

  it('every route under /record is the operator’s', async () => {
    const routes = createApi(runner, 't').routes.filter(
      ({ method, path }) => method !== 'ALL' && path.startsWith('/record'),
    );
    expect(routes.length).toBe(4);
    for (const { method, path } of routes) {
      const answer = await createApi(runner, 't', 'o').request(path, {
        method,
        headers: { authorization: 'Bearer t' },
      });
      expect(answer.status).toBe(401);
    }
  });
});
