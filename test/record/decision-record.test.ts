import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openManifest } from '../../engine/manifest/disk.ts';
import { readEnvelope } from '../../engine/manifest/dsse.ts';
import { manifestDigest, readStatement } from '../../engine/manifest/statement.ts';
import { z } from '../../engine/flow/zod.ts';
import type { StoredEvent } from '../../engine/journal/journal.ts';
import { openJournalReader, type JournalReader } from '../../engine/journal/reader.ts';
import { deskRunner, type DeskRunner } from '../support/desk-runner.ts';

/*
 * P30: what a decision record has to say, asked of the journal of the sample after a run with an AI answer, rules, a
 * person and effects. Each schema is strict about what must be there; the control takes a field away.
 */

const digest = z.string().regex(/^sha256-[0-9a-f]{64}$/);
const moment = z.int().positive();
const actor = z.object({
  issuer: z.string().min(1),
  subject: z.string().min(1),
  role: z.string().min(1),
  method: z.string(),
});

const answered = z.object({
  record: z.object({
    by: z.literal('model'),
    /** Reference to the input: digest of what the model was given. */
    input: digest,
    /** Digest of the question and the choices, and what the answer depends on besides. */
    prompt: digest,
    parameters: z.object({ model: z.string().min(1), bar: z.number(), temperature: z.number(), timeoutMs: z.number() }),
    answer: z.object({
      guess: z.string().min(1),
      confidence: z.number().min(0).max(1),
      alternatives: z.array(z.object({ choice: z.string(), confidence: z.number() })).min(1),
      reasons: z.array(z.object({ word: z.string(), contribution: z.number() })).min(1),
      model: z.object({
        name: z.string().min(1),
        version: z.string().min(1),
        digest,
        owner: z.string().min(1),
        /** The parameter of the built-in model that a flow sets. */
        bar: z.number(),
      }),
      latencyMs: z.number().nonnegative(),
    }),
  }),
});
const ruled = z.object({ record: z.object({ by: z.literal('rule'), rows: z.array(z.string().min(1)).min(1) }) });
const decided = z.object({
  record: z.object({
    by: z.literal('person'),
    decisions: z
      .array(
        z.object({
          decision: z.enum(['approved', 'rejected', 'sent back']),
          person: z.string().min(1),
          role: z.string().min(1),
          comment: z.string().min(1),
          shown: digest,
          at: moment,
          signature: z.object({ by: z.literal('ed25519'), keyId: z.string(), signature: z.string() }),
        }),
      )
      .min(1),
  }),
});
const started = z.object({ program: digest, release: z.string(), manifest: digest, initiator: actor });
const accepted = z.object({ digest, program: digest, release: z.int(), file: z.string() });

let desk: DeskRunner;
let journal: JournalReader;
let events: StoredEvent[] = [];
beforeAll(async () => {
  desk = await deskRunner('decision-record');
  await desk.runRows(0, 6);
  const [task] = await desk.openTasks();
  if (task === undefined) throw new Error('a case waits for a person');
  await desk.decide(task, 'approve', 'The guess is right.');
  journal = openJournalReader(join(desk.runner, 'journal.sqlite'));
  events = journal.events(`run:${task.run}`);
}, 180_000);
afterAll(async () => {
  journal.close();
  await desk.remove();
});

/** Open and sealed part together, as whoever may read the case has them. */
const whole = ({ open, sealed }: StoredEvent): unknown => Object.assign({}, open, sealed);
const of = (node: string): unknown[] =>
  events.filter((one) => one.node === node && one.type === 'node.completed').map(whole);

test('P30 every event has its time, actor and role', () => {
  for (const event of events) {
    expect(moment.safeParse(event.at).success).toBe(true);
    expect(actor.safeParse(event.actor).success).toBe(true);
  }
  const people = events.filter(({ actor: who }) => who.issuer === 'people');
  expect(people.map(({ actor: who }) => [who.subject, who.role, who.method])).toEqual([['ana', 'agent', 'ed25519']]);
});

test('P30 an AI answer has model, version, digest, parameters, prompt, input reference, output, confidence, reasons', () => {
  const [record] = of('n_topic');
  const { record: said } = answered.parse(record);
  const manifest = readStatement(readEnvelope(openManifest(desk.manifest).bytes).payload);
  const pins = manifest.predicate.pins.map(({ sha256 }) => `sha256-${sha256}`);
  expect(pins).toContain(said.answer.model.digest);
  // Control: a record without its reasons, or whose model has no digest, is not one.
  expect(answered.safeParse({ record: { ...said, answer: { ...said.answer, reasons: [] } } }).success).toBe(false);
  expect(answered.safeParse({ record: { ...said, answer: { ...said.answer, model: {} } } }).success).toBe(false);
  const { prompt: _prompt, ...unasked } = said;
  expect(answered.safeParse({ record: unasked }).success).toBe(false);
});

test('P30 a rule has the rows that matched, and a person their decision, reason, what they saw and their signature', () => {
  for (const node of ['n_triage', 'n_plan']) for (const record of of(node)) ruled.parse(record);
  expect(of('n_plan').length).toBeGreaterThan(0);
  const [decision] = decided.parse(of('n_check')[0]).record.decisions;
  expect(decision).toMatchObject({ decision: 'approved', person: 'ana', comment: 'The guess is right.' });
  const task = events.find(({ type }) => type === 'task.created');
  expect(z.object({ digest }).parse(task?.open).digest).toBe(decision?.shown);
});

test('P30 the run leads to its manifest by digest: it names the program, and the record says which manifest that was', () => {
  const { program, release, manifest } = started.parse(events[0]?.open);
  const records = journal.subjects('release:').flatMap((subject) => journal.events(subject));
  const found = records.map(({ open }) => accepted.parse(open)).find((one) => one.program === program);
  const { payload } = readEnvelope(openManifest(desk.manifest).bytes);
  expect(found?.digest).toBe(manifestDigest(payload));
  expect(manifest).toBe(found?.digest);
  expect(String(found?.release)).toBe(release);
});

test('P24 leaves equal transitions: the tree has one leaf for each event of the record', () => {
  const { size } = journal.head();
  expect(journal.leaves(size).length / 32).toBe(size);
  const changes = [...journal.subjects('run:'), ...journal.subjects('release:'), ...journal.subjects('runner')];
  expect(changes.reduce((sum, subject) => sum + journal.events(subject).length, 0)).toBe(size);
});
