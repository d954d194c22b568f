import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import type { ErasureResult } from '../journal/erase.ts';
import type { Journal } from '../journal/journal.ts';
import { normalised } from '../journal/person-links.ts';
import type { PruneStep } from '../journal/prune.ts';
import type { SqliteJournal } from '../journal/sqlite-journal.ts';

/** A runner's record, in the hands of the engine that writes it or of a command where none is running. */
export interface RecordInHand {
  /** The journal that is open now; throws why there is none. */
  journal(): SqliteJournal;
  /** Whether nothing of a run is under way: it waits, has ended, or nobody runs it. */
  isAtRest(run: string): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Cases were ended without the engine: those that waited for them have their turn. */
  endedApart?(): void;
}

/** Whose content is to be erased. */
export interface EraseRequest {
  /** What identifies a person; their cases are looked up here once more, so that none begun meanwhile is missed. */
  person?: string | undefined;
  /** Only what links them under this field. */
  field?: string | undefined;
  /** Cases by their ids. */
  runs: readonly string[];
  basis: string;
  /** Ends cases that have not ended. Without it there must be none. */
  end: boolean;
}

export interface EraseAnswer extends ErasureResult {
  /** Cases in the middle of a call that did not come to rest in time; to be erased again. */
  left: string[];
}

const REST_MS = 10_000;
const LOOK_MS = 50;

/**
 * Erases cases. One that is in the middle of a call is waited for, as its answer would otherwise bring back what is
 * erased. Errors: RUN_UNKNOWN; USAGE when the basis is missing or names the person, or cases have not ended and are not
 * to be ended; JOURNAL_LOCKED, DISK_FULL.
 */
export async function eraseCases(
  record: RecordInHand,
  request: EraseRequest,
  actor: Actor,
  waitMs = REST_MS,
): Promise<EraseAnswer> {
  const { person, field } = request;
  checkBasis(request.basis, person);
  const journal = record.journal();
  const linked = person === undefined ? [] : journal.personRuns(person, field ?? null);
  const runs = [...new Set([...request.runs, ...linked.map(({ run }) => run)])];
  const live = runs.filter((id) => knownRun(journal, id).ended === null);
  if (live.length > 0 && !request.end) throw notEnded(live.length);
  const left = await stillMoving(record, live, waitMs);
  const erased = record.journal().erase({
    runs: runs.filter((run) => !left.includes(run)),
    basis: request.basis,
    actor,
    at: record.now(),
  });
  if (erased.ended.length > 0) record.endedApart?.();
  return { ...erased, left };
}

/** Refuses a basis that says nothing, or that would keep on record whom it is about. */
export function checkBasis(basis: string, person?: string): void {
  const named = person !== undefined && normalised(person) !== '' && normalised(basis).includes(normalised(person));
  if (basis.trim() !== '' && !named) return;
  throw new CountersignError({
    code: 'USAGE',
    message: named ? 'The basis names the person who is to be erased.' : 'Erasing takes a basis.',
    meaning: 'The basis stays on record for good.',
    hint: 'Say on what ground it is done, such as the number of the request.',
  });
}

function knownRun(journal: Pick<Journal, 'run'>, id: string) {
  const row = journal.run(id);
  if (row !== null) return row;
  throw new CountersignError({
    code: 'RUN_UNKNOWN',
    message: `There is no case ${id}.`,
    hint: 'List the cases with “countersign runs”.',
  });
}

const notEnded = (count: number): CountersignError =>
  new CountersignError({
    code: 'USAGE',
    message: `${count} of these cases ${count === 1 ? 'has' : 'have'} not ended.`,
    meaning: 'Without its personal content a case cannot go on; erasing ends it as failed.',
    hint: 'Wait until they have ended, or add --end. Look at what is under way with --plan first.',
  });

async function stillMoving(record: RecordInHand, live: readonly string[], waitMs: number): Promise<string[]> {
  let moving = live.filter((run) => !record.isAtRest(run));
  for (let waited = 0; moving.length > 0 && waited < waitMs; waited += LOOK_MS) {
    // One after the other: what is waited for is the same engine.
    // oxlint-disable-next-line no-await-in-loop
    await sleep(LOOK_MS);
    moving = moving.filter((run) => !record.isAtRest(run));
  }
  return moving;
}

/** Where pruning stands: `next` is what to go on with, null when all was looked at; `free` pages are left to give back. */
export interface PruneAnswer extends PruneStep {
  free: number;
}

/** Free pages given back between two turns of whoever else works in this process. */
const PAGES_AT_ONCE = 500;

/**
 * Prunes for about so long, in short transactions between which everything else goes on. `after` is null when only room
 * is to be given back. Errors: RETENTION_FLOOR, JOURNAL_DAMAGED, DISK_FULL.
 */
export async function pruneCases(
  record: RecordInHand,
  request: { before: number; basis: string | null; after: number | null },
  actor: Actor,
  forMs = 1000,
): Promise<PruneAnswer> {
  const answer: PruneAnswer = { runs: 0, events: 0, next: request.after, free: 0 };
  const until = performance.now() + forMs;
  do {
    const journal = record.journal();
    if (answer.next !== null) {
      const { before, basis } = request;
      const step = journal.prune({ before, basis, actor, at: record.now(), after: answer.next });
      answer.runs += step.runs;
      answer.events += step.events;
      answer.next = step.next;
    }
    answer.free = journal.giveBack(PAGES_AT_ONCE);
    // oxlint-disable-next-line no-await-in-loop
    await nextTurn();
  } while ((answer.next !== null || answer.free > 0) && performance.now() < until);
  return answer;
}

/** What is on record of a backup: it holds keys, so whoever erases wants to know of it. */
export interface BackupNote {
  madeAt: number;
  size: number;
  root: string;
}

/** Puts on record that a backup was made. */
export function noteBackup(record: RecordInHand, note: BackupNote, actor: Actor): void {
  const open = { madeAt: note.madeAt, size: note.size, root: note.root };
  record.journal().append([{ subject: 'runner', type: 'backup.made', v: 1, at: record.now(), actor, open }]);
}
