import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SqliteJournal } from '../journal/sqlite-journal.ts';
import { openIn, tempFolder, wholeRun } from '../journal/testing.ts';
import { publishNote, readPublished } from './checkpoint-sink.ts';
import { signCheckpoint, type Note } from './checkpoint.ts';
import { proveConsistency } from './consistency.ts';
import { MerkleTree } from './merkle.ts';
import { someRoot, testSigner } from './testing.ts';
import { lookAtNotes } from './watch-notes.ts';
import { lookAtLog, type WatchState } from './watch.ts';

let folder = '';
let remove = (): void => undefined;
let journal: SqliteJournal;
const signer = testSigner();
const MINUTE = 60_000;
const at = (minutes: number) => ({ now: minutes * MINUTE, logKeys: [signer.publicKey] });
const noteNow = (): Note => signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
const codes = (look: { findings: readonly { code: string }[] }): string[] => look.findings.map(({ code }) => code);

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  journal = openIn(folder);
  for (const id of ['a', 'b', 'c']) journal.append(wholeRun(id));
});
afterEach(() => {
  journal.close();
  remove();
});

/** A log of made-up leaves, the first `shared` of which are those of every other. */
function logOf(size: number, shared = size, origin = 'a.log') {
  const all = Buffer.concat(Array.from({ length: size }, (_, i) => someRoot(i < shared ? i : 10_000 + i)));
  return {
    origin,
    head: () => ({ size, root: new MerkleTree(all).root() }),
    leaves: (until: number, after: number) => all.subarray(after * 32, until * 32),
  };
}
const stateOf = (size: number): WatchState => {
  const { state } = lookAtLog(logOf(size), [], null, at(0));
  if (state === null) throw new Error('an honest log is remembered');
  return state;
};

test('a journal that grows is followed, over its checkpoints, and what was seen survives being written down', () => {
  const first = noteNow();
  const look = lookAtLog(journal, [first], null, at(0));
  expect(look).toMatchObject({ findings: [], behind: 0, state: { size: 13, covered: 13 } });
  journal.append(wholeRun('d'));
  const next = lookAtLog(journal, [first, noteNow()], look.state, at(1));
  expect(next).toMatchObject({ findings: [], behind: 0, state: { size: 17, covered: 17 } });
  expect(lookAtLog(journal, [], next.state, at(2)).findings).toEqual([]);
});

test('P26 a watcher finds at once a log that is shorter, forked, another, or not what its checkpoint says', () => {
  const before = stateOf(40);
  expect(codes(lookAtLog(logOf(39), [], before, at(1)))).toEqual(['TRUNCATED']);
  expect(codes(lookAtLog(logOf(50, 30), [], before, at(1)))).toEqual(['FORK']);
  expect(codes(lookAtLog(logOf(40, 39), [], before, at(1)))).toEqual(['FORK']);
  expect(codes(lookAtLog(logOf(50, 50, 'b.log'), [], before, at(1)))).toEqual(['ORIGIN']);
  const signed = (size: number, root: Uint8Array) => signCheckpoint({ origin: 'a.log', size, root }, signer);
  expect(codes(lookAtLog(logOf(50), [signed(45, someRoot(1))], before, at(1)))).toEqual(['FORK']);
  expect(codes(lookAtLog(logOf(50), [signed(60, someRoot(1))], before, at(1)))).toEqual(['TRUNCATED']);
  const strange = signCheckpoint({ origin: 'a.log', ...logOf(50).head() }, testSigner());
  expect(codes(lookAtLog(logOf(50), [strange], before, at(1)))).toEqual(['SIGNATURE']);
  // Control, and what was found is not remembered: the next look finds it again.
  const good = signCheckpoint({ origin: 'a.log', ...logOf(50).head() }, signer);
  expect(lookAtLog(logOf(50), [good], before, at(1))).toMatchObject({ findings: [], state: { size: 50 } });
  expect(lookAtLog(logOf(50, 30), [], before, at(1)).state).toBe(before);
});

test('P27 a watcher tells when events go without a checkpoint for too long, and when the clock hides it', () => {
  const first = lookAtLog(logOf(40), [], null, at(0));
  expect(first).toMatchObject({ behind: 40, findings: [] });
  const later = lookAtLog(logOf(50), [], first.state, at(16));
  expect(codes(later)).toEqual([]);
  expect(codes(lookAtLog(logOf(60), [], later.state, at(17)))).toEqual(['LAG']);
  expect(codes(lookAtLog(logOf(60), [], later.state, at(3)))).toEqual(['CLOCK']);
  const covered = signCheckpoint({ origin: 'a.log', ...logOf(55).head() }, signer);
  expect(codes(lookAtLog(logOf(60), [covered], later.state, at(17)))).toEqual([]);
});

test('checkpoints that are published with their proofs are followed without the journal; a fork among them is found', () => {
  const out = join(folder, 'published');
  const notes: Note[] = [];
  for (const id of ['d', 'e', 'f']) {
    journal.append(wholeRun(id));
    const note = noteNow();
    const last = notes.at(-1);
    publishNote(out, note, last === undefined ? null : proveConsistency(journal, last.checkpoint, note.checkpoint));
    notes.push(note);
  }
  const published = readPublished(out);
  const first = lookAtNotes(published.slice(0, 1), null, at(0));
  expect(first).toMatchObject({ findings: [], state: { size: 17 } });
  expect(lookAtNotes(published, first.state, at(1))).toMatchObject({ findings: [], state: { size: 25 } });
  const [one, two, three] = published;
  if (one === undefined || two === undefined || three === undefined) throw new Error('three were published');
  const forged = signCheckpoint({ ...two.note.checkpoint, root: someRoot(1) }, signer);
  expect(codes(lookAtNotes([one, { ...two, note: forged }], first.state, at(1)))).toEqual(['FORK']);
  expect(codes(lookAtNotes([one, three], first.state, at(1)))).toEqual(['UNPROVED']);
  expect(codes(lookAtNotes([one, { ...two, proof: null }], first.state, at(1)))).toEqual(['UNPROVED']);
  expect(codes(lookAtNotes([], first.state, at(1)))).toEqual(['TRUNCATED']);
  const same = signCheckpoint({ ...one.note.checkpoint, root: someRoot(2) }, signer);
  expect(codes(lookAtNotes([{ note: same, proof: null }], first.state, at(1)))).toEqual(['FORK']);
  const strange = signCheckpoint(one.note.checkpoint, testSigner());
  expect(codes(lookAtNotes([{ note: strange, proof: null }], null, at(1)))).toEqual(['SIGNATURE']);
});

test('consistency is proved from the journal, and not for a checkpoint that is not of its past', () => {
  const first = noteNow().checkpoint;
  journal.append(wholeRun('d'));
  const proof = proveConsistency(journal, first, noteNow().checkpoint);
  expect(proof).toMatchObject({ from: 13, to: 17 });
  const mismatch: unknown = expect.objectContaining({ code: 'AUDIT_MISMATCH' });
  expect(() => proveConsistency(journal, { ...first, root: someRoot(1) }, noteNow().checkpoint)).toThrow(mismatch);
  expect(() => proveConsistency(journal, { ...first, origin: 'b.log' }, noteNow().checkpoint)).toThrow(mismatch);
  expect(() => proveConsistency(journal, first, { ...first, size: 99 })).toThrow(mismatch);
});
