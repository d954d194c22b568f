import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from '../../engine/flow/zod.ts';
import { openForWriting } from '../../engine/journal/open.ts';
import { KEYS_SCHEMA } from '../../engine/journal/schema.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { scratch } from '../support/folder.ts';
import { staying, type Staying } from '../support/spawned.ts';
import { copySupportDesk } from '../support/support-desk.ts';

/*
 * What an operator does with the record, by commands alone, on the sample with one change: the helpdesk's answer says
 * which customer a ticket is of, and that is marked as identifying. docs/RECORD.md shows these commands.
 */

const folder = scratch('record');
const root = copySupportDesk(join(folder.path, 'desk'));
const runner = join(folder.path, 'runner');
const key = (name: string) => join(folder.path, 'keys', name);
const at = (name: string) => join(folder.path, name);
const MESSAGE = 'Quetzalcoatl here, somebody stole my card, block it now please';

let systems: Staying;
let cases: string[] = [];

const startedSchema = z.object({ id: z.string(), status: z.string() });
const planSchema = z.object({
  cases: z.array(z.object({ id: z.string(), by: z.array(z.string()), status: z.string() })),
  backups: z.array(z.object({ madeAt: z.int(), folder: z.string().nullable() })),
  replaced: z.array(z.object({ folder: z.string() })),
  models: z.array(
    z.object({ model: z.string(), keeps: z.array(z.string()), data: z.array(z.object({ rows: z.int().nullable() })) }),
  ),
});
const erasedSchema = z.object({ runs: z.int(), ended: z.array(z.string()), left: z.array(z.string()) });
const prunedSchema = z.object({ runs: z.int(), events: z.int() });
const restoredSchema = z.object({
  lost: z.int(),
  erasedAgain: z.int(),
  origin: z.string(),
  replaced: z.string().nullable(),
});
const viewSchema = z.object({ status: z.string(), gone: z.string().nullable() });

const startCase = async (message: string, ticket: string): Promise<string> => {
  const input = at('input.json');
  writeFileSync(input, JSON.stringify({ message, ticket }));
  const manifest = join(root, 'releases', 'support-desk-1.manifest.json');
  return (await answerOf(startedSchema, 'run', manifest, '--runner', runner, '--input', input)).id;
};
const audit = async (): Promise<string> => holds('audit', 'verify', '--runner', runner);
const filesWith = (text: string): string[] =>
  readdirSync(runner, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text) ? [entry.name] : [],
  );

beforeAll(async () => {
  const contract = join(root, 'connections/helpdesk.connection.json');
  const document = z
    .looseObject({
      actions: z.record(z.string(), z.looseObject({ response: z.record(z.string(), z.looseObject({})) })),
    })
    .parse(JSON.parse(readFileSync(contract, 'utf8')));
  for (const { response } of Object.values(document.actions))
    if (response['customer']) response['customer']['identifies'] = true;
  writeFileSync(contract, `${JSON.stringify(document, null, 2)}\n`);
  systems = await staying('systems', root, '--data', at('systems.sqlite'), '--bindings', at('bindings'));
  for (const [purpose, name] of [
    ['author', 'ada'],
    ['release', 'rae'],
    ['approver', 'leo'],
  ] as const)
    await holds('keys', 'new', purpose, key(name), '--name', name);
  await holds('export', root, '--release', '1', '--not-after', '2099-01-01T00:00:00Z', '--author', 'Ada');
  const manifest = join(root, 'releases', 'support-desk-1.manifest.json');
  for (const name of ['ada', 'rae']) await holds('sign', manifest, '--key', `${key(name)}.key.json`);
  const bindings = ['billing', 'helpdesk'].map((name) => join(at('bindings'), `${name}.binding.json`));
  await holds(
    'runner',
    'init',
    runner,
    '--trust',
    `${key('ada')}.pub.json`,
    `${key('rae')}.pub.json`,
    '--person',
    `leo:team lead,operator,agent:${key('leo')}.pub.json`,
    '--policy',
    join(root, 'policy.json'),
    '--binding',
    ...bindings,
  );
  cases = [await startCase(MESSAGE, '7'), await startCase(MESSAGE, '8'), await startCase(MESSAGE, '7')];
}, 60_000);
afterAll(async () => {
  await systems.end('SIGTERM');
  folder.remove();
});

/** The customer of a ticket, from the systems' own data. */
function customerOf(id: string): string {
  const show = z.object({ story: z.array(z.object({ value: z.unknown() })) });
  const told = show.parse(JSON.parse(stories.get(id) ?? '{}'));
  const [found] = told.story.flatMap(({ value }) => {
    const one = z.object({ customer: z.string() }).safeParse(value);
    return one.success ? [one.data.customer] : [];
  });
  if (found === undefined) throw new Error('the case has read its ticket');
  return found;
}
const stories = new Map<string, string>();

describe('an operator’s work on the record', () => {
  test('P29 erase --plan says what would go, and what it cannot reach', async () => {
    for (const id of cases) stories.set(id, (await countersign('runs', 'show', id, '--runner', runner, '--json')).out);
    const person = customerOf(cases[0] ?? '');
    await holds('backup', at('before'), '--runner', runner);
    const plan = await answerOf(
      planSchema,
      'erase',
      '--runner',
      runner,
      '--person',
      person,
      '--plan',
      '--data',
      join(root, 'data/messages.csv'),
    );
    expect(plan.cases.map(({ id }) => id)).toEqual([cases[0], cases[2]]);
    expect(plan.cases[0]?.by).toEqual(['customer']);
    expect(plan.backups.map((one) => one.folder)).toEqual([at('before')]);
    expect(plan.replaced).toEqual([]);
    expect(plan.models).toMatchObject([{ keeps: [], data: [{ rows: 0 }] }]);
    const told = await holds('erase', '--runner', runner, '--person', person, '--plan');
    expect(told).toContain('2 cases would be erased');
    expect(told).toContain('1 backup made since holds their keys');
    expect(told).toContain(at('before'));
    expect(told).toContain('not known, as it was not shown with --data');
    expect(await holds('erase', '--runner', runner, '--person', 'nobody', '--plan')).toContain('No case is linked');
  });

  test('P29 erase asks for a basis and for --end, then erases beside the engine, which goes on', async () => {
    const person = customerOf(cases[0] ?? '');
    const erase = ['erase', '--runner', runner, '--person', person];
    expect(await refusalOf('erase', '--runner', runner)).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await refusalOf(...erase)).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await refusalOf(...erase, '--basis', `for ${person}`)).toMatchObject({ code: 'USAGE' });
    const serving = await staying('serve', '--runner', runner);
    const done = await answerOf(erasedSchema, ...erase, '--basis', 'request 12', '--end');
    expect(done).toMatchObject({ code: 0, runs: 2, left: [] });
    expect(await answerOf(planSchema, ...erase, '--plan')).toMatchObject({ cases: [] });
    expect(await answerOf(viewSchema, 'runs', 'show', cases[1] ?? '', '--runner', runner)).toMatchObject({
      gone: null,
    });
    expect((await countersign('runs', 'show', cases[0] ?? '', '--runner', runner)).out).toContain(
      'personal content of this case was erased',
    );
    expect(await serving.end('SIGTERM')).toBe(0);
    expect(filesWith('Quetzalcoatl')).toEqual([]);
    expect(await audit()).toContain('verified');
    expect(existsSync(join(runner, 'checkpoints', 'erasures.jsonl'))).toBe(true);
    expect(filesWith(person)).toEqual([]);
  });

  test('P30 prune keeps to 183 days without a basis, and works beside the engine with one', async () => {
    const prune = ['prune', '--runner', runner];
    expect(await refusalOf(...prune, '--older-than', 'long')).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await refusalOf(...prune, '--older-than', '90d')).toMatchObject({ code: 'RETENTION_FLOOR' });
    expect(await answerOf(prunedSchema, ...prune, '--older-than', '200d')).toMatchObject({ code: 0, runs: 0 });
    const serving = await staying('serve', '--runner', runner);
    const pruned = await answerOf(prunedSchema, ...prune, '--older-than', '0d', '--basis', 'test data');
    expect(pruned.runs).toBeGreaterThan(0);
    expect(await serving.end('SIGTERM')).toBe(0);
    const list = await answerOf(
      z.object({ cases: z.array(z.object({ id: z.string(), status: z.string() })) }),
      'runs',
      'list',
      '--runner',
      runner,
    );
    const ended = list.cases.find(({ status }) => status === 'completed' || status === 'failed');
    expect((await countersign('runs', 'show', ended?.id ?? '', '--runner', runner)).out).toContain('was pruned');
    expect(await audit()).toContain('verified');
  });

  test('backup beside the engine, checked; restore refuses what is older, and repeats the erasures', async () => {
    const serving = await staying('serve', '--runner', runner);
    expect(await holds('backup', at('later'), '--runner', runner)).toContain('keep it as secret as the runner folder');
    expect(await refusalOf('restore', at('later'), '--runner', runner)).toMatchObject({
      exit: 3,
      code: 'JOURNAL_LOCKED',
    });
    expect(await serving.end('SIGTERM')).toBe(0);
    expect(statSync(at('later')).mode & 0o077).toBe(0);
    expect(await refusalOf('restore', at('before'), '--runner', runner)).toMatchObject({
      exit: 1,
      code: 'BACKUP_OLDER',
    });
    const restored = await answerOf(restoredSchema, 'restore', at('before'), '--runner', runner, '--basis', 'a drill');
    expect(restored).toMatchObject({ code: 0, erasedAgain: 2 });
    expect(restored.lost).toBeGreaterThan(0);
    expect(restored.origin).toContain('/restored-');
    expect((await countersign('runs', 'show', cases[0] ?? '', '--runner', runner)).out).toContain('was erased');
    // Keys of what is in it lie in the backup, in the one that was made after it, and in what it took the place of.
    const kept = ['erase', '--runner', runner, '--run', cases[1] ?? '', '--plan'] as const;
    const plan = await answerOf(planSchema, ...kept);
    expect(plan.backups.map((one) => one.folder)).toEqual([at('before'), at('later')]);
    expect(plan.replaced).toEqual([{ folder: restored.replaced }]);
    expect(await holds(...kept)).toContain(restored.replaced);
    // What was known of the log before is set aside; what is written from here on has its own checkpoints.
    await startCase('Is my card on its way?', '9');
    expect(await audit()).toContain('against checkpoint of size');
    expect(await refusalOf('restore', at('nothing'), '--runner', runner)).toMatchObject({ code: 'BACKUP_INVALID' });
  });

  test('P7 audit verify looks at the keys of what is sealed as well, unless only the record is asked for', async () => {
    const keys = openForWriting(join(runner, 'keys.sqlite'), KEYS_SCHEMA);
    keys.exec('UPDATE key SET key = randomblob(32)');
    keys.close();
    const told = await countersign('audit', 'verify', '--runner', runner);
    expect(told).toMatchObject({ code: 1, err: '' });
    expect(told.out).toContain('KEYS:');
    expect(await holds('audit', 'verify', '--runner', runner, '--only', 'record')).toContain('verified');
  });

  test('P29 a restore that was cut off is said by every command, and is not taken for damage to be kept', async () => {
    const cut = join(runner, 'journal.sqlite-restoring');
    writeFileSync(cut, '{}');
    for (const command of [
      ['audit', 'verify'],
      ['runs', 'list'],
      ['runner', 'status'],
    ])
      expect(await refusalOf(...command, '--runner', runner)).toMatchObject({ exit: 1, code: 'JOURNAL_DAMAGED' });
    rmSync(cut);
    await holds('runs', 'list', '--runner', runner);
  });
});
