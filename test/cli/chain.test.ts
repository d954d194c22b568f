import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artefactOf } from '../support/artefact.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { listing, scratch } from '../support/folder.ts';
import { staying, type Staying } from '../support/spawned.ts';
import { changeFlow, copySupportDesk, FLOW, SUPPORT_DESK, withoutApproval } from '../support/support-desk.ts';

/*
 * The whole job by commands alone, on a copy of the sample workspace: what each leaves behind is what the next takes.
 */

const folder = scratch('chain');
const root = copySupportDesk(join(folder.path, 'desk'));
const runner = join(folder.path, 'runner');
const key = (name: string) => join(folder.path, 'keys', name);
const data = join(folder.path, 'small.csv');
const manifest = join(root, 'releases', 'support-desk-1.manifest.json');
const runArguments = ['run', manifest, '--runner', runner, '--data', data];
const ROWS = 12;

let systems: Staying;
beforeAll(async () => {
  const rows = readFileSync(join(root, 'data/new-messages.csv'), 'utf8').split('\n');
  writeFileSync(data, `${rows.slice(0, ROWS + 1).join('\n')}\n`);
  systems = await staying(
    'systems',
    root,
    '--data',
    join(folder.path, 'systems.sqlite'),
    '--bindings',
    join(folder.path, 'bindings'),
  );
});
afterAll(async () => {
  const code = await systems.end('SIGTERM');
  folder.remove();
  if (code !== 0) throw new Error(`the simulated systems ended with ${code}`);
});

const listSchema = z.object({
  cases: z.array(z.object({ id: z.string(), status: z.string(), result: z.string().nullable() })),
  counts: z.array(z.object({ status: z.string(), result: z.string().nullable(), runs: z.int() })),
});
const caseSchema = z.object({
  id: z.string(),
  status: z.string(),
  result: z.string().nullable(),
  story: z.array(z.object({ name: z.string(), sentence: z.string() })),
});
const taskSchema = z.object({ id: z.string(), run: z.string(), role: z.string(), title: z.string() });
const tasksSchema = z.object({ tasks: z.array(taskSchema) });
const shownSchema = taskSchema.extend({
  shown: z.string(),
  status: z.string(),
  shownContent: z.object({ facts: z.array(z.object({ label: z.string() })), effects: z.array(z.unknown()) }),
});

const openTasks = async () => (await answerOf(tasksSchema, 'approvals', 'list', '--runner', runner)).tasks;
const showCase = (id: string) => answerOf(caseSchema, 'runs', 'show', id, '--runner', runner);
const keyOf = (role: string) => (role === 'agent' ? 'ana' : 'leo');
const signing = (role: string) => ['--runner', runner, '--as', keyOf(role), '--key', `${key(keyOf(role))}.key.json`];

describe('from labelled rows to evidence', () => {
  test('models train makes the very model of the sample: same rows and card, same bytes', async () => {
    const before = artefactOf(SUPPORT_DESK);
    const { card } = before;
    const words = ['name', 'purpose', 'owner', 'question', 'limits'] as const;
    const said = words.flatMap((word) => [`--${word}`, card[word]]);
    const numbers = [
      '--bar',
      String(card.bar),
      '--seed',
      String(card.lineage.seed),
      '--model-version',
      card.modelVersion,
    ];
    const rows = ['--data', join(root, 'data/messages.csv'), '--text', 'text', '--label', 'topic'];
    await holds('models', 'train', ...rows, '--workspace', root, ...said, ...numbers);
    expect(artefactOf(root)).toEqual(before);
    expect(readdirSync(join(root, 'models/blobs'))).toEqual([before.card.artefact.digest]);
  });

  test('validate and test hold', async () => {
    expect(await holds('validate', root)).toContain(`${FLOW} holds: no errors`);
    expect(await holds('test', root)).toMatch(/\n(\d+) of \1 scenarios hold\n/);
  });

  test('keys new makes a key of each purpose', async () => {
    for (const [purpose, name] of [
      ['author', 'ada'],
      ['release', 'rae'],
      ['approver', 'ana'],
      ['approver', 'leo'],
    ] as const)
      await holds('keys', 'new', purpose, key(name), '--name', name);
    expect((await refusalOf('keys', 'new', 'author', key('ada'), '--name', 'Ada')).code).toBe('FILE_EXISTS');
  });

  const exporting = ['--release', '1', '--not-after', '2099-01-01T00:00:00Z', '--author', 'Ada'];

  test('export writes a manifest that is not signed yet, and the same again', async () => {
    expect(await holds('export', root, ...exporting)).toContain(`wrote ${manifest}`);
    const first = readFileSync(manifest, 'utf8');
    await holds('export', root, ...exporting);
    expect(readFileSync(manifest, 'utf8')).toBe(first);
  });

  test('runner init makes the folder that trusts these keys', async () => {
    const people = ['ana:agent', 'leo:team lead,operator'].map((one) => `${one}:${key(one.slice(0, 3))}.pub.json`);
    const bindings = ['billing', 'helpdesk'].map((name) => join(folder.path, 'bindings', `${name}.binding.json`));
    const trust = ['--trust', `${key('ada')}.pub.json`, `${key('rae')}.pub.json`];
    const policy = ['--policy', join(root, 'policy.json')];
    const made = await holds(
      'runner',
      'init',
      runner,
      ...trust,
      '--person',
      ...people,
      ...policy,
      '--binding',
      ...bindings,
    );
    expect(made).toBe(`wrote ${runner}\n`);
  });

  test('verify and run refuse it until both have signed', async () => {
    const trust = join(runner, 'trust.json');
    const verify = ['verify', manifest, '--trust', trust] as const;
    expect(await refusalOf(...verify)).toMatchObject({ exit: 1, code: 'MANIFEST_UNSIGNED', where: { file: manifest } });
    await holds('sign', manifest, '--key', `${key('ada')}.key.json`);
    expect(await refusalOf(...verify)).toMatchObject({ code: 'MANIFEST_UNSIGNED' });
    expect((await refusalOf(...verify)).message).toContain('role release');
    expect(await refusalOf('sign', manifest, '--key', `${key('leo')}.key.json`)).toMatchObject({ code: 'KEY_PURPOSE' });
    await holds('sign', manifest, '--key', `${key('rae')}.key.json`);
    expect(await holds(...verify)).toContain('verified: release 1');
  });

  test('run makes a case of every row, and the same command again starts none', async () => {
    const schema = z.object({ rows: z.int(), startedBefore: z.int(), counts: z.record(z.string(), z.int()) });
    const first = await answerOf(schema, ...runArguments);
    expect(first).toMatchObject({ code: 0, rows: ROWS, startedBefore: 0 });
    expect(Object.values(first.counts).reduce((sum, one) => sum + one, 0)).toBe(ROWS);
    expect(await answerOf(schema, ...runArguments)).toEqual({ ...first, startedBefore: ROWS });
  });

  test('run takes one input as well, and a key starts it once', async () => {
    const input = join(folder.path, 'input.json');
    writeFileSync(input, JSON.stringify({ message: 'Somebody stole my card, block it now please', ticket: '7' }));
    const one = ['run', manifest, '--runner', runner, '--input', input, '--key', 'once'];
    const first = await answerOf(caseSchema, ...one);
    expect(first.code).toBe(0);
    expect((await answerOf(caseSchema, ...one)).id).toBe(first.id);
  });

  test('runs list and show tell what became of them', async () => {
    const list = await answerOf(listSchema, 'runs', 'list', '--runner', runner);
    expect(list.cases).toHaveLength(ROWS + 1);
    expect(list.counts.reduce((sum, { runs }) => sum + runs, 0)).toBe(ROWS + 1);
    const done = list.cases.find(({ result }) => result === 'answered');
    const told = await showCase(done?.id ?? '');
    expect(told).toMatchObject({ code: 0, status: 'completed', result: 'answered' });
    expect(told.story.map(({ name }) => name)).toEqual(expect.arrayContaining(['ticket', 'topic', 'plan', 'answer']));
    const waiting = await answerOf(listSchema, 'runs', 'list', '--runner', runner, '--status', 'waiting');
    expect(waiting.cases.length).toBe((await openTasks()).length);
    expect(await refusalOf('runs', 'show', 'nobody', '--runner', runner)).toMatchObject({
      exit: 1,
      code: 'RUN_UNKNOWN',
    });
  });

  test('approvals list, show, approve and reject decide over what was shown', async () => {
    const [first, second] = await openTasks();
    if (first === undefined || second === undefined) throw new Error('two cases wait for a person');
    const shown = await answerOf(shownSchema, 'approvals', 'show', first.id, '--runner', runner);
    expect(shown.shownContent.facts.length).toBeGreaterThan(2);
    expect(await holds('approvals', 'show', first.id, '--runner', runner)).toContain(shown.shown);
    await holds('approvals', 'approve', first.id, ...signing(first.role), '--comment', 'I agree.');
    await holds('approvals', 'reject', second.id, ...signing(second.role));
    const { story } = await showCase(second.run);
    expect(
      story.some(({ sentence }) => sentence.startsWith(`rejected by ${keyOf(second.role)} (${second.role})`)),
    ).toBe(true);
    const again = await refusalOf('approvals', 'approve', first.id, ...signing(first.role));
    // Where an answer of a system comes late, the case has not ended with the command that decided it.
    expect(again.exit).toBe(1);
    expect(['RUN_ENDED', 'TASK_CLOSED']).toContain(again.code);
    const open = (await openTasks()).map(({ id }) => id);
    expect(open).not.toContain(first.id);
    expect(open).not.toContain(second.id);
  });

  test('a decision goes through an engine that serves, and without it once that was killed', async () => {
    const serving = await staying('serve', '--runner', runner);
    const [first, second] = await openTasks();
    if (first === undefined || second === undefined) throw new Error('two more cases wait for a person');
    // The engine holds the journal; the command hands the decision over to it.
    expect(await refusalOf(...runArguments)).toMatchObject({ exit: 3, code: 'JOURNAL_LOCKED' });
    await holds('approvals', 'reject', first.id, ...signing(first.role));
    expect(await serving.end('SIGKILL')).toBeNull();
    expect(existsSync(join(runner, 'engine.json'))).toBe(true);
    await holds('approvals', 'reject', second.id, ...signing(second.role));
    // The case that it is about goes on, and that alone; the others do so with the next engine.
    expect((await showCase(second.run)).status).toBe('completed');
    const next = await staying('serve', '--runner', runner);
    for (let quiet = 0; quiet < 100 && (await showCase(first.run)).status !== 'completed'; quiet++) await sleep(20);
    expect((await showCase(first.run)).status).toBe('completed');
    await next.end('SIGTERM');
  });

  test('audit verify holds against checkpoints held elsewhere, and prove writes the evidence of a case', async () => {
    const latest = join(runner, 'checkpoints', 'latest');
    const report = z.object({ ok: z.boolean(), scope: z.string(), signatures: z.string(), size: z.int() });
    const held = ['audit', 'verify', '--runner', runner, '--checkpoint', latest, '--key', join(runner, 'log.pub.json')];
    const verified = await answerOf(report, ...held);
    expect(verified).toMatchObject({ code: 0, ok: true, signatures: 'checked' });
    expect(verified.scope).toBe(`against checkpoint of size ${verified.size}`);
    const [first] = (await answerOf(listSchema, 'runs', 'list', '--runner', runner, '--limit', '1')).cases;
    const out = join(folder.path, 'evidence.json');
    await holds('audit', 'prove', first?.id ?? '', '--runner', runner, '--out', out);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ run: first?.id });
  });
});

describe('the safety proof decides what may leave', () => {
  const exported = (at: string, out: string) => [
    'export',
    at,
    '--release',
    '1',
    '--not-after',
    '2099-01-01T00:00:00Z',
    '--author',
    'Ada',
    '--out',
    join(folder.path, out),
  ];

  test('a credit above 50 € without the approval is refused with its path; the repaired twin passes', async () => {
    const unsafe = copySupportDesk(join(folder.path, 'unsafe'));
    const repaired = readFileSync(join(unsafe, FLOW));
    changeFlow(unsafe, withoutApproval);
    const path = ['topic', 'triage', 'set priority', 'plan', 'credit'];
    const told = await countersign('validate', unsafe, '--json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out)).toMatchObject({ flows: [{ unsafe: [{ names: path }] }] });
    expect((await countersign('validate', unsafe)).out).toContain(`path: ${path.join(' → ')}`);

    const before = listing(folder.path);
    const error = await refusalOf(...exported(unsafe, 'out'));
    expect(error).toMatchObject({ exit: 1, code: 'PROOF_UNSAFE', where: { file: FLOW, node: 'n_credit' } });
    expect(error.meaning).toContain(path.join(' → '));
    expect(listing(folder.path)).toEqual(before);

    writeFileSync(join(unsafe, FLOW), repaired);
    expect(await countersign('validate', unsafe)).toMatchObject({ code: 0 });
    await holds(...exported(unsafe, 'out'));
  });

  test('a scenario that does not hold keeps a flow from leaving', async () => {
    const failing = copySupportDesk(join(folder.path, 'failing'));
    const file = join(failing, 'tests/support-desk/01-small-credit.scenario.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"result": "credited"', '"result": "answered"'));
    const tested = await countersign('test', failing, '--json');
    expect(tested).toMatchObject({ code: 1, err: '' });
    const before = listing(folder.path);
    const error = await refusalOf(...exported(failing, 'out-2'));
    expect(error).toMatchObject({ exit: 1, code: 'TESTS_FAILED', where: { file: FLOW } });
    expect(error.message).toContain('A small credit goes by itself');
    expect(listing(folder.path)).toEqual(before);
  });
});
