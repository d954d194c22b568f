/** What is derived of a run's open branches, so that its status says what all of them do, and none is forgotten in a crash. */
import type { RunStatus } from './journal.ts';
import type { OpenPart } from './open-part.ts';
import { Rows } from './rows.ts';

/**
 * A line of a run that has, or is, an open branch. `path` is empty for the root, which has a row only while branches of it
 * are open. A line whose branches are open waits for them: `joins` names the node where they come together, `next` and
 * `total` count those that are begun and all.
 */
export interface BranchState {
  run: string;
  path: string;
  node: string;
  status: RunStatus;
  joins: string | null;
  total: number;
  next: number;
  /** 1 for a branch that only settles what it sent. */
  settling: number;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Nothing is around the root. */
const NOWHERE = '/';

const pathOf = ({ path }: BranchState): string => path;
const placeOf = ({ path }: BranchState): string => (path === '' ? NOWHERE : parentOf(path));

/** The open lines of one run, by path; their places are the lines around them. */
export class BranchRows extends Rows<BranchState> {
  #statuses: Map<RunStatus, number> | null = null;

  constructor(load: (() => readonly BranchState[]) | null = null) {
    super(pathOf, placeOf, load);
  }

  /** How many lines there are of each status, among those that do not wait for branches of their own. */
  count(): ReadonlyMap<RunStatus, number> {
    if (this.#statuses === null) {
      this.#statuses = new Map();
      for (const row of this.values()) this.#tally(this.#statuses, row, 1);
    }
    return this.#statuses;
  }

  override set(path: string, row: BranchState): void {
    this.#replace(path, row);
    super.set(path, row);
  }

  override delete(path: string): void {
    this.#replace(path, null);
    super.delete(path);
  }

  #replace(path: string, row: BranchState | null): void {
    if (this.#statuses === null) return;
    const before = this.get(path);
    if (before !== undefined) this.#tally(this.#statuses, before, -1);
    if (row !== null) this.#tally(this.#statuses, row, 1);
  }

  #tally(statuses: Map<RunStatus, number>, { joins, status }: BranchState, by: number): void {
    if (joins === null) statuses.set(status, (statuses.get(status) ?? 0) + by);
  }
}

/** All lines within one, the innermost first. */
function* under(rows: BranchRows, path: string): Generator<BranchState> {
  for (const row of rows.at(path)) {
    yield* under(rows, row.path);
    yield row;
  }
}

interface Turn {
  run: string;
  node: string;
  path: string;
}

export function branchesOpened(rows: BranchRows, { run, node, path }: Turn, open: OpenPart): void {
  const keys = open.texts('keys');
  const next = Math.min(open.number('atOnce'), keys.length);
  const visit = open.number('visit');
  const joins = open.text('join');
  rows.set(path, { run, path, node, status: 'running', joins, total: keys.length, next, settling: 0 });
  for (const key of keys.slice(0, next)) {
    const branch = `${path === '' ? '' : `${path}/`}${node}:${visit}:${key}`;
    rows.set(branch, { run, path: branch, node, status: 'running', joins: null, total: 0, next: 0, settling: 0 });
  }
}

/** A node is done: a branch may have arrived at its join, a block may have come together, a settling branch may be over. */
export function branchCompleted(rows: BranchRows, { run, node, path }: Turn): void {
  const own = rows.get(path);
  if (own?.joins === node) return comeTogether(rows, own);
  if (path === '' || own === undefined) return;
  if (own.settling === 1) return removeSettled(rows, own);
  const parent = rows.get(parentOf(path));
  if (parent?.joins !== node) return;
  rows.delete(path);
  if (parent.next >= parent.total) return;
  // Only iterations are not all begun at once, and their keys are their places in the list.
  const branch = `${path.slice(0, path.lastIndexOf(':') + 1)}${parent.next}`;
  rows.set(branch, { ...parent, run, path: branch, status: 'running', joins: null, total: 0, next: 0 });
  rows.set(parent.path, { ...parent, next: parent.next + 1 });
}

/** A line that had only to settle goes, and with it those around it that wait for nothing else: they come together no more. */
function removeSettled(rows: BranchRows, line: BranchState): void {
  for (let at: BranchState | undefined = line; at?.settling === 1; at = rows.get(parentOf(at.path))) {
    if (rows.at(at.path).length > 0) return;
    rows.delete(at.path);
  }
}

function comeTogether(rows: BranchRows, block: BranchState): void {
  for (const row of under(rows, block.path)) rows.delete(row.path);
  if (block.path === '') rows.delete('');
  else rows.set(block.path, { ...block, status: 'running', joins: null, total: 0, next: 0 });
}

/** What a line does that may have reached the other side: it is to be settled. */
export const SETTLING: ReadonlySet<RunStatus> = new Set(['calling', 'retrying', 'in doubt']);

/** What is left goes; whatever else is under the path only settles. */
export function branchesDropped(rows: BranchRows, path: string, dropped: readonly string[]): void {
  for (const gone of dropped) rows.delete(gone);
  for (const row of under(rows, path)) {
    // One that stands here alone: no next item begins where the first to arrive is enough, which an arrival does not say.
    if (row.joins === null && !SETTLING.has(row.status)) rows.delete(row.path);
    else rows.set(row.path, { ...row, settling: 1 });
  }
  const block = rows.get(path);
  if (block !== undefined) rows.set(path, { ...block, next: block.total });
}

export function setBranchStatus(rows: BranchRows, path: string, status: RunStatus, node: string): void {
  const own = rows.get(path);
  if (own !== undefined) rows.set(path, { ...own, status, node });
}

const MOST_ACTIVE: readonly RunStatus[] = ['running', 'calling', 'retrying', 'in doubt'];

/** The status of the busiest line; that of the root where nothing is open. */
export function statusOfAll(rows: BranchRows, root: RunStatus): RunStatus {
  if (rows.size === 0) return root;
  const statuses = rows.count();
  const stands = (status: RunStatus): boolean => (statuses.get(status) ?? 0) > 0;
  const busiest = MOST_ACTIVE.find(stands);
  if (busiest !== undefined) return busiest;
  // Nothing of a block is left but what comes together with the next event.
  return [...statuses.keys()].some(stands) ? 'waiting' : 'running';
}
