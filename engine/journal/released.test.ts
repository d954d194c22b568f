import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyJournal } from '../audit/verify.ts';
import { openForReading, openForWriting, openScratch, type Connection } from './open.ts';
import { openJournalReader } from './reader.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA, type Schema } from './schema.ts';
import { AT, openIn, tempFolder, wholeRun } from './testing.ts';
import { verifyKeys } from './verify-keys.ts';

/*
 * Databases as released versions wrote them: `fixtures/schema-<n>-<file>.sqlite.gz`. Schema 1 of both holds four runs: a
 * and b through, c waiting with a due date, d in the middle of a call; schema 2 a fifth, e, whose one branch waits for a
 * message while the other has done an effect.
 */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const ROOT_1 = '8816457bf9afa5fae0e81ae6bbc76fd8624c6e4f4608d07ffbfb58a52545f7c2';
const ROOT_2 = '9ccf7bfde8eae8e42000744eb19517655ea05cd82f392d852548c89c51905183';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const path = (): string => join(folder, 'journal.sqlite');
function unpack(version: number): void {
  for (const name of ['journal', 'keys'])
    writeFileSync(
      join(folder, `${name}.sqlite`),
      gunzipSync(readFileSync(join(FIXTURES, `schema-${version}-${name}.sqlite.gz`))),
    );
}

const schemaOf = (db: Connection): unknown[] =>
  db.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema ORDER BY 1").raw().all();

describe('P14 databases of every released schema', () => {
  test('P14 open, keep every event and proof, and go on', () => {
    unpack(1);
    const journal = openIn(folder);
    expect(journal.rawRange(1, 15).length).toBe(15);
    expect(journal.runs({}).map(({ id, status }) => [id, status])).toEqual([
      ['d', 'calling'],
      ['c', 'waiting'],
      ['b', 'completed'],
      ['a', 'completed'],
    ]);
    expect(journal.events('run:c')[0]).toMatchObject({
      sealed: { input: { text: 'Grüße', many: [1, { $number: '0.1' }] }, salt: '00' },
      open: { key: 'key of c' },
    });
    expect(journal.nextTimer()).toBe(AT + 1000);
    expect(journal.effects({ status: 'intended' }).map(({ run }) => run)).toEqual(['d']);
    journal.append(wholeRun('e'));
    const { origin } = journal;
    journal.close();
    const checkpoint = { origin, size: 15, root: Buffer.from(ROOT_1, 'hex') };
    const checkpoints = [{ text: '', body: '', signatures: [], checkpoint }];
    expect(verifyJournal(path(), { checkpoints }).findings).toEqual([]);
    expect(verifyKeys(path()).problems).toEqual([]);
  });

  test('P14 schema 2: branches and waits are kept, and effects of before count for no limit', () => {
    unpack(2);
    const journal = openIn(folder);
    expect(journal.runs({}).map(({ id, status }) => [id, status])).toEqual([
      ['e', 'running'],
      ['d', 'calling'],
      ['c', 'waiting'],
      ['b', 'completed'],
      ['a', 'completed'],
    ]);
    expect(journal.waits('match of e')).toMatchObject([{ run: 'e', path: 'fan:1:left' }]);
    expect(journal.effects({}).map(({ run, status }) => [run, status])).toEqual([
      ['d', 'intended'],
      ['e', 'done'],
    ]);
    expect(journal.counted({ connection: 'billing', action: 'refund' }, 0)).toEqual([]);
    journal.append(wholeRun('f'));
    const { origin } = journal;
    journal.close();
    const checkpoint = { origin, size: 18, root: Buffer.from(ROOT_2, 'hex') };
    const checkpoints = [{ text: '', body: '', signatures: [], checkpoint }];
    expect(verifyJournal(path(), { checkpoints }).findings).toEqual([]);
    expect(verifyKeys(path()).problems).toEqual([]);
  });

  test.each([1, 2])('P14 schema %i: has the schema of today once opened', (version) => {
    unpack(version);
    openIn(folder).close();
    for (const [name, schema] of [
      ['journal', JOURNAL_SCHEMA],
      ['keys', KEYS_SCHEMA],
    ] as const) {
      const opened = openForReading(join(folder, `${name}.sqlite`), schema);
      const fresh = openScratch(schema);
      expect(schemaOf(opened)).toEqual(schemaOf(fresh));
      opened.close();
      fresh.close();
    }
  });

  test('P14 there is one of every version before today’s', () => {
    const versions = (name: string): number[] =>
      readdirSync(FIXTURES).flatMap((file) => {
        const version = new RegExp(`^schema-(\\d+)-${name}\\.sqlite\\.gz$`).exec(file)?.[1];
        return version === undefined ? [] : [Number(version)];
      });
    for (const [name, { migrations }] of [
      ['journal', JOURNAL_SCHEMA],
      ['keys', KEYS_SCHEMA],
    ] as const)
      for (let version = 1; version < migrations.length; version++) expect(versions(name)).toContain(version);
  });

  test('P14 control: a step that was released and is changed is noticed', () => {
    unpack(1);
    const [first = '', ...rest] = JOURNAL_SCHEMA.migrations;
    const changed: Schema = {
      ...JOURNAL_SCHEMA,
      migrations: [`${first}; CREATE TABLE more (a INTEGER) STRICT;`, ...rest],
    };
    const opened = openForWriting(path(), changed);
    const fresh = openScratch(changed);
    expect(schemaOf(opened)).not.toEqual(schemaOf(fresh));
    opened.close();
    fresh.close();
  });

  test('P14 are not changed by reading: a reader says that the engine has to be started once', () => {
    unpack(1);
    const before = readFileSync(join(folder, 'keys.sqlite'));
    expect(() => openJournalReader(path())).toThrow(/this version reads schema/);
    expect(readFileSync(join(folder, 'keys.sqlite')).equals(before)).toBe(true);
  });

  test('P14 an older version refuses today’s in plain words and leaves it as it is', () => {
    openIn(folder).close();
    for (const [name, schema] of [
      ['journal', JOURNAL_SCHEMA],
      ['keys', KEYS_SCHEMA],
    ] as const) {
      const file = join(folder, `${name}.sqlite`);
      const before = readFileSync(file);
      const older: Schema = { ...schema, migrations: schema.migrations.slice(0, -1) };
      for (const open of [openForReading, openForWriting])
        expect(() => open(file, older)).toThrow(/was written by a newer Countersign/);
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });
});
