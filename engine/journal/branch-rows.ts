/** What is derived of a run's open branches, so that its status says what all of them do, and none is forgotten in a crash. */
import type { RunStatus } from './journal.ts';
import type { OpenPart } from './open-part.ts';
import type { RowMap } from './projections.ts';

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

export const branchKey = (branch: BranchState): string => branch.path;

const find = (rows: RowMap<BranchState>, path: string): BranchState | null => {
  for (const row of rows.values()) if (row.path === path) return row;
  return null;
};

export const isUnder = (path: string, above: string): boolean =>
  path !== above && (above === '' || path.startsWith(`${above}/`));

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

interface Turn {
  run: string;
  node: string;
  path: string;
}

export function branchesOpened(rows: RowMap<BranchState>, { run, node, path }: Turn, open: OpenPart): void {
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
export function branchCompleted(rows: RowMap<BranchState>, { run, node, path }: Turn): void {
  const own = find(rows, path);
  if (own?.joins === node) return comeTogether(rows, own);
  if (path === '' || own === null) return;
  if (own.settling === 1) return rows.delete(path);
  const parent = find(rows, parentOf(path));
  if (parent?.joins !== node) return;
  rows.delete(path);
  if (parent.next >= parent.total) return;
  // Only iterations are not all begun at once, and their keys are their places in the list.
  const branch = `${path.slice(0, path.lastIndexOf(':') + 1)}${parent.next}`;
  rows.set(branch, { ...parent, run, path: branch, status: 'running', joins: null, total: 0, next: 0 });
  rows.set(parent.path, { ...parent, next: parent.next + 1 });
}

function comeTogether(rows: RowMap<BranchState>, block: BranchState): void {
  for (const row of rows.values()) if (isUnder(row.path, block.path)) rows.delete(row.path);
  if (block.path === '') rows.delete('');
  else rows.set(block.path, { ...block, status: 'running', joins: null, total: 0, next: 0 });
}

/** What is left goes; whatever else is under the path only settles. */
export function branchesDropped(rows: RowMap<BranchState>, path: string, dropped: readonly string[]): void {
  for (const gone of dropped) rows.delete(gone);
  for (const row of rows.values()) if (isUnder(row.path, path)) rows.set(row.path, { ...row, settling: 1 });
  const block = find(rows, path);
  if (block !== null) rows.set(path, { ...block, next: block.total });
}

export function setBranchStatus(rows: RowMap<BranchState>, path: string, status: RunStatus, node: string): void {
  const own = find(rows, path);
  if (own !== null) rows.set(path, { ...own, status, node });
}

const MOST_ACTIVE: readonly RunStatus[] = ['running', 'calling', 'retrying', 'in doubt'];

/** The status of the busiest line; that of the root where nothing is open. */
export function statusOfAll(rows: RowMap<BranchState>, root: RunStatus): RunStatus {
  const statuses = new Set<RunStatus>();
  let open = false;
  for (const row of rows.values()) {
    open = true;
    if (row.joins === null) statuses.add(row.status);
  }
  if (!open) return root;
  // Nothing of a block is left but what comes together with the next event.
  if (statuses.size === 0) return 'running';
  return MOST_ACTIVE.find((status) => statuses.has(status)) ?? 'waiting';
}
