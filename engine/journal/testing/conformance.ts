import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asJson, canonicalJson } from '../../flow/json.ts';
import { RUN_STATUSES, type Draft, type Journal } from '../journal.ts';
import { anyRunEvent, AT, completed, draft, ended, started, wholeRun } from '../testing.ts';

/** Somewhere to open journals over the same files, one after the other. */
export interface JournalPlace {
  open(how?: { takeOver?: boolean }): Journal;
  /** Opens the journal with room for a few hundred events. */
  openSmall(): Journal;
  /** The process that holds the journal ends without closing it. */
  kill(journal: Journal): void;
  remove(): void;
}

/** All that can be asked of a journal, as text: two journals say the same when these are equal. */
export function answersOf(journal: Journal, subjects: readonly string[]): string {
  return canonicalJson(
    asJson({
      events: subjects.map((subject) => journal.events(subject)),
      runs: journal.runs({}),
      pages: journal.runs({ limit: 2, after: 'b' }),
      byStatus: RUN_STATUSES.map((status) => journal.runs({ status })),
      byId: ['a', 'b', 'nobody'].map((id) => journal.run(id)),
      byKey: ['key of a', 'key of c', 'no key'].map((key) => journal.runByKey(key)),
      counts: journal.runCounts(),
      byRelease: [0, 50].map((since) => journal.runCountsByRelease(since)),
      tasks: [{}, { status: 'open' as const }, { role: 'lead', limit: 1 }, { since: 50 }, { after: 'nobody' }].map(
        (query) => journal.tasks(query),
      ),
      laterTasks: journal.tasks({}).map(({ id }) => journal.tasks({ after: id, limit: 2 })),
      timers: [journal.dueTimers(50, 1), sorted(journal.dueTimers(Number.MAX_SAFE_INTEGER, 99)), journal.nextTimer()],
      unfinished: journal.unfinished(),
      effects: [journal.effects({}), journal.effects({ status: 'in doubt' }), journal.effects({ run: 'a' })],
      standing: ['b1', 'b2', 'nobody'].flatMap((business) =>
        [-1, 50].map((after) => journal.withBusinessKey(business, after)),
      ),
      counted: [-1, 50].map((after) => journal.counted({ connection: 'billing', action: 'refund' }, after)),
      lines: ['l1', 'l2', 'nobody'].flatMap((line) => [journal.line(line, 1), journal.line(line, 9)]),
      size: journal.head().size,
    }),
  );
}

/** Timers that are due at the same moment come in no order of their own. */
const sorted = (rows: readonly { run: string; at: number; kind: string }[]): string[] =>
  rows.map(({ run, at, kind }) => `${String(at).padStart(9)} ${run} ${kind}`).toSorted();

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const batches = fc.array(fc.array(anyRunEvent, { maxLength: 8 }), { maxLength: 8 });

type At = () => JournalPlace;

/** What every journal keeps: run over each of them, so that what the simulation shows of one holds for the other. */
export function journalConformance(name: string, place: () => JournalPlace): void {
  let at: JournalPlace;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  describe(`the journal over ${name}`, () => {
    keeps(() => at);
    refuses(() => at);
    asks(() => at, place);
  });
}

function keeps(at: At): void {
  test('what was appended reads back, in order, after reopening and after the process was killed', () => {
    const actor = { issuer: 'people', subject: 'ada|b', role: 'lead', method: 'ed25519' };
    let journal = at().open();
    const sealed = { keyOf: 'run:a', value: ['é', 1] };
    expect(journal.append([{ ...started('a'), actor, path: '0.1', sealed }])).toBe(2);
    const header = { subject: 'run:a', type: 'run.started', v: 1, at: AT, actor, node: null, path: '0.1' };
    const open = { program: 'sha256-p', release: null, key: null };
    const expected = { ...header, seq: 2, epoch: 1, open, sealed: ['é', 1], erased: false };
    expect(journal.events('run:a')).toEqual([expected]);
    journal.close();
    journal = at().open();
    journal.append([completed('a', 'n', 'next')]);
    at().kill(journal);
    journal = at().open();
    expect(journal.events('run:a')[0]).toEqual(expected);
    expect(journal.events('run:a').map(({ seq, epoch }) => [seq, epoch])).toEqual([
      [2, 1],
      [4, 2],
    ]);
    expect(journal.events('runner').map(({ type, epoch }) => [type, epoch])).toEqual([
      ['runner.opened', 1],
      ['runner.opened', 2],
      ['runner.opened', 3],
    ]);
    journal.close();
  });

  test('P24 the head grows by each event, with its batch or not at all', () => {
    const journal = at().open();
    const before = journal.head();
    journal.append(wholeRun('a'));
    expect(journal.head().size).toBe(before.size + 4);
    expect(() => journal.append([...wholeRun('b'), draft('b', 'x', { bad: '\ud800' })])).toThrow(code('JSON_INVALID'));
    const again = at().open();
    expect([again.run('a')?.status, again.run('b'), again.head().size]).toEqual(['completed', null, before.size + 5]);
    again.close();
  });

  test('P5 after a failed append the journal is closed, refuses everything, and goes on when reopened', () => {
    const journal = at().open();
    expect(() => journal.append([draft('a', 'x', null, { at: 0.5 })])).toThrow(code('INTERNAL'));
    expect(() => journal.append(wholeRun('a'))).toThrow(code('JOURNAL_WRITE'));
    expect(() => journal.run('a')).toThrow(/not open/);
    const again = at().open();
    again.append(wholeRun('a'));
    expect(again.run('a')?.status).toBe('completed');
    again.close();
  });

  test('P6 a full disk is DISK_FULL, keeps what was there, and goes on when there is room', () => {
    const small = at().openSmall();
    let written = 0;
    expect(() => {
      for (; written < 10_000; written++) small.append(wholeRun(`r${written}`));
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL', retryable: true, fault: 'operator' }));
    expect(written).toBeGreaterThan(10);
    const again = at().open();
    expect(again.runs({}).length).toBe(written);
    again.append(wholeRun('more'));
    expect(again.head().size).toBe(1 + 4 * written + 1 + 4);
    again.close();
  });
}

function refuses(at: At): void {
  test('P9 one writes at a time; who was replaced writes nothing more and still reads', () => {
    const paused = at().open();
    paused.append(wholeRun('a'));
    expect(() => at().open()).toThrow(code('JOURNAL_LOCKED'));
    const taken = at().open({ takeOver: true });
    taken.append(wholeRun('b'));
    const before = taken.head();
    expect(paused.run('b')?.status).toBe('completed');
    expect(() => paused.append(wholeRun('c'))).toThrow(code('JOURNAL_FENCED'));
    expect([taken.run('c'), taken.head()]).toEqual([null, before]);
    // Control: the one in charge goes on.
    taken.append(wholeRun('d'));
    expect(taken.run('d')?.status).toBe('completed');
    taken.close();
  });

  test('P9 who takes over holds the lock as well, where nobody else does', () => {
    at().open().close();
    const taken = at().open({ takeOver: true });
    expect(() => at().open()).toThrow(code('JOURNAL_LOCKED'));
    taken.close();
    at().open().close();
  });

  test('R4 a second run with the key of another is refused with its batch, also within one', () => {
    let journal = at().open();
    journal.append([started('a', 'k')]);
    expect(() => journal.append([started('b', 'k')])).toThrow(code('RUN_KEY_REUSED'));
    journal = at().open();
    expect(() => journal.append([started('c', 'm'), started('d', 'm')])).toThrow(code('RUN_KEY_REUSED'));
    journal = at().open();
    expect(journal.runs({}).map(({ id }) => id)).toEqual(['a']);
    journal.close();
  });

  test('an event that lacks what its type calls for is refused, and nothing of its batch is written', () => {
    const bad = draft('b', 'run.started', { release: null });
    expect(() =>
      at()
        .open()
        .append([started('a'), bad]),
    ).toThrow(code('JOURNAL_DAMAGED'));
    const again = at().open();
    expect(again.run('a')).toBeNull();
    again.close();
  });
}

function asks(at: At, place: () => JournalPlace): void {
  test('runs are listed newest first, page by page and by status and result', () => {
    const journal = at().open();
    for (const id of ['a', 'b', 'c']) journal.append(wholeRun(id));
    journal.append([started('d'), started('e'), ended('e', 'other')]);
    expect(journal.runs({}).map(({ id }) => id)).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(journal.runs({ limit: 2, after: 'd' }).map(({ id }) => id)).toEqual(['c', 'b']);
    expect(journal.runs({ after: 'nobody' })).toEqual([]);
    expect(journal.runs({ status: 'running' }).map(({ id }) => id)).toEqual(['d']);
    expect(journal.runs({ status: 'completed', result: 'done' })).toHaveLength(3);
    expect(journal.runCounts()).toEqual([
      { status: 'completed', result: 'done', runs: 3 },
      { status: 'completed', result: 'other', runs: 1 },
      { status: 'running', result: null, runs: 1 },
    ]);
    const { program = '', release = null, started: last = 0 } = journal.run('e') ?? {};
    expect(journal.runCountsByRelease(last)[0]).toEqual({
      program,
      release,
      status: 'completed',
      result: 'done',
      runs: 3,
    });
    expect(journal.runCountsByRelease(last + 1)).toEqual([]);
    journal.close();
  });

  test('what is asked does not depend on how events fall into batches, nor on reopening', () => {
    fc.assert(
      fc.property(batches, (list) => {
        const [one, other] = [place(), place()];
        try {
          const whole = one.open();
          whole.append(list.flat());
          let split = other.open();
          for (const batch of list) split.append(batch);
          const subjects = ['run:a', 'run:b', 'run:c'];
          expect(answersOf(split, subjects)).toBe(answersOf(whole, subjects));
          split.close();
          split = other.open();
          // Opening is an event, and no run's.
          const answers = answersOf(split, subjects).replace(/"size":\d+/, `"size":${whole.head().size}`);
          expect(answers).toBe(answersOf(whole, subjects));
          for (const journal of [whole, split]) journal.close();
        } finally {
          one.remove();
          other.remove();
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);
}

/** Two journals given the same events say the same: what the suite does not ask one by one. */
export function journalsAgree(places: readonly (() => JournalPlace)[]): void {
  fc.assert(
    fc.property(batches, (list) => {
      const all = places.map((place) => place());
      try {
        const answers = all.map((place) => {
          const journal = place.open();
          const seqs = list.map((batch) => attempt(journal, batch));
          const said = answersOf(journal, ['run:a', 'run:b', 'run:c', 'nobody']);
          journal.close();
          return `${JSON.stringify(seqs)}${said}`;
        });
        for (const said of answers) expect(said).toBe(answers[0]);
      } finally {
        for (const place of all) place.remove();
      }
    }),
    { numRuns: 60 },
  );
}

const attempt = (journal: Journal, batch: readonly Draft[]): number => journal.append(batch);
