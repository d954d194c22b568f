import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { proveRun, verifyProof } from '../audit/evidence.ts';
import { verifyJournal } from '../audit/verify.ts';
import { openForWriting } from './open.ts';
import { RETENTION_FLOOR_DAYS, type PruneRequest, type PruneStep } from './prune.ts';
import { openJournalReader } from './reader.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { anyRunEvent, AT, openIn, started, tempFolder, wholeRun } from './testing.ts';
import { verifyKeys } from './verify-keys.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const DAY = 86_400_000;
const path = (): string => join(folder, 'journal.sqlite');
const actor = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
const request = (more: Partial<PruneRequest> = {}): PruneRequest => ({
  before: AT - RETENTION_FLOOR_DAYS * DAY,
  basis: null,
  actor,
  at: AT,
  after: 0,
  ...more,
});
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A whole run that ended so many days ago, with something to say. */
const runOf = (run: string, days: number, said = 'x'.repeat(600)) =>
  wholeRun(run).map((draft) => ({
    ...draft,
    at: AT - days * DAY,
    ...(draft.sealed === undefined ? {} : { sealed: { ...draft.sealed, value: { said } } }),
  }));

function pruneAll(journal: SqliteJournal, more: Partial<PruneRequest> = {}): { runs: number; steps: PruneStep[] } {
  const steps: PruneStep[] = [];
  for (let after: number | null = 0; after !== null;) {
    const step = journal.prune(request({ ...more, after }));
    steps.push(step);
    after = step.next;
  }
  return { runs: steps.reduce((sum, { runs }) => sum + runs, 0), steps };
}

test('P30 nothing that ended less than 183 days ago is deleted without a basis, and the basis is on record', () => {
  const journal = openIn(folder);
  journal.append([...runOf('old', 184), ...runOf('young', 100)]);
  expect(() => journal.prune(request({ before: AT - 182 * DAY }))).toThrow(code('RETENTION_FLOOR'));
  expect(() => journal.prune(request({ before: AT, basis: '  ' }))).toThrow(code('RETENTION_FLOOR'));
  expect(pruneAll(journal).runs).toBe(1);
  expect(journal.events('run:young')[0]).toMatchObject({ erased: false });
  expect(pruneAll(journal, { before: AT - 90 * DAY, basis: 'contract 7 ended' }).runs).toBe(1);
  const records = journal.events('runner').filter(({ type }) => type === 'payloads.pruned');
  expect(records.map(({ actor: who, open }) => [who, open])).toMatchObject([
    [actor, { basis: null, runs: 1, events: 4, first: 'old', last: 'old' }],
    [actor, { basis: 'contract 7 ended', runs: 1, first: 'young' }],
  ]);
  journal.close();
});

test('a pruned run keeps its course and its row, loses its content and its key, and every proof holds', () => {
  const journal = openIn(folder);
  journal.append([...runOf('a', 200), ...runOf('b', 1)]);
  const head = journal.head();
  const before = journal.run('a');
  expect(pruneAll(journal).runs).toBe(1);
  expect(journal.run('a')).toEqual(before);
  const events = journal.events('run:a');
  expect(events.map(({ type, node }) => [type, node])).toEqual(
    wholeRun('a').map(({ type, node }) => [type, node ?? null]),
  );
  expect(events.every(({ open, sealed, erased }) => open === null && sealed === null && erased)).toBe(true);
  expect(verifyProof(proveRun(journal, 'a')).problems).toEqual([]);
  expect(journal.keyFile().keys).toBe(1);
  const { origin } = journal;
  journal.close();
  const checkpoint = { text: '', body: '', signatures: [], checkpoint: { origin, ...head } };
  const report = verifyJournal(path(), { checkpoints: [checkpoint] });
  expect([report.findings, report.prunedRuns]).toEqual([[], 1]);
  expect(verifyKeys(path()).problems).toEqual([]);
  // Pruned once is pruned.
  const again = openIn(folder);
  expect(pruneAll(again).runs).toBe(0);
  again.close();
});

test('a run that has not ended stays, however old', () => {
  const journal = openIn(folder);
  journal.append([{ ...started('a'), at: AT - 900 * DAY }]);
  expect(pruneAll(journal).runs).toBe(0);
  expect(journal.events('run:a')[0]).toMatchObject({ erased: false });
  journal.close();
});

test('the file really shrinks: most of what was pruned is given back to the disk', () => {
  const journal = openIn(folder);
  const runs = 400;
  for (let i = 0; i < runs; i += 100)
    journal.append(
      Array.from({ length: 100 }, (_, j) =>
        runOf(`run ${String(i + j).padStart(20, '0')}`, 200, 'x'.repeat(2000)),
      ).flat(),
    );
  const settle = (): void => {
    while (journal.giveBack(500) > 0);
  };
  settle();
  const size = (): number =>
    ['journal.sqlite', 'journal.sqlite-wal'].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const before = size();
  const { steps } = pruneAll(journal);
  // Each step is short, so that an engine beside it goes on.
  expect(steps.length).toBeGreaterThan(5);
  expect(steps.every(({ events }) => events < 300)).toBe(true);
  settle();
  expect(before / runs).toBeGreaterThan(2500);
  expect(size()).toBeLessThan(before * 0.46);
  journal.close();
  expect(verifyJournal(path()).findings).toEqual([]);
});

test('control: replacing payloads where they stand gives nothing back', () => {
  const journal = openIn(folder);
  journal.append(Array.from({ length: 200 }, (_, i) => runOf(`run ${i}`, 200, 'x'.repeat(900))).flat());
  journal.close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  const pages = (): number => Number(db.pragma('page_count', { simple: true }));
  const before = pages();
  db.exec("UPDATE event SET inner = zeroblob(32), open = NULL, sealed = NULL, salt = NULL WHERE subject LIKE 'run:%'");
  db.exec('PRAGMA incremental_vacuum');
  expect(pages()).toBeGreaterThanOrEqual(before);
  db.close();
});

test('what a journal holds when a payload was changed is refused, and the damage stays to be seen', () => {
  let journal = openIn(folder);
  journal.append(runOf('a', 200));
  journal.close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  db.exec("DROP TRIGGER event_keeps; UPDATE event SET salt = zeroblob(16) WHERE subject = 'run:a'");
  db.close();
  journal = openIn(folder);
  expect(() => journal.prune(request())).toThrow(code('JOURNAL_DAMAGED'));
  // Nothing was written by it, and what runs goes on.
  journal.append(wholeRun('b'));
  expect(journal.events('runner').some(({ type }) => type === 'payloads.pruned')).toBe(false);
  journal.close();
  expect(verifyJournal(path()).findings.map((finding) => finding.code)).toContain('LEAF');
});

test('events stay guarded against deletion, after pruning too', () => {
  const journal = openIn(folder);
  journal.append(runOf('a', 200));
  pruneAll(journal);
  journal.close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  expect(() => db.exec('DELETE FROM event')).toThrow(/never deleted/);
  db.close();
});

test('P6 a disk that is full: nothing is lost, and pruning makes the room to go on', () => {
  let journal = openIn(folder);
  journal.append(Array.from({ length: 60 }, (_, i) => runOf(`run ${i}`, 200, 'x'.repeat(3000))).flat());
  journal.close();
  const pages = Math.ceil(statSync(path()).size / 4096) + 8;
  journal = openIn(folder, { maxPages: pages });
  let more = 0;
  const fill = (): void => {
    for (; more < 500; more++) journal.append(wholeRun(`more ${more}`));
  };
  expect(fill).toThrow(code('DISK_FULL'));
  journal = openIn(folder, { maxPages: pages + 4 });
  const before = journal.head().size;
  expect(pruneAll(journal).runs).toBe(60);
  const written = more;
  expect(fill).toThrow(code('DISK_FULL'));
  expect(more).toBeGreaterThan(written + 50);
  journal = openIn(folder);
  expect(journal.head().size).toBeGreaterThan(before);
  expect(journal.events('run:run 0').every(({ erased }) => erased)).toBe(true);
  journal.close();
  expect(verifyJournal(path()).findings).toEqual([]);
});

test('whatever the runs are, a journal that was pruned in any steps verifies', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRunEvent, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (batches) => {
      const own = tempFolder();
      const journal = openIn(own.folder);
      for (const batch of batches) {
        try {
          journal.append(batch);
        } catch {
          // A key twice in one batch: refused, and the journal is closed.
          break;
        }
      }
      journal.close();
      const again = openIn(own.folder);
      pruneAll(again, { before: AT, basis: 'test' });
      again.close();
      const report = verifyJournal(join(own.folder, 'journal.sqlite'));
      expect(report.findings).toEqual([]);
      own.remove();
    }),
    { numRuns: 15 },
  );
});

test('a reader beside it sees the run whole or pruned, never half', () => {
  const journal = openIn(folder);
  journal.append(runOf('a', 200));
  const reader = openJournalReader(path());
  const gone = (): number => reader.events('run:a').filter(({ erased }) => erased).length;
  expect(gone()).toBe(0);
  pruneAll(journal);
  expect(gone()).toBe(4);
  reader.close();
  journal.close();
});
