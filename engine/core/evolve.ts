import { decodeValue, isFeelContext, type FeelValue } from '../feel/value.ts';
import type { Program } from '../program/program.ts';
import type { RunEvent } from './event.ts';
import { beginBranches, dropBranches, enter, frameAt, newFrame, nodeAt, removeSettled } from './frames.ts';
import type { Block, Frame, Position, RunState } from './state.ts';
import type { Carried } from './try-again.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** The state of a run that has just started: past its trigger, which only says where a run begins. */
export function startState(program: Program, run: string, event: EventOf<'run.started'>, startedAt: number): RunState {
  const { body } = event;
  const root = newFrame(null, '', '');
  root.scope.set('input', body.input);
  const first = nodeAt(program, program.trigger).ways.get('next');
  if (first === undefined) throw new Error('the trigger of a program leads on');
  const { retries, carried } = body;
  if (carried !== undefined) takeOver(root, carried);
  const state: RunState = {
    run,
    rootRun: retries?.root ?? run,
    retriedBy: retries === undefined ? [] : [...(retries.before ?? []), retries.by],
    program: body.program,
    release: body.release,
    initiator: body.initiator,
    salt: body.salt,
    startedAt,
    root,
    branches: new Map(),
    tasks: 0,
    taken: [],
    effects: [...(carried?.effects ?? [])],
    steps: 0,
    undone: 0,
    deadline: body.deadline ?? null,
    line: body.line ?? null,
    queued: body.queued === true,
    suspended: false,
    stopping: null,
    ended: null,
  };
  enter(state, root, retries?.from ?? first.to);
  return state;
}

/** No request has this digest: what was agreed to in the run that is tried again is shown again, whatever it is. */
const AGREED_BEFORE = 'agreed before';

function takeOver(root: Frame, { values, visits, backs, approvals, lastApproval }: Carried): void {
  for (const [name, value] of values) root.scope.set(name, value);
  for (const [node, times] of Object.entries(visits)) root.visits.set(node, times);
  for (const [edge, times] of Object.entries(backs)) root.backs.set(edge, times);
  for (const [node, approval] of Object.entries(approvals)) root.agreed.set(node, { digest: AGREED_BEFORE, approval });
  root.lastApproval = lastApproval;
}

/**
 * Folds one event into the state, in place. Events say what happened, so this decides nothing: it may not look at a
 * clock, an expression or a policy, and applies to old journals as to new ones. `at` is when the event was journaled.
 */
export function evolve(program: Program, state: RunState, event: RunEvent, at: number): void {
  switch (event.type) {
    case 'run.started':
      throw new Error('a run starts once');
    case 'node.completed':
      return completed(program, state, event, at);
    case 'answer.set aside': {
      const { frame, position } = standing(state, event);
      const { record, next } = event.body;
      frame.aside = [...frame.aside, { record, next }];
      frame.position = { node: position.node, visit: position.visit, phase: 'ready' };
      return;
    }
    case 'call.intended':
      return intended(state, event);
    case 'call.failed':
      return callFailed(state, event, at);
    case 'call.repeated':
      return repeated(state, event);
    case 'call.doubted':
      return doubted(state, event);
    case 'task.created':
      return taskCreated(state, event);
    case 'task.voted':
      return voted(state, event);
    case 'doubt.settled':
      return settled(state, event, at);
    case 'doubt.reopened':
      return reopened(state, event);
    case 'wait.begun': {
      const { frame, position } = standing(state, event);
      const { until, match } = event.body;
      frame.position = { node: position.node, visit: position.visit, phase: 'waiting', until, match };
      return;
    }
    case 'branches.opened':
      return opened(program, state, event);
    case 'branches.dropped':
      return dropBranches(state, standing(state, event).frame, event.body.paths);
    case 'run.stopping':
      return stopping(state, event);
    case 'run.admitted':
      state.queued = false;
      return;
    case 'run.suspended':
      state.suspended = true;
      return;
    case 'run.resumed':
      state.suspended = false;
      return;
    case 'undo.intended':
      return undoIntended(state, event);
    case 'effect.undone':
      state.branches.delete(event.path ?? '');
      state.effects = state.effects.filter((effect) => effect.key !== event.body.of);
      state.undone += 1;
      return;
    case 'run.ended':
      state.root.position = null;
      state.branches.clear();
      state.stopping = null;
      state.ended = event.body;
      return;
  }
}

/** The frame that an event is about, and where it stands there. */
function standing(
  state: RunState,
  event: { node: string; path?: string; body: { visit: number } },
): { frame: Frame; position: Position } {
  const frame = frameAt(state, event.path ?? '');
  const position = frame?.position ?? null;
  if (frame === null || position === null || position.node !== event.node || position.visit !== event.body.visit)
    throw new Error(`the run ${state.run} does not stand at ${event.node}`);
  return { frame, position };
}

function completed(program: Program, state: RunState, event: EventOf<'node.completed'>, at: number): void {
  // Journals of an earlier version say that the trigger is done, which a start says already.
  if (event.node === program.trigger) return;
  const joined = joinedAt(state, event);
  if (joined !== null) merge(program, state, joined, event.body.value);
  const { frame, position } = joined === null ? standing(state, event) : { frame: joined, position: null };
  const node = nodeAt(program, event.node);
  const { port, value, record } = event.body;
  if (joined === null && node.isJoin && frame.parent !== null) return arrive(program, state, frame, value);
  frame.scope.set(node.variable, value);
  if (position?.phase === 'calling' && position.intent !== null && port === 'done')
    state.effects.push({
      node: node.id,
      path: frame.path,
      visit: position.visit,
      key: position.intent.key,
      at,
      request: node.undo === null ? null : position.intent.request,
      response: node.undo === null ? null : value,
    });
  if (position?.phase === 'waiting' && position.match !== null && record?.by === 'message')
    state.taken.push({ match: position.match, known: record.known ?? record.id });
  const approved = position?.phase === 'tasked' && position.task.type === 'approve' && port === 'approved';
  if (approved && record?.by === 'person') {
    // Who was only told that something may follow does not take the place of who was shown what it is.
    for (const effect of position.task.shown?.effects ?? [])
      if (effect.digest !== null || !frame.agreed.has(effect.node))
        frame.agreed.set(effect.node, { digest: effect.digest, approval: node.id });
    frame.lastApproval = node.id;
  }
  frame.position = null;
  // What was confirmed and did not go out is not confirmed for the next time round.
  if (frame.confirmed?.node === node.id) frame.confirmed = null;
  if (frame.settling) return removeSettled(state, frame);
  const way = node.ways.get(port);
  // An unwired `failed` port: core ends the run with the next event.
  if (way === undefined) return;
  if (way.back !== null) frame.backs.set(way.edge, (frame.backs.get(way.edge) ?? 0) + 1);
  enter(state, frame, way.to);
}

/** The frame whose open block comes together with this event, or null. */
function joinedAt(state: RunState, event: EventOf<'node.completed'>): Frame | null {
  const frame = frameAt(state, event.path ?? '');
  return frame?.position?.phase === 'open' && frame.position.block.join === event.node ? frame : null;
}

/** What branches left goes on where they were drawn apart; what iterations left is in the list that they brought. */
function merge(program: Program, state: RunState, frame: Frame, value: FeelValue): void {
  const { position } = frame;
  if (position?.phase !== 'open') return;
  const { block } = position;
  for (const branch of state.branches.values()) {
    if (branch.parent !== frame) continue;
    state.branches.delete(branch.path);
    if (block.item !== null || !block.brought.has(branch.key)) continue;
    for (const [name, left] of branch.scope) frame.scope.set(name, left);
    for (const [node, agreed] of branch.agreed) frame.agreed.set(node, agreed);
    frame.lastApproval = branch.lastApproval ?? frame.lastApproval;
  }
  for (const key of block.keys) {
    const approvals = block.approvals.get(key);
    if (approvals === undefined) continue;
    // What one iteration was shown says nothing of what follows from all of them.
    for (const [node, agreed] of approvals.agreed) frame.agreed.set(node, { ...agreed, digest: null });
    frame.lastApproval = approvals.last ?? frame.lastApproval;
  }
  const join = nodeAt(program, block.join);
  frame.visits.set(join.id, (frame.visits.get(join.id) ?? 0) + 1);
  frame.scope.set(join.variable, value);
}

/** A branch has come to where all of them do. It stays until the block is complete, for what it left. */
function arrive(program: Program, state: RunState, branch: Frame, value: FeelValue): void {
  branch.position = null;
  const parent = branch.parent;
  if (branch.settling) return removeSettled(state, branch);
  if (parent?.position?.phase !== 'open') throw new Error(`the branch ${branch.path} has nowhere to arrive`);
  const { block } = parent.position;
  block.brought.set(branch.key, value);
  // An iteration leaves nothing but what it brought, and that somebody was asked.
  if (block.item !== null) {
    state.branches.delete(branch.path);
    if (branch.lastApproval !== null)
      block.approvals.set(branch.key, { agreed: branch.agreed, last: branch.lastApproval });
  }
  if (!(block.any && block.brought.size > 0)) beginBranches(program, state, parent);
}

function opened(program: Program, state: RunState, event: EventOf<'branches.opened'>): void {
  const { frame, position } = standing(state, event);
  const { join, any, keys, item, items, atOnce } = event.body;
  const block: Block = {
    join,
    any,
    keys,
    item,
    items,
    atOnce,
    begun: 0,
    brought: new Map(),
    approvals: new Map(),
  };
  frame.position = { node: position.node, visit: position.visit, phase: 'open', block };
  beginBranches(program, state, frame);
}

function stopping(state: RunState, event: EventOf<'run.stopping'>): void {
  const { error, cancelled, undo } = event.body;
  state.stopping = { node: event.node, error, cancelled, undo };
  // A person's word that it is to end is one that it may go on to its end. That its time is over, or that it fails, is not.
  if (cancelled !== null) state.suspended = false;
  state.queued = false;
  state.root.settling = true;
  dropBranches(state, state.root, event.body.dropped);
}

/** Taking an effect back is a line of its own, beside the drawing. */
function undoIntended(state: RunState, event: EventOf<'undo.intended'>): void {
  const { visit, key, request, of } = event.body;
  const frame = newFrame(state.root, event.path ?? '', of);
  frame.undoes = state.effects.find((effect) => effect.key === of) ?? null;
  frame.position = {
    node: event.node,
    visit,
    phase: 'calling',
    attempt: 1,
    intent: { key, request },
    maybeSent: false,
  };
  state.branches.set(frame.path, frame);
}

function intended(state: RunState, event: EventOf<'call.intended'>): void {
  const { frame, position } = standing(state, event);
  const { key, request } = event.body;
  frame.position = {
    node: position.node,
    visit: position.visit,
    phase: 'calling',
    attempt: 1,
    intent: { key, request },
    maybeSent: false,
  };
  // What was agreed to is sent once: a further visit, which nobody was shown, counts as not known yet.
  for (let at: Frame | null = frame; at !== null; at = at.parent) {
    const agreed = at.agreed.get(position.node);
    if (agreed !== undefined) at.agreed.set(position.node, { ...agreed, digest: null });
  }
  frame.confirmed = null;
}

function callFailed(state: RunState, event: EventOf<'call.failed'>, at: number): void {
  const { frame, position } = standing(state, event);
  const before = position.phase === 'calling' ? position : null;
  const { attempt, paused, held } = event.body;
  frame.position = {
    node: position.node,
    visit: position.visit,
    phase: 'retrying',
    attempt: paused === true || held === true ? attempt - 1 : attempt,
    intent: before?.intent ?? null,
    maybeSent: (before?.maybeSent ?? false) || event.body.sent === 'maybe',
    retryAt: event.body.retryAt,
    ...(paused === true ? { pausedSince: before?.pausedSince ?? at } : {}),
  };
}

function repeated(state: RunState, event: EventOf<'call.repeated'>): void {
  const { frame, position } = standing(state, event);
  if (position.phase !== 'retrying' && position.phase !== 'calling')
    throw new Error(`the run ${state.run} has no call to repeat`);
  const { node, visit, intent } = position;
  // Repeated without having failed: the engine had stopped while it was under way.
  const maybeSent = position.maybeSent || position.phase === 'calling';
  const waited = position.pausedSince === undefined ? {} : { pausedSince: position.pausedSince };
  frame.position = { node, visit, phase: 'calling', attempt: event.body.attempt, intent, maybeSent, ...waited };
}

function doubted(state: RunState, event: EventOf<'call.doubted'>): void {
  const { frame, position } = standing(state, event);
  if (position.phase !== 'calling' || position.intent === null)
    throw new Error(`the run ${state.run} has no intent to be in doubt of`);
  state.tasks += 1;
  frame.position = {
    node: position.node,
    visit: position.visit,
    phase: 'doubted',
    task: event.body.task,
    attempt: position.attempt,
    intent: position.intent,
    error: event.body.error,
  };
}

function taskCreated(state: RunState, event: EventOf<'task.created'>): void {
  const { frame, position } = standing(state, event);
  const { task, type = 'approve', role, count, fourEyes, sendBack, due, again, over = [], shown, digest } = event.body;
  state.tasks += 1;
  frame.position = {
    node: position.node,
    visit: position.visit,
    phase: 'tasked',
    task: { id: task, type, role, count, fourEyes, sendBack, due, again, over, shown, digest },
    votes: [],
  };
}

function voted(state: RunState, event: EventOf<'task.voted'>): void {
  const { frame, position } = standing(state, event);
  if (position.phase !== 'tasked') throw new Error(`the run ${state.run} has no open task`);
  const votes = [...position.votes, event.body.vote];
  const agreedAgain =
    event.body.vote.decision === 'approved' && votes.length >= position.task.count && position.task.again;
  if (!agreedAgain) {
    frame.position = { ...position, votes };
    return;
  }
  // Asked again at a connector: the last vote lets the very request that was shown go out.
  const [effect] = position.task.shown?.effects ?? [];
  const request = effect === undefined || effect.request === null ? null : decodeValue(effect.request);
  // What it was let past before, it still is.
  const before = frame.confirmed?.node === position.node ? frame.confirmed.over : [];
  const over = [...before, ...position.task.over];
  frame.confirmed = isFeelContext(request) ? { node: position.node, request, over } : null;
  frame.position = { node: position.node, visit: position.visit, phase: 'ready' };
}

function settled(state: RunState, event: EventOf<'doubt.settled'>, at: number): void {
  const { frame, node, visit, intent } = inDoubt(state, event);
  // It happened: the node completes next. It did not: the same intent is sent anew under the same key.
  frame.position =
    event.body.held === true
      ? { node, visit, phase: 'retrying', attempt: 0, intent, maybeSent: false, retryAt: at }
      : { node, visit, phase: 'calling', attempt: 1, intent, maybeSent: false };
}

function reopened(state: RunState, event: EventOf<'doubt.reopened'>): void {
  const { frame, node, visit, intent } = inDoubt(state, event);
  frame.position = { node, visit, phase: 'calling', attempt: 1, intent, maybeSent: true };
}

function inDoubt(state: RunState, event: EventOf<'doubt.settled' | 'doubt.reopened'>) {
  const { frame, position } = standing(state, event);
  if (position.phase !== 'doubted') throw new Error(`the run ${state.run} has no effect in doubt`);
  return { frame, ...position };
}
