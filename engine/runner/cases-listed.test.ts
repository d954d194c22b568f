import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENGINE } from '../core/event.ts';
import type { Draft } from '../journal/journal.ts';
import { draft, ended, openIn, started, tempFolder } from '../journal/testing.ts';
import type { SqliteJournal } from '../journal/sqlite-journal.ts';
import type { Committed } from '../runtime/engine.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { SuspendedCases, suspendedIn } from './cases-listed.ts';

const RUNS = ['a', 'b', 'c', 'd', 'e'];
const held = (run: string, type: 'run.suspended' | 'run.resumed'): Draft =>
  draft(run, type, { by: { ...ENGINE }, reason: 'looked at' });
const waits = (run: string, visit: number): Draft =>
  draft(run, 'wait.begun', { visit, until: null, match: `${run} ${visit}` }, { node: 'n1' });
const moves = (run: string, visit: number): Draft =>
  draft(run, 'node.completed', { visit, port: 'next' }, { node: 'n1' });

/** What happens to a case, or a step of looking through all of them. */
type Deed = { run: string; does: 'suspend' | 'resume' | 'move' | 'end' } | { looks: number };

const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.record({
      run: fc.constantFrom(...RUNS),
      does: fc.constantFrom('suspend' as const, 'resume' as const, 'move' as const, 'end' as const),
    }),
    fc.record({ looks: fc.integer({ min: 1, max: 3 }) }),
  ),
  { maxLength: 24 },
);

/** Does it on record, and tells of it what an engine would. */
class Desk {
  readonly journal: SqliteJournal;
  readonly told: (events: readonly Committed[]) => void;
  private visits = 0;

  constructor(journal: SqliteJournal, told: Desk['told']) {
    this.journal = journal;
    this.told = told;
    journal.append(RUNS.map((run) => started(run)));
    journal.append(RUNS.slice(0, 2).map((run) => held(run, 'run.suspended')));
    // They stand in two places of the order in which cases are looked through.
    journal.append(RUNS.slice(1, 4).map((run) => waits(run, 1)));
  }

  does(run: string, does: Extract<Deed, { run: string }>['does']): void {
    const row = this.journal.run(run);
    if (row === null || row.ended !== null) return;
    this.visits += 1;
    const move = row.status === 'waiting' ? moves : waits;
    const written = {
      suspend: () => held(run, 'run.suspended'),
      resume: () => held(run, 'run.resumed'),
      move: () => move(run, this.visits),
      end: () => ended(run),
    }[does]();
    this.journal.append([written]);
    const event = eventsOf(this.journal, run).at(-1);
    if (event !== undefined) this.told([{ run, at: event.at, event: event.event }]);
  }
}

function atDesk(told: (cases: SuspendedCases) => Desk['told'], all: readonly Deed[]) {
  const { folder, remove } = tempFolder();
  const journal = openIn(folder);
  try {
    const cases = new SuspendedCases();
    const desk = new Desk(journal, told(cases));
    for (const deed of all)
      if ('looks' in deed) cases.goOn(journal, deed.looks);
      else desk.does(deed.run, deed.does);
    const seen = [cases.in(journal), cases.in(journal)].map((rows) => rows.map(({ id }) => id));
    return { seen, right: suspendedIn(journal).map(({ id }) => id) };
  } finally {
    journal.close();
    remove();
  }
}

test('P26 suspended cases are all told, however looking through them and what happens to them interleave', () => {
  let some = 0;
  fc.assert(
    fc.property(deeds, (all) => {
      const { seen, right } = atDesk((cases) => (events) => cases.written(events), all);
      expect(seen).toEqual([right, right]);
      some += right.length;
    }),
    { numRuns: 60 },
  );
  expect(some).toBeGreaterThan(60);
});

test('control: one that moves while others are looked through would be passed by', () => {
  const onlySuspensions = (cases: SuspendedCases) => (events: readonly Committed[]) =>
    cases.written(events.filter(({ event }) => event.type === 'run.suspended'));
  // “b” is suspended and waits; those that run were looked through, and then it runs.
  const { seen, right } = atDesk(onlySuspensions, [{ looks: 1 }, { looks: 2 }, { run: 'b', does: 'move' }]);
  expect(right).toEqual(['b', 'a']);
  expect(seen[0]).toEqual(['a']);
});
