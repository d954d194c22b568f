import {
  branchCompleted,
  branchesDropped,
  branchesOpened,
  setBranchStatus,
  statusOfAll,
  BranchRows,
  SETTLING,
  type BranchState,
} from './branch-rows.ts';
import type { EffectRow, RunRow, TaskRow, TimerRow, WaitRow } from './journal.ts';
import { OpenPart, type ProjectedEvent } from './open-part.ts';
import { Rows } from './rows.ts';

/** A run with the sequence number of its start, which is its place in every list. */
export interface RunState extends RunRow {
  n: number;
  /** Runs of one line run one at a time. */
  line: string | null;
}

/** Which turn of which node a row belongs to; `path` is empty outside of iterations. */
export interface Turn {
  node: string;
  path: string;
  visit: number;
}

export type TaskState = TaskRow & Turn;
/** `at`, `business` and `counts` are null where no contract counts the effect across runs. */
export type EffectState = EffectRow & Turn & { at: number | null; business: string | null; counts: string | null };
export type WaitState = WaitRow & Turn & { seq: number };
export type TimerState = TimerRow & Omit<Turn, 'visit'>;

/** All rows that are derived from the events of one run; those of one kind have their lines as places. */
export interface RunRows {
  run: RunState | null;
  readonly tasks: Rows<TaskState>;
  readonly effects: Rows<EffectState>;
  readonly timers: Rows<TimerState>;
  readonly branches: BranchRows;
  readonly waits: Rows<WaitState>;
}

/** Reads what is stored of one run. */
export interface RowsStored {
  tasks: () => readonly TaskState[];
  effects: () => readonly EffectState[];
  timers: () => readonly TimerState[];
  branches: () => readonly BranchState[];
  waits: () => readonly WaitState[];
}

const pathOf = ({ path }: { path: string }): string => path;
const idOf = ({ id }: TaskState): string => id;
const keyOf = ({ key }: EffectState): string => key;

/** Rows of a run; `stored` is null for one of which nothing is. */
export function rowsOf(run: RunState | null, stored: RowsStored | null = null): RunRows {
  return {
    run,
    tasks: new Rows(idOf, pathOf, stored?.tasks),
    effects: new Rows(keyOf, pathOf, stored?.effects),
    timers: new Rows(timerKey, pathOf, stored?.timers),
    branches: new BranchRows(stored?.branches),
    waits: new Rows(waitKey, pathOf, stored?.waits),
  };
}

/** The run that a subject names, or null. */
export function runOf(subject: string): string | null {
  return subject.startsWith('run:') ? subject.slice('run:'.length) : null;
}

/** Key of a wait among those of its run. */
export const waitKey = (w: Turn): string => JSON.stringify([w.node, w.path, w.visit]);

/** Key of a timer among those of its run. */
export const timerKey = (t: TimerState): string => JSON.stringify([t.node, t.path, t.kind]);

/**
 * Folds one event of a run into its rows. Nothing but the event and the rows decides. What it does not know (later
 * event types, events before a start or after an end) changes nothing.
 */
export function foldRunEvent(rows: RunRows, id: string, event: ProjectedEvent): void {
  const open = new OpenPart(event);
  if (event.type === 'run.started') {
    if (rows.run === null) rows.run = started(id, event, open);
    const deadline = open.numberOrNull('deadline');
    if (deadline !== null) setTimer(rows, { run: id, node: '', path: '', kind: 'deadline', at: deadline });
    return;
  }
  const run = rows.run;
  if (run === null || run.ended !== null) return;
  if (event.type === 'run.ended') {
    for (const timer of rows.timers.values()) rows.timers.delete(timerKey(timer));
    for (const branch of rows.branches.values()) rows.branches.delete(branch.path);
    for (const wait of rows.waits.values()) if (wait.id === null) rows.waits.delete(waitKey(wait));
    // A run that was ended from outside asks nobody any more.
    for (const task of rows.tasks.values())
      if (task.status === 'open') rows.tasks.set(task.id, { ...task, status: 'withdrawn' });
    rows.run = ended(run, event, open);
    return;
  }
  if (event.type === 'run.stopping') {
    drop(rows, '', open.texts('dropped'));
    for (const timer of rows.timers.values()) if (timer.kind === 'deadline') rows.timers.delete(timerKey(timer));
    const left = open.texts('dropped').includes('') || !SETTLING.has(run.status) ? 'running' : run.status;
    rows.run = { ...run, status: statusOfAll(rows.branches, left), error: open.errorCode('error') };
    return;
  }
  if (event.type === 'run.admitted') {
    rows.run = { ...run, status: 'running' };
    return;
  }
  if (event.node === null) return;
  const turn = { node: event.node, path: event.path ?? '' };
  const fold = NODE_EVENTS[event.type];
  if (fold === undefined) return;
  const after = fold(rows, run, { id, event, open, turn });
  setBranchStatus(rows.branches, turn.path, after.status, turn.node);
  if (event.type === 'node.completed') branchCompleted(rows.branches, { run: id, ...turn });
  const status = statusOfAll(rows.branches, after.status);
  rows.run = status === after.status ? after : { ...after, status };
}

interface NodeEvent {
  id: string;
  event: ProjectedEvent;
  open: OpenPart;
  turn: Omit<Turn, 'visit'>;
}

type NodeFold = (rows: RunRows, run: RunState, of: NodeEvent) => RunState;

const NODE_EVENTS: Readonly<Record<string, NodeFold | undefined>> = {
  'node.completed': completed,
  // Whoever is asked next is asked by the run itself.
  'answer.set aside': (_rows, run, { turn }) => ({ ...run, status: 'running', node: turn.node }),
  'call.intended': intended,
  'call.failed': failed,
  'call.repeated': repeated,
  'call.doubted': doubted,
  'task.created': tasked,
  // What may go out and is held must be found by whoever lets runs go on.
  'task.voted': (_rows, run, { open }) => ({
    ...run,
    status: open.has('enough') ? 'running' : 'waiting',
    person: true,
  }),
  'doubt.settled': settled,
  'doubt.reopened': reopened,
  'undo.intended': intended,
  'effect.undone': undone,
  'wait.begun': waited,
  'branches.opened': (rows, run, { id, open, turn }) => {
    branchesOpened(rows.branches, { run: id, ...turn }, open);
    return { ...run, status: 'running', node: turn.node };
  },
  'branches.dropped': (rows, run, { open, turn }) => {
    drop(rows, turn.path, open.texts('paths'));
    return run;
  },
};

/** Branches are left: their tasks are withdrawn, their timers gone, and what they never sent is not sent. */
function drop(rows: RunRows, under: string, paths: readonly string[]): void {
  for (const path of paths) {
    for (const task of rows.tasks.at(path))
      if (task.status === 'open') rows.tasks.set(task.id, { ...task, status: 'withdrawn' });
    for (const wait of rows.waits.at(path)) if (wait.id === null) rows.waits.delete(waitKey(wait));
    for (const timer of rows.timers.at(path)) rows.timers.delete(timerKey(timer));
    for (const effect of rows.effects.at(path))
      if (effect.status === 'intended') rows.effects.set(effect.key, { ...effect, status: 'failed' });
  }
  branchesDropped(rows.branches, under, paths);
}

function started(id: string, event: ProjectedEvent, open: OpenPart): RunState {
  return {
    n: event.seq,
    id,
    line: open.textOrNull('line'),
    status: open.has('queued') ? 'queued' : 'running',
    program: open.text('program'),
    release: open.textOrNull('release'),
    key: open.textOrNull('key'),
    started: event.at,
    ended: null,
    result: null,
    node: null,
    error: null,
    person: false,
  };
}

function ended(run: RunState, event: ProjectedEvent, open: OpenPart): RunState {
  return {
    ...run,
    status: open.oneOf('status', ['completed', 'failed', 'cancelled']),
    ended: event.at,
    result: open.textOrNull('result'),
    node: event.node ?? run.node,
    error: open.errorCode('error'),
  };
}

/** What became of the effect of a node that was left by an exit; nothing says so at the others. */
export const EFFECT_AT: Readonly<Record<string, 'done' | 'refused' | 'failed' | undefined>> = {
  done: 'done',
  refused: 'refused',
  failed: 'failed',
  'timed out': 'failed',
};

function completed(rows: RunRows, run: RunState, { open, turn }: NodeEvent): RunState {
  const port = open.text('port');
  const visit = open.number('visit');
  closeTasks(rows, { ...turn, visit }, port, open.textOrNull('by') === 'timer');
  for (const effect of rows.effects.at(turn.path)) {
    // A doubt ends by being settled, never by going on.
    if (effect.status === 'in doubt' || !sameTurn(effect, turn, visit)) continue;
    const status = EFFECT_AT[port];
    if (status !== undefined) rows.effects.set(effect.key, { ...effect, status });
  }
  dropTimers(rows, turn);
  endWait(rows, { ...turn, visit }, open.textOrNull('message'));
  const person = run.person || open.textOrNull('by') === 'person';
  return { ...run, status: 'running', node: turn.node, error: null, person };
}

function intended(rows: RunRows, run: RunState, { id, event, open, turn }: NodeEvent): RunState {
  const key = open.text('key');
  const visit = open.number('visit');
  // A request that was shown again at the connector was agreed to, otherwise it would not go out.
  closeTasks(rows, { ...turn, visit }, 'approved', false);
  dropTimers(rows, turn);
  rows.effects.set(key, {
    ...turn,
    visit,
    key,
    run: id,
    connection: open.text('connection'),
    action: open.text('action'),
    class: open.oneOf('class', ['reversible', 'irreversible']),
    status: 'intended',
    seq: event.seq,
    at: open.has('business') || open.has('counts') ? event.at : null,
    business: open.textOrNull('business'),
    counts: open.json('counts'),
  });
  return { ...run, status: 'calling', node: turn.node };
}

function waited(rows: RunRows, run: RunState, { id, event, open, turn }: NodeEvent): RunState {
  const until = open.numberOrNull('until') ?? event.until ?? null;
  const match = open.textOrNull('match');
  const wait = { ...turn, visit: open.number('visit') };
  if (until !== null) setTimer(rows, { ...turn, run: id, at: until, kind: 'wait' });
  if (match !== null) rows.waits.set(waitKey(wait), { ...wait, run: id, match, id: null, seq: event.seq });
  return { ...run, status: 'waiting', node: turn.node };
}

function undone(rows: RunRows, run: RunState, { open, turn }: NodeEvent): RunState {
  const of = open.text('of');
  const outcome = open.oneOf('outcome', ['undone', 'refused', 'failed', 'too late']);
  const effect = rows.effects.get(of);
  if (effect !== undefined) rows.effects.set(of, { ...effect, status: outcome === 'undone' ? 'undone' : 'not undone' });
  for (const undoing of rows.effects.at(turn.path)) {
    if (undoing.key !== of && undoing.status === 'intended' && outcome !== 'too late')
      rows.effects.set(undoing.key, { ...undoing, status: outcome === 'undone' ? 'done' : outcome });
  }
  dropTimers(rows, turn);
  return { ...run, status: 'running', node: turn.node };
}

function failed(rows: RunRows, run: RunState, { id, open, turn }: NodeEvent): RunState {
  dropTimers(rows, turn);
  setTimer(rows, { ...turn, run: id, at: open.number('retryAt'), kind: 'retry' });
  return { ...run, status: 'retrying', node: turn.node, error: open.errorCode('error') };
}

function repeated(rows: RunRows, run: RunState, { turn }: NodeEvent): RunState {
  dropTimers(rows, turn);
  return { ...run, status: 'calling', node: turn.node };
}

function doubted(rows: RunRows, run: RunState, { id, event, open, turn }: NodeEvent): RunState {
  const key = open.text('key');
  const effect = rows.effects.get(key);
  if (effect !== undefined) rows.effects.set(key, { ...effect, status: 'in doubt' });
  dropTimers(rows, turn);
  const task = open.text('task');
  rows.tasks.set(task, {
    ...turn,
    visit: open.number('visit'),
    id: task,
    run: id,
    type: 'settle',
    role: open.textOrNull('role') ?? 'operator',
    title: `Did “${open.text('connection')}.${open.text('action')}” happen?`,
    due: null,
    created: event.at,
    status: 'open',
    decision: null,
    shown: open.textOrNull('digest') ?? '',
    seq: event.seq,
  });
  return { ...run, status: 'in doubt', node: turn.node, error: open.errorCode('error') };
}

function tasked(rows: RunRows, run: RunState, { id, event, open, turn }: NodeEvent): RunState {
  const task = open.text('task');
  const due = open.numberOrNull('due');
  const visit = open.number('visit');
  // Whoever is asked once more at the same turn had agreed before: to its request, or to one of its limits.
  closeTasks(rows, { ...turn, visit }, 'approved', false);
  rows.tasks.set(task, {
    ...turn,
    visit,
    id: task,
    run: id,
    type: open.has('type') ? open.oneOf('type', ['choose', 'fill in']) : 'approve',
    role: open.text('role'),
    title: open.text('title'),
    due,
    created: event.at,
    status: 'open',
    decision: null,
    shown: open.text('digest'),
    seq: event.seq,
  });
  if (due !== null) setTimer(rows, { ...turn, run: id, at: due, kind: 'due' });
  return { ...run, status: 'waiting', node: turn.node };
}

function settled(rows: RunRows, run: RunState, { id, event, open, turn }: NodeEvent): RunState {
  const happened = open.part('settlement').flag('happened');
  closeDoubt(rows, open, turn, happened ? 'happened' : 'did not happen', happened ? 'done' : 'intended');
  const after = { ...run, node: turn.node, error: null, person: true };
  if (happened) return { ...after, status: 'running' };
  // What did not happen is sent anew, under the same intent: now, or once the run is no longer held.
  if (!open.has('held')) return { ...after, status: 'calling' };
  setTimer(rows, { ...turn, run: id, at: event.at, kind: 'retry' });
  return { ...after, status: 'retrying' };
}

function reopened(rows: RunRows, run: RunState, { open, turn }: NodeEvent): RunState {
  closeDoubt(rows, open, turn, 'look again', 'intended');
  return { ...run, status: 'calling', node: turn.node, error: null, person: true };
}

function closeDoubt(
  rows: RunRows,
  open: OpenPart,
  turn: Omit<Turn, 'visit'>,
  decision: string,
  status: EffectState['status'],
): void {
  const task = open.text('task');
  const known = rows.tasks.get(task);
  if (known !== undefined) rows.tasks.set(task, { ...known, status: 'decided', decision });
  for (const effect of rows.effects.at(turn.path))
    if (effect.status === 'in doubt' && sameTurn(effect, turn, open.number('visit')))
      rows.effects.set(effect.key, { ...effect, status });
}

/** `late` when nobody answered in time, by whatever exit the case then leaves. */
function closeTasks(rows: RunRows, turn: Turn, decision: string, late: boolean): void {
  for (const task of rows.tasks.at(turn.path)) {
    if (task.status !== 'open' || task.type === 'settle' || !sameTurn(task, turn, turn.visit)) continue;
    const status = late || decision === 'timed out' ? 'timed out' : 'decided';
    rows.tasks.set(task.id, { ...task, status, decision });
  }
}

const sameTurn = (a: Turn, turn: Omit<Turn, 'visit'>, visit: number): boolean =>
  a.node === turn.node && a.path === turn.path && a.visit === visit;

/** A message that was taken stays known by its id, so that it is not taken twice; a wait that ended otherwise is over. */
function endWait(rows: RunRows, turn: Turn, message: string | null): void {
  for (const wait of rows.waits.at(turn.path)) {
    if (wait.id !== null || !sameTurn(wait, turn, turn.visit)) continue;
    if (message === null) rows.waits.delete(waitKey(wait));
    else rows.waits.set(waitKey(wait), { ...wait, id: message });
  }
}

function setTimer(rows: RunRows, timer: TimerState): void {
  rows.timers.set(timerKey(timer), timer);
}

function dropTimers(rows: RunRows, turn: Omit<Turn, 'visit'>): void {
  for (const timer of rows.timers.at(turn.path)) {
    if (timer.node === turn.node) rows.timers.delete(timerKey(timer));
  }
}
