import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSignedBy, keyHash, parseNote, signCheckpoint } from './checkpoint.ts';
import { CHECKPOINT_POLICY, checkpointDue } from './checkpoint-policy.ts';
import { latestCheckpoint, readCheckpoints, writeCheckpoint } from './checkpoint-sink.ts';
import { Checkpointer } from './checkpointer.ts';
import { MerkleTree } from './merkle.ts';
import { someRoot, testSigner } from './testing.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'countersign-checkpoints-')), 'checkpoints');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const origin = 'example.org/log';
const at = (size: number): { origin: string; size: number; root: Uint8Array } => ({
  origin,
  size,
  root: someRoot(size),
});
const signer = testSigner();

test('a checkpoint is a C2SP signed note, byte for byte', () => {
  const { text } = signCheckpoint(at(7), signer);
  const [first, size, root, blank, line, end, ...more] = text.split('\n');
  expect([first, size, root, blank, end, more]).toEqual([
    origin,
    '7',
    Buffer.from(someRoot(7)).toString('base64'),
    '',
    '',
    [],
  ]);
  const [dash, name, value] = (line ?? '').split(' ');
  expect([dash, name]).toEqual(['\u2014', 'test.log']);
  const raw = Buffer.from(value ?? '', 'base64');
  // Key hash and signature by the words of the specification, with nothing of ours.
  const expected = createHash('sha256').update('test.log\n\x01').update(signer.publicKey).digest().subarray(0, 4);
  expect(raw.subarray(0, 4)).toEqual(expected);
  expect(Buffer.from(keyHash('test.log', signer.publicKey))).toEqual(expected);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), signer.publicKey]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  expect(verify(null, Buffer.from(`${first}\n${size}\n${root}\n`), key, raw.subarray(4))).toBe(true);
});

test('a note reads back; any altered character is refused or unsigned', () => {
  const note = signCheckpoint(at(123), signer);
  expect(isSignedBy(parseNote(note.text), signer.publicKey)).toBe(true);
  expect(isSignedBy(note, testSigner().publicKey)).toBe(false);
  fc.assert(
    fc.property(fc.nat(note.text.length - 1), fc.constantFrom('0', 'A', '\n', ' ', '='), (i, character) => {
      const altered = note.text.slice(0, i) + character + note.text.slice(i + 1);
      fc.pre(altered !== note.text);
      // The name of the key is part of the key hash, so that it cannot be altered either.
      expect(holds(altered)).toBe(false);
    }),
  );
});

function holds(text: string): boolean {
  try {
    return isSignedBy(parseNote(text), signer.publicKey);
  } catch {
    return false;
  }
}

test('a note with a witness and an extension line keeps its first signature', () => {
  const witness = testSigner('witness.example');
  const note = signCheckpoint(at(5), signer);
  const both = note.text + (signCheckpoint(at(5), witness).text.split('\n\n')[1] ?? '');
  expect(isSignedBy(parseNote(both), signer.publicKey)).toBe(true);
  expect(isSignedBy(parseNote(both), witness.publicKey)).toBe(true);
  expect(parseNote(both.replace('\n\n', '\nextension\n\n')).checkpoint.size).toBe(5);
  expect(holds(both.replace('\n\n', '\nextension\n\n'))).toBe(false);
});

test('what is no note is CHECKPOINT_INVALID', () => {
  const { text } = signCheckpoint(at(5), signer);
  for (const bad of [
    '',
    'a\n1\n\n',
    text.trimEnd(),
    text.replace('\n5\n', '\n05\n'),
    text.replace('\n5\n', '\n-5\n'),
    text.replace('—', '-'),
    text.replace(origin, ''),
  ]) {
    expect(() => parseNote(bad)).toThrow(code('CHECKPOINT_INVALID'));
  }
});

test('P27 a checkpoint is due after 1,000 events or 15 minutes, never twice in a second', () => {
  const standing = { size: 10, covered: 9, writtenAt: 0, triedAt: 0 };
  const due = (change: Partial<typeof standing>, now: number): boolean =>
    checkpointDue({ ...standing, ...change }, now);
  expect([due({}, 899_999), due({}, 900_000)]).toEqual([false, true]);
  expect([due({ size: 1008 }, 5000), due({ size: 1009 }, 5000)]).toEqual([false, true]);
  expect([due({ size: 9999 }, 999), due({ size: 9999 }, 1000)]).toEqual([false, true]);
  expect(due({ size: 9 }, 1e12)).toBe(false);
  expect(checkpointDue({ ...standing, writtenAt: null, triedAt: null }, 0)).toBe(true);
  // A clock that went back: no excuse for waiting.
  expect(due({ writtenAt: 1e12, triedAt: 1e12 }, 0)).toBe(true);
  expect(CHECKPOINT_POLICY).toEqual({ everyEvents: 1000, everyMs: 900_000, minGapMs: 1000 });
});

test('checkpoints pile up in the folder, whole files only, and `latest` is the last', () => {
  for (const size of [1, 20, 300]) writeCheckpoint(folder, at(size), signer);
  expect(readdirSync(folder).sort()).toEqual([
    '0000000000000001.note',
    '0000000000000020.note',
    '0000000000000300.note',
    'latest',
  ]);
  expect(readFileSync(join(folder, 'latest'), 'utf8')).toBe(latestCheckpoint(folder)?.text);
  expect(readCheckpoints(folder).map(({ checkpoint }) => checkpoint.size)).toEqual([1, 20, 300]);
  expect(writeCheckpoint(folder, at(300), signer).text).toBe(latestCheckpoint(folder)?.text);
});

test('a checkpoint that cannot follow the last one is AUDIT_MISMATCH, and nothing is overwritten', () => {
  writeCheckpoint(folder, at(20), signer);
  const before = readFileSync(join(folder, 'latest'), 'utf8');
  for (const bad of [at(19), { ...at(20), root: someRoot(1) }, { ...at(21), origin: 'other' }]) {
    expect(() => writeCheckpoint(folder, bad, signer)).toThrow(code('AUDIT_MISMATCH'));
  }
  expect(readFileSync(join(folder, 'latest'), 'utf8')).toBe(before);
  writeCheckpoint(folder, at(21), signer);
});

const logOf = (size: number, salt = 0) => {
  const leaves = Buffer.concat(Array.from({ length: size }, (_, i) => someRoot(i + salt)));
  return {
    origin,
    head: () => ({ size, root: new MerkleTree(leaves).root() }),
    leaves: (n: number, after: number) => leaves.subarray(after * 32, n * 32),
  };
};

test('P27 a checkpointer keeps to the policy and tells how far it lags', () => {
  const checkpointer = new Checkpointer(folder, signer, { everyEvents: 10, everyMs: 60_000, minGapMs: 1000 });
  expect(checkpointer.observe(logOf(3), 0)).toMatchObject({ behind: 0, writtenAt: 0, outage: null });
  expect(checkpointer.observe(logOf(12), 2000)).toMatchObject({ behind: 9, writtenAt: 0 });
  expect(checkpointer.observe(logOf(13), 2001)).toMatchObject({ behind: 0, writtenAt: 2001 });
  expect(checkpointer.observe(logOf(99), 2900)).toMatchObject({ behind: 86 });
  expect(checkpointer.flush(logOf(99), 2900)).toMatchObject({ behind: 0, latest: { size: 99 } });
});

test('P27 an outage of the sink is told, stops nothing, and ends by itself', () => {
  const checkpointer = new Checkpointer(folder, signer);
  writeFileSync(folder, 'a file where the folder should be');
  expect(checkpointer.observe(logOf(3), 0)).toMatchObject({
    behind: 3,
    latest: null,
    outage: { code: 'FILE_UNREADABLE', retryable: true },
  });
  rmSync(folder);
  expect(checkpointer.observe(logOf(3), 500)).toMatchObject({ behind: 3 });
  expect(checkpointer.observe(logOf(3), 1000)).toMatchObject({ behind: 0, outage: null });
});

test('P26 a long log is looked at in steps, and no checkpoint is written before the last', () => {
  const long = logOf(5000);
  new Checkpointer(folder, signer).flush(long, 0);
  const longer = logOf(5001);
  const checkpointer = new Checkpointer(folder, signer);
  expect(checkpointer.observe(longer, 10_000)).toMatchObject({ behind: 1, outage: null });
  let steps = 1;
  while (!checkpointer.goOn(longer)) {
    steps += 1;
    if (steps > 100) throw new Error('it does not come to an end');
  }
  expect(steps).toBeGreaterThan(2);
  expect(checkpointer.observe(longer, 20_000)).toMatchObject({ behind: 0, outage: null });

  const other = new Checkpointer(folder, signer);
  while (!other.goOn(logOf(5002, 1)));
  expect(other.observe(logOf(5002, 1), 30_000)).toMatchObject({ behind: 1, outage: { code: 'AUDIT_MISMATCH' } });
  // Who closes at once looks at all of it.
  expect(new Checkpointer(folder, signer).flush(logOf(5002, 1), 30_000).outage?.code).toBe('AUDIT_MISMATCH');
  expect(new Checkpointer(folder, signer).flush(logOf(5002), 30_000)).toMatchObject({ behind: 0, outage: null });
});

test('P26 a log that does not continue what was checkpointed is never checkpointed again', () => {
  new Checkpointer(folder, signer).flush(logOf(50), 0);
  for (const other of [logOf(60, 1), logOf(40), { ...logOf(60), origin: 'other' }]) {
    const state = new Checkpointer(folder, signer).observe(other, 10_000);
    expect(state.outage?.code).toBe('AUDIT_MISMATCH');
  }
  expect(new Checkpointer(folder, signer).observe(logOf(60), 10_000)).toMatchObject({
    outage: null,
    latest: { size: 60 },
  });
});
