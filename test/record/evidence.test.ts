import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceFile, writeEvidence, type EvidenceFile } from '../../engine/audit/evidence-file.ts';
import { ENGINE } from '../../engine/core/event.ts';
import { openForWriting } from '../../engine/journal/open.ts';
import { innerHash } from '../../engine/journal/event-codec.ts';
import { Query } from '../../engine/journal/query.ts';
import { JOURNAL_SCHEMA } from '../../engine/journal/schema.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import { holds, refusalOf } from '../support/command-line.ts';
import { deskRunner, type DeskRunner } from '../support/desk-runner.ts';
import { loadVerifier, verifierSays, type Verdict } from './verifier.ts';

/*
 * The evidence of a real case of the sample, with an AI answer, rules, a person's decision and effects, as an auditor
 * gets it. The verifier is the separate program; it runs from a folder where nothing of ours is.
 */

let desk: DeskRunner;
let verify: (text: string, options: object) => Verdict;
/** A case that a person decided: its evidence as it is, and with everything that can be shown. */
let run = '';
let plain = '';
let full = '';
let given: unknown[] = [];

beforeAll(async () => {
  desk = await deskRunner('evidence');
  await desk.runRows(0, 6);
  const [task] = await desk.openTasks();
  if (task === undefined) throw new Error('a case waits for a person');
  run = task.run;
  await desk.decide(task, 'approve', 'The customer is right.');
  await holds('audit', 'export', run, '--runner', desk.runner, '-o', desk.file('plain.json'));
  await holds('audit', 'export', run, '--runner', desk.runner, '-o', desk.file('full.json'), '--between', '--open');
  plain = readFileSync(desk.file('plain.json'), 'utf8');
  full = readFileSync(desk.file('full.json'), 'utf8');
  given = desk.publicKeys().map((file): unknown => JSON.parse(readFileSync(file, 'utf8')));
  verify = await loadVerifier();
}, 180_000);
afterAll(async () => desk.remove());

const says = (text: string): Verdict => verify(text, { given });
const keys = (): string[] => desk.publicKeys().flatMap((file) => ['--key', file]);
const parsed = (text: string): EvidenceFile => evidenceFile.parse(JSON.parse(text));
const changed = (change: (file: EvidenceFile) => void): Verdict => {
  const file = parsed(full);
  change(file);
  return says(writeEvidence(file));
};

describe('P28 the evidence of a case verifies offline with a separate program', () => {
  test('P28 it holds by the keys of who verifies, and says in plain words what it shows and what not', () => {
    const told = verifierSays(desk.file('full.json'), ...keys());
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/^It holds\.\n/);
    for (const line of [
      /Signed: the checkpoint, by runner-log/,
      /Signed: the manifest, by author/,
      /Signed: the manifest, by release/,
      /Signed: ana’s word at event \d+, by ana/,
      /Complete from event \d+ to \d+/,
      /The case has ended/,
      /cannot be seen from this file/,
      /a second history of the same log would pass/,
    ])
      expect(told.out).toMatch(line);
    const sealed = verifierSays(desk.file('plain.json'), ...keys());
    expect(sealed.code).toBe(0);
    expect(sealed.out).toContain('Not shown: that no event of this case was left out');
    expect(sealed.out).toMatch(/Sealed, erased or pruned content in events/);
    expect(sealed.out).not.toContain('The customer is right');
    expect(verifierSays(desk.file('full.json'), ...keys(), '--full').out).toContain('The customer is right');
  });

  test('P28 without keys of one’s own it is no proof, and --trust-file-keys says so loudly', () => {
    const none = verifierSays(desk.file('full.json'));
    expect(none.code).toBe(3);
    expect(none.out).toContain('for which only the file vouches');
    const trusting = verifierSays(desk.file('full.json'), '--trust-file-keys');
    expect(trusting.code).toBe(0);
    expect(trusting.out.match(/KEYS WERE TAKEN FROM THE FILE/g)).toHaveLength(2);
    const logOnly = verifierSays(desk.file('full.json'), '--key', desk.publicKeys()[0] ?? '');
    expect(logOnly.code).toBe(3);
    expect(logOnly.out).toMatch(/the manifest.*only the file vouches/);
    const [, ada, rae, ana] = desk.publicKeys();
    const noLog = verifierSays(desk.file('full.json'), ...[ada, rae, ana].flatMap((key) => ['--key', key ?? '']));
    expect(noLog.code).toBe(3);
  });

  test('P28 a checkpoint that one holds oneself has to be the one of the file', () => {
    const latest = join(desk.runner, 'checkpoints', 'latest');
    expect(verifierSays(desk.file('full.json'), ...keys(), '--checkpoint', latest).out).toContain(
      'that you hold yourself',
    );
    const oldest = join(desk.runner, 'checkpoints', '0000000000000001.note');
    const other = existsSync(oldest) ? oldest : desk.file('other.note');
    if (other !== oldest) writeFileSync(other, readFileSync(latest, 'utf8').replace(/\n\d+\n/, '\n1\n'));
    expect(verifierSays(desk.file('full.json'), ...keys(), '--checkpoint', other).code).toBe(1);
  });

  test('P28 wrong use has its own exit code', () => {
    for (const args of [
      [],
      ['--key'],
      [desk.file('none.json')],
      [desk.file('full.json'), '--key', desk.file('full.json')],
    ])
      expect(verifierSays(...args)).toMatchObject({ code: 2, out: '' });
  });

  test('P28 any flipped byte is caught: in every value of the file, and in its form', () => {
    for (const [text, every] of [
      [full, 1],
      [plain, 9],
    ] as const) {
      expect(says(text)).toEqual({ exitCode: 0, problems: [], rests: [] });
      const places = [...placesOf(text)].filter((_, i) => i % every === 0);
      expect(places.length).toBeGreaterThan(50);
      const missed = places.filter((at) => says(flipped(text, at)).exitCode !== 1);
      expect(missed.map((at) => text.slice(at - 60, at + 10))).toEqual([]);
    }
  }, 120_000);

  test('P28 what is left out, moved, exchanged or added is caught', () => {
    const faults: [string, (file: EvidenceFile) => void][] = [
      ['the first event', (file) => file.events.shift()],
      ['an event in the middle, with its neighbours at hand', (file) => file.events.splice(3, 1)],
      ['the order', (file) => (file.events = file.events.toReversed())],
      ['an event twice', (file) => file.events.push(...file.events.slice(-1))],
      ['a neighbour', (file) => file.between?.pop()],
      ['an event of the case among the others', (file) => moveLast(file)],
      ['another case', (file) => (file.run = 'another')],
      ['a proof of another event', (file) => exchangeProofs(file)],
      ['a pinned file', (file) => ((file.releases[0] ?? fail()).files = { ['0'.repeat(64)]: 'AAAA' })],
      [
        'a key that signed nothing',
        (file) => file.keys.push({ purpose: 'log', publicKey: file.keys[1]?.publicKey ?? '' }),
      ],
      ['the signatures of the checkpoint', (file) => (file.checkpoint = file.checkpoint.replace(/\n— .*\n$/, '\n'))],
      [
        'an event from outside the checkpoint',
        (file) => (file.checkpoint = file.checkpoint.replace(/\n\d+\n/, '\n5\n')),
      ],
    ];
    for (const [what, fault] of faults) expect([what, changed(fault).exitCode]).toEqual([what, 1]);
    expect(changed(() => undefined).exitCode).toBe(0);
    expect(says(full.replace('"version": 1', '"version": 1,\n  "more": 1')).exitCode).toBe(1);
    expect(says(JSON.stringify(JSON.parse(full))).problems[0]).toContain('not in its one form');
  });

  test('P28 what is left out and cannot be seen is said: without the neighbours, and without a manifest', () => {
    const short = parsed(plain);
    short.events.splice(3, 1);
    const verdict = says(writeEvidence(short));
    expect(verdict.exitCode).toBe(0);
    const bare = parsed(plain);
    bare.releases = [];
    bare.keys = bare.keys.filter(({ purpose }) => purpose === 'log');
    expect(says(writeEvidence(bare))).toMatchObject({ exitCode: 3, problems: [] });
  });
});

test('P28 events that were pruned, and parts whose key was destroyed, still verify by their inner hash', async () => {
  const path = join(desk.runner, 'journal.sqlite');
  const journal = openJournal({
    path,
    now: () => Date.now(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  journal.eraseKey(`run:${run}`);
  journal.close();
  await holds('audit', 'export', run, '--runner', desk.runner, '-o', desk.file('erased.json'), '--between', '--open');
  const erased = readFileSync(desk.file('erased.json'), 'utf8');
  expect(parsed(erased).sealKeys).toEqual([]);
  expect(says(erased)).toMatchObject({ exitCode: 0 });
  expect(full).not.toBe(erased);

  const db = openForWriting(path, JOURNAL_SCHEMA);
  type Row = { seq: number; open: Uint8Array; sealed: Uint8Array | null; salt: Uint8Array };
  const rows = new Query<[string], Row>(db, 'SELECT seq, open, sealed, salt FROM event WHERE subject = ?').all(
    `run:${run}`,
  );
  const prune = db.prepare('UPDATE event SET inner = ?, open = NULL, sealed = NULL, salt = NULL WHERE seq = ?');
  for (const { seq, open, sealed, salt } of rows.slice(2)) prune.run(innerHash(salt, open, sealed), seq);
  db.close();
  await holds('audit', 'export', run, '--runner', desk.runner, '-o', desk.file('pruned.json'), '--between');
  const pruned = readFileSync(desk.file('pruned.json'), 'utf8');
  expect(parsed(pruned).events.filter((event) => 'inner' in event)).toHaveLength(rows.length - 2);
  expect(says(pruned)).toMatchObject({ exitCode: 0 });
  const altered = parsed(pruned);
  const last = altered.events.at(-1);
  if (last !== undefined && 'inner' in last) last.inner = Buffer.alloc(32).toString('base64');
  expect(says(writeEvidence(altered)).exitCode).toBe(1);
});

test('P28 P31 a decision on something else than the task showed is caught, although the log holds it', async () => {
  const journal = openJournal({
    path: join(desk.runner, 'journal.sqlite'),
    now: () => Date.now(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  const signature = { by: 'ed25519', keyId: '00', signature: Buffer.alloc(64).toString('base64') };
  const vote = { decision: 'approved', person: 'ana', role: 'agent', comment: '', at: 1, signature };
  for (const [id, shown] of [
    ['other', 'sha256-b'],
    ['same', 'sha256-a'],
  ] as const) {
    const of = { subject: `run:${id}`, v: 1, at: Date.now(), actor: ENGINE };
    const asked = { visit: 1, task: `t ${id}`, role: 'agent', due: null, title: 'May it?', digest: 'sha256-a' };
    journal.append([
      { ...of, type: 'run.started', open: { program: 'sha256-p', release: null, key: null } },
      { ...of, type: 'task.created', node: 'n', open: asked },
      { ...of, type: 'task.voted', node: 'n', open: { visit: 1, task: `t ${id}`, vote: { ...vote, shown } } },
      { ...of, type: 'run.ended', open: { status: 'completed', result: 'done' } },
    ]);
  }
  journal.close();
  // It checkpoints what is there.
  await desk.runRows(6, 7);
  const verdictOf = async (id: string): Promise<Verdict> => {
    await holds('audit', 'export', id, '--runner', desk.runner, '-o', desk.file(`${id}.json`));
    return says(readFileSync(desk.file(`${id}.json`), 'utf8'));
  };
  expect((await verdictOf('other')).problems.join(' ')).toContain('something else than the task showed');
  expect(await verdictOf('same'), 'control').toMatchObject({ exitCode: 3, problems: [] });
});

test('P28 a case that no checkpoint covers, or that is not there, has no evidence', async () => {
  const to = ['--runner', desk.runner, '-o', desk.file('none.json')];
  expect(await refusalOf('audit', 'export', 'nobody', ...to)).toMatchObject({ code: 'RUN_UNKNOWN' });
  const first = join(desk.runner, 'checkpoints', '0000000000000001.note');
  const early = existsSync(first) ? first : desk.file('early.note');
  if (early !== first)
    writeFileSync(early, readFileSync(join(desk.runner, 'checkpoints', 'latest'), 'utf8').replace(/\n\d+\n/, '\n1\n'));
  expect(await refusalOf('audit', 'export', run, ...to, '--checkpoint', early)).toMatchObject({
    code: 'AUDIT_MISMATCH',
  });
  expect(existsSync(desk.file('none.json'))).toBe(false);
});

function fail(): never {
  throw new Error('the evidence has a release');
}

function moveLast(file: EvidenceFile): void {
  const last = file.events.pop();
  if (last === undefined) return;
  const inner = 'inner' in last ? last.inner : innerOf(last);
  file.between?.push({ header: last.header, inner, proof: last.proof });
}

function innerOf(event: Exclude<EvidenceFile['events'][number], { inner: string }>): string {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  const sealed = event.sealed === null ? null : bytes(event.sealed);
  return Buffer.from(innerHash(bytes(event.salt), Buffer.from(event.open), sealed)).toString('base64');
}

function exchangeProofs(file: EvidenceFile): void {
  const [first, second] = file.events;
  if (first !== undefined && second !== undefined) [first.proof, second.proof] = [second.proof, first.proof];
}

/** A place within every value and name of the document, at most three in each, and every so often one of its form. */
function* placesOf(text: string): Generator<number> {
  for (const { index, 0: token } of text.matchAll(/"(?:[^"\\]|\\.)*"|[0-9]+|null/g)) {
    const inside = Math.max(1, token.length - 2);
    const begin = token.startsWith('"') ? index + 1 : index;
    if (token === '""') continue;
    yield begin;
    if (inside > 20) yield begin + ((index * 7919) % inside);
    if (inside > 2) yield begin + inside - 1;
  }
  for (let at = 0; at < text.length; at += 997) yield at;
}

/** The text with the lowest bit of one character turned. */
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
