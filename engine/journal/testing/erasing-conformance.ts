import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proveRun, verifyProof } from '../../audit/evidence.ts';
import { CompactRange } from '../../audit/compact-range.ts';
import type { PersonLink } from '../person-links.ts';
import type { JournalReader } from '../reader.ts';
import type { ErasingJournal } from '../sqlite-journal.ts';
import type { Draft } from '../journal.ts';
import { AT, draft, started, wholeRun } from '../testing.ts';

/** All that is done with a record: written, erased, pruned and proved. */
export type RecordJournal = ErasingJournal &
  Pick<JournalReader, 'origin' | 'personRuns' | 'rawEvents'> & { leaves(size: number, after?: number): Uint8Array };

/** Somewhere to open such journals over the same files, one after the other. */
export interface RecordPlace {
  open(personsIn?: (drafts: readonly Draft[]) => readonly PersonLink[]): RecordJournal;
  remove(): void;
}

const DAY_MS = 86_400_000;
const actor = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
const asked = (runs: readonly string[]) => ({ runs, basis: 'letter 12', actor, at: AT });
const prunedAt = (before: number, basis: string | null = null) => ({ before, basis, actor, at: AT + 365 * DAY_MS });
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

const about = (run: string, who: string): Draft => ({
  ...started(run),
  sealed: { keyOf: `run:${run}`, value: { input: { customer: who } } },
});
const personsIn = (drafts: readonly Draft[]): PersonLink[] =>
  drafts.flatMap(({ subject, sealed }) => {
    const value = /"customer":"([^"]*)"/.exec(JSON.stringify(sealed?.value ?? null))?.[1];
    return value === undefined ? [] : [{ of: subject, field: 'customer', value }];
  });

/** What erasing and pruning do to a record, run over each journal that can do both. */
export function erasingConformance(name: string, place: () => RecordPlace): void {
  let at: RecordPlace;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  describe(`erasing and pruning over ${name}`, () => {
    erases(() => at);
    prunes(() => at);
  });
}

function erases(at: () => RecordPlace): void {
  test('P29 what is erased reads as erased, also after reopening; nobody is linked to it; proofs and head hold', () => {
    let journal = at().open(personsIn);
    journal.append([about('a', 'Ada'), about('b', 'ben'), about('c', ' ada')]);
    expect(journal.personRuns('ADA')).toEqual([
      { run: 'a', field: 'customer' },
      { run: 'c', field: 'customer' },
    ]);
    const task = { visit: 1, task: 't', role: 'lead', due: AT + 5, title: 'Refund?', digest: 'd' };
    journal.append([draft('a', 'task.created', task, { node: 'agree' })]);
    const { size, root } = journal.head();
    expect(journal.erase(asked(['a', 'c', 'nobody']))).toEqual({ runs: 2, ended: ['a', 'c'] });
    expect(journal.erase(asked(['a', 'c']))).toEqual({ runs: 0, ended: [] });
    for (const again of [false, true]) {
      if (again) {
        journal.close();
        journal = at().open(personsIn);
      }
      expect(journal.personRuns('ada')).toEqual([]);
      expect(journal.events('run:a')[0]).toMatchObject({ sealed: null, erased: true });
      expect(journal.events('run:b')[0]).toMatchObject({ sealed: { input: { customer: 'ben' } }, erased: false });
      expect(journal.run('a')).toMatchObject({ status: 'failed', error: 'RUN_ERASED', ended: AT });
      expect([journal.tasks({ status: 'open' }), journal.nextTimer()]).toEqual([[], null]);
      const tree = new CompactRange();
      const leaves = journal.leaves(size);
      for (let i = 0; i < leaves.length; i += 32) tree.append(leaves.slice(i, i + 32));
      expect(Buffer.from(tree.root())).toEqual(Buffer.from(root));
      expect(verifyProof(proveRun(journal, 'a', { payloads: true })).problems).toEqual([]);
    }
    const erasures = journal.events('runner').filter(({ type }) => type === 'keys.erased');
    expect(erasures).toMatchObject([{ actor, open: { basis: 'letter 12', runs: 2 } }]);
    journal.close();
  });

  test('P29 what is sealed under a name after its key was erased has a key of its own', () => {
    const journal = at().open();
    journal.append([about('a', 'ada')]);
    expect([journal.eraseKey('run:a'), journal.eraseKey('run:a')]).toEqual([true, false]);
    journal.append([draft('a', 'x', {}, { sealed: { keyOf: 'run:a', value: 7 } })]);
    expect(journal.events('run:a').map(({ sealed, erased }) => [sealed, erased])).toEqual([
      [null, true],
      [7, false],
    ]);
    journal.close();
  });
}

function prunes(at: () => RecordPlace): void {
  test('P28 pruned runs keep leaves, rows and proofs, and read as erased; nothing young goes without a basis', () => {
    let journal = at().open();
    journal.append([...wholeRun('a'), ...wholeRun('b'), started('open')]);
    const before = journal.head();
    const leaves = journal.leaves(before.size);
    expect(() => journal.prune({ ...prunedAt(AT + 300 * DAY_MS), after: 0 })).toThrow(code('RETENTION_FLOOR'));
    expect(journal.prune({ ...prunedAt(AT - 1), after: 0 })).toMatchObject({ runs: 0, events: 0, next: null });
    expect(journal.prune({ ...prunedAt(AT), after: 0 })).toMatchObject({ runs: 2, events: 8, next: null });
    expect(journal.prune({ ...prunedAt(AT), after: 0 })).toMatchObject({ runs: 0, next: null });
    journal.giveBack(10);
    for (const again of [false, true]) {
      if (again) {
        journal.close();
        journal = at().open();
      }
      expect(journal.run('a')).toMatchObject({ status: 'completed', key: 'row:a' });
      expect(journal.events('run:a')).toHaveLength(4);
      for (const event of journal.events('run:a'))
        expect(event).toMatchObject({ open: null, sealed: null, erased: true });
      expect(journal.events('run:open')[0]).toMatchObject({ erased: false });
      expect(Buffer.from(journal.leaves(before.size))).toEqual(Buffer.from(leaves));
      expect(verifyProof(proveRun(journal, 'a', { payloads: true })).problems).toEqual([]);
      expect(journal.rawEvents('run:a').every(({ open, inner }) => open === null && inner !== null)).toBe(true);
    }
    const record = journal.events('runner').filter(({ type }) => type === 'payloads.pruned');
    expect(record).toMatchObject([{ open: { runs: 2, events: 8, first: 'a', last: 'b', basis: null } }]);
    journal.close();
  });

  test('P29 what was erased can be pruned, and what was pruned has nothing left to erase', () => {
    const journal = at().open();
    journal.append([...wholeRun('a'), ...wholeRun('b')]);
    journal.erase(asked(['a']));
    expect(journal.prune({ ...prunedAt(AT), after: 0 }).runs).toBe(2);
    expect(journal.erase(asked(['b'])).runs).toBe(0);
    for (const run of ['a', 'b']) expect(verifyProof(proveRun(journal, run)).problems).toEqual([]);
    journal.close();
  });
}
