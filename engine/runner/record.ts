import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import type { ErasureResult } from '../journal/erase.ts';
import type { Journal } from '../journal/journal.ts';
import { normalised } from '../journal/person-links.ts';
import type { PruneStep } from '../journal/prune.ts';
import type { SqliteJournal } from '../journal/sqlite-journal.ts';
import { chainOf } from '../runtime/chain.ts';

/** A runner's record, in the hands of the engine that writes it or of a command where none is running. */
export interface RecordInHand<J extends HeldJournal = SqliteJournal> {
  /** The journal that is open now, with all that was decided in it; throws why there is none. */
  journal(): J;
  /** Whether nothing of a run is under way: it waits, has ended, or nobody runs it. */
  isAtRest(run: string): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Cases were ended without the engine: those that waited for them have their turn. */
  endedApart?(): void;
  /** Something could not be written, and the journal may be closed since: whoever goes on with it looks at once. */
  failed?(): void;
}

/** What is asked of a journal here. */
export type HeldJournal = Pick<
  SqliteJournal,
  'run' | 'runByKey' | 'events' | 'personRuns' | 'erase' | 'prune' | 'giveBack' | 'append'
>;

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
  /** Cases that nobody named: they tried one of the named again, or were tried again by one, and hold a copy. */
  along: string[];
  /** Cases that did not come to rest in time, in the middle of a call or beside one that is; to be erased again. */
  left: string[];
}

const REST_MS = 10_000;
const LOOK_MS = 50;

/**
 * Erases cases, and with each all that try it again or that it tried again. One that is in the middle of a call is waited
 * for, as its answer would otherwise bring back what is erased; what goes with it stays with it. Errors: RUN_UNKNOWN; USAGE when the basis is missing or names the person, or cases have not ended and are not
 * to be ended; JOURNAL_LOCKED, DISK_FULL.
 */
export async function eraseCases(
  record: RecordInHand<HeldJournal>,
  request: EraseRequest,
  actor: Actor,
  waitMs = REST_MS,
): Promise<EraseAnswer> {
  const { person, field } = request;
  checkBasis(request.basis, person);
  const linked = person === undefined ? [] : record.journal().personRuns(person, field ?? null);
  const named = new Set([...request.runs, ...linked.map(({ run }) => run)]);
  const before = chainsOf(record.journal(), named, request.end);
  await comeToRest(record, before.live, waitMs);
  // Looked up once more: while it was waited, one may have been tried again.
  const journal = record.journal();
  const { chains } = chainsOf(journal, named, request.end);
  const moves = (chain: readonly string[]): boolean =>
    chain.some((run) => journal.run(run)?.ended === null && !record.isAtRest(run));
  const runs = chains.filter((chain) => !moves(chain)).flat();
  const left = chains.filter(moves).flat();
  const erased = written(record, () => journal.erase({ runs, basis: request.basis, actor, at: record.now() }));
  if (erased.ended.length > 0) record.endedApart?.();
  return { ...erased, along: runs.filter((run) => !named.has(run)), left };
}

/** What named cases hold copies of, chain by chain, and which of it has not ended. */
function chainsOf(
  journal: Pick<Journal, 'run' | 'runByKey'>,
  named: ReadonlySet<string>,
  end: boolean,
): { chains: string[][]; live: string[] } {
  const seen = new Set<string>();
  const chains: string[][] = [];
  for (const run of named) {
    if (seen.has(run)) continue;
    const chain = chainOf(journal, run);
    for (const one of chain) seen.add(one);
    chains.push(chain);
  }
  const live = chains.flat().filter((id) => knownRun(journal, id).ended === null);
  if (live.length > 0 && !end) throw notEnded(live.length);
  return { chains, live };
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
    message: `${count} of these cases, with those that try one another again, ${count === 1 ? 'has' : 'have'} not ended.`,
    meaning: 'Without its personal content a case cannot go on; erasing ends it as failed.',
    hint: 'Wait until they have ended, or add --end. Look at what is under way with --plan first.',
  });

async function comeToRest(record: RecordInHand<HeldJournal>, live: readonly string[], waitMs: number): Promise<void> {
  let moving = live.filter((run) => !record.isAtRest(run));
  for (let waited = 0; moving.length > 0 && waited < waitMs; waited += LOOK_MS) {
    // One after the other: what is waited for is the same engine.
    // oxlint-disable-next-line no-await-in-loop
    await sleep(LOOK_MS);
    moving = moving.filter((run) => !record.isAtRest(run));
  }
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
  record: RecordInHand<HeldJournal>,
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
      const { next: after } = answer;
      const step = written(record, () => journal.prune({ before, basis, actor, at: record.now(), after }));
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

function written<T>({ failed }: Pick<RecordInHand<HeldJournal>, 'failed'>, write: () => T): T {
  try {
    return write();
  } catch (error) {
    failed?.();
    throw error;
  }
}

/** What is on record of a backup: it holds keys, so whoever erases wants to know of it. */
export interface BackupNote {
  madeAt: number;
  size: number;
  root: string;
  /** Where it was written; absent where whoever made it did not say. */
  folder?: string | undefined;
}

/** Puts on record that a backup was made. */
export function noteBackup(record: RecordInHand<HeldJournal>, note: BackupNote, actor: Actor): void {
  const { madeAt, size, root, folder } = note;
  const open = { madeAt, size, root, ...(folder === undefined ? {} : { folder }) };
  const journal = record.journal();
  written(record, () =>
    journal.append([{ subject: 'runner', type: 'backup.made', v: 1, at: record.now(), actor, open }]),
  );
}
