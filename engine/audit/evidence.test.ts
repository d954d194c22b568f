import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SqliteJournal } from '../journal/sqlite-journal.ts';
import { openIn, tempFolder, wholeRun } from '../journal/testing.ts';
import { signCheckpoint, type Note } from './checkpoint.ts';
import { proveRun, runEvidence, verifyProof, type RunEvidence } from './evidence.ts';
import { testSigner } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
let journal: SqliteJournal;
let note: Note;
const signer = testSigner();

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  journal = openIn(folder);
  for (const id of ['a', 'b', 'c']) journal.append(wholeRun(id));
  note = signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
  journal.append(wholeRun('d'));
});
afterEach(() => {
  journal.close();
  remove();
});

test('evidence for a run holds by itself, under the signed checkpoint, and survives being written down', () => {
  const evidence = proveRun(journal, 'b', { checkpoint: note, payloads: true });
  expect(evidence.events.map(({ seq }) => seq)).toEqual([6, 7, 8, 9]);
  const read = runEvidence.parse(JSON.parse(JSON.stringify(evidence)));
  expect(verifyProof(read, signer.publicKey)).toEqual({ ok: true, problems: [], signed: true });
  expect(verifyProof(read)).toMatchObject({ ok: true, signed: null });
  expect(verifyProof(read, testSigner().publicKey)).toMatchObject({ ok: false, signed: false });
});

test('evidence without payloads shows headers only, and holds as well', () => {
  const evidence = proveRun(journal, 'b', { checkpoint: note });
  expect(evidence.events.every(({ payload }) => payload === null)).toBe(true);
  expect(verifyProof(evidence, signer.publicKey).ok).toBe(true);
});

test('without a checkpoint the proof is against the present head, and is not signed', () => {
  const evidence = proveRun(journal, 'd');
  expect(evidence.checkpoint).toMatchObject({ size: 17, note: null });
  expect(verifyProof(evidence).ok).toBe(true);
  expect(verifyProof(evidence, signer.publicKey)).toMatchObject({ ok: false, signed: false });
});

test('any altered part of evidence is refused', () => {
  const good = proveRun(journal, 'b', { checkpoint: note, payloads: true });
  const zero = Buffer.alloc(32).toString('base64');
  type Event = RunEvidence['events'][number];
  const withFirst = (change: (e: Event) => Partial<Event>): RunEvidence => ({
    ...good,
    events: good.events.map((e, i) => (i === 0 ? { ...e, ...change(e) } : e)),
  });
  const open = Buffer.from('{}').toString('base64');
  const altered: RunEvidence[] = [
    withFirst((e) => ({ header: e.header.replace('run.started', 'run.stopped') })),
    withFirst(() => ({ header: '{}' })),
    withFirst(() => ({ inner: zero })),
    withFirst(() => ({ inner: '' })),
    withFirst((e) => ({ seq: e.seq + 1, leafIndex: e.leafIndex + 1 })),
    withFirst((e) => ({ leafIndex: e.leafIndex + 1 })),
    withFirst((e) => ({ proof: e.proof.slice(1) })),
    withFirst((e) => ({ proof: e.proof.map(() => zero) })),
    withFirst((e) => ({ payload: e.payload === null ? null : { ...e.payload, open } })),
    { ...good, run: 'a' },
    { ...good, events: [] },
    { ...good, events: good.events.toReversed() },
    { ...good, checkpoint: { ...good.checkpoint, root: zero } },
    { ...good, checkpoint: { ...good.checkpoint, size: good.checkpoint.size + 1 } },
    { ...good, checkpoint: { ...good.checkpoint, note: null } },
    { ...good, checkpoint: { ...good.checkpoint, note: note.text.replace('\n13\n', '\n14\n') } },
  ];
  for (const evidence of altered) expect(verifyProof(evidence, signer.publicKey).ok).toBe(false);
});

test('a checkpoint that does not cover the run, or is of another log, is refused when proving', () => {
  const mismatch: unknown = expect.objectContaining({ code: 'AUDIT_MISMATCH' });
  expect(() => proveRun(journal, 'd', { checkpoint: note })).toThrow(mismatch);
  const other = signCheckpoint({ ...note.checkpoint, origin: 'example.org/other' }, signer);
  expect(() => proveRun(journal, 'b', { checkpoint: other })).toThrow(mismatch);
  const forged = signCheckpoint({ ...note.checkpoint, root: new Uint8Array(32) }, signer);
  expect(() => proveRun(journal, 'b', { checkpoint: forged })).toThrow(mismatch);
  expect(() => proveRun(journal, 'nobody')).toThrow(expect.objectContaining({ code: 'RUN_UNKNOWN' }));
});

test('evidence holds after the run was erased', () => {
  journal.eraseKey('run:b');
  const evidence = proveRun(journal, 'b', { checkpoint: note, payloads: true });
  expect(verifyProof(evidence, signer.publicKey).ok).toBe(true);
});
