import { decodeValue, isFeelContext, type FeelValue } from '../feel/value.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { RunEvent } from './event.ts';
import type { Position, RunState } from './state.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** The state of a run that has just started, standing at its trigger. */
export function startState(program: Program, run: string, event: EventOf<'run.started'>, startedAt: number): RunState {
  const { body } = event;
  const state: RunState = {
    run,
    program: body.program,
    release: body.release,
    initiator: body.initiator,
    salt: body.salt,
    startedAt,
    scope: new Map<string, FeelValue>([['input', body.input]]),
    visits: new Map(),
    backs: new Map(),
    agreed: new Map(),
    lastApproval: null,
    confirmed: null,
    tasks: 0,
    effects: [],
    steps: 0,
    position: null,
    ended: null,
  };
  enter(state, program.trigger);
  return state;
}

/**
 * Folds one event into the state, in place. Events say what happened, so this decides nothing: it may not look at a
 * clock, an expression or a policy, and applies to old journals as to new ones.
 */
export function evolve(program: Program, state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
      throw new Error('a run starts once');
    case 'node.completed':
      return completed(program, state, event);
    case 'call.intended':
      return intended(state, event);
    case 'call.failed':
      return callFailed(state, event);
    case 'call.repeated':
      return repeated(state, event);
    case 'call.doubted':
      return doubted(state, event);
    case 'task.created':
      return taskCreated(state, event);
    case 'task.voted':
      return voted(state, event);
    case 'doubt.settled':
      return settled(state, event);
    case 'run.ended':
      state.position = null;
      state.ended = event.body;
      return;
  }
}

/** The node of a program by id; a state never names one that is not there. */
export function nodeAt(program: Program, id: string): ProgramNode {
  const node = program.nodes.get(id);
  if (node === undefined) throw new Error(`the program has no node ${id}`);
  return node;
}

function enter(state: RunState, node: string): void {
  const visit = (state.visits.get(node) ?? 0) + 1;
  state.visits.set(node, visit);
  state.steps += 1;
  state.position = { node, visit, phase: 'ready' };
}

function at(state: RunState, event: { node: string; body: { visit: number } }): Position {
  const position = state.position;
  if (position === null || position.node !== event.node || position.visit !== event.body.visit)
    throw new Error(`the run ${state.run} does not stand at ${event.node}`);
  return position;
}

function completed(program: Program, state: RunState, event: EventOf<'node.completed'>): void {
  const position = at(state, event);
  const node = nodeAt(program, event.node);
  const { port, value, record } = event.body;
  if (node.kind !== 'trigger') state.scope.set(node.name, value);
  if (position.phase === 'calling' && position.intent !== null && port === 'done')
    state.effects.push({ node: node.id, key: position.intent.key });
  if (position.phase === 'tasked' && record?.by === 'person' && port === 'approved') {
    // Who was only told that something may follow does not take the place of who was shown what it is.
    for (const effect of position.task.shown?.effects ?? [])
      if (effect.digest !== null || !state.agreed.has(effect.node))
        state.agreed.set(effect.node, { digest: effect.digest, approval: node.id });
    state.lastApproval = node.id;
  }
  const way = node.ways.get(port);
  if (way === undefined) {
    // An unwired `failed` port: core ends the run with the next event.
    state.position = null;
    return;
  }
  if (way.back !== null) state.backs.set(way.edge, (state.backs.get(way.edge) ?? 0) + 1);
  enter(state, way.to);
}

function intended(state: RunState, event: EventOf<'call.intended'>): void {
  const position = at(state, event);
  const { key, request } = event.body;
  state.position = {
    node: position.node,
    visit: position.visit,
    phase: 'calling',
    attempt: 1,
    intent: { key, request },
    maybeSent: false,
  };
  // What was agreed to is sent once: a further visit, which nobody was shown, counts as not known yet.
  const agreed = state.agreed.get(position.node);
  if (agreed !== undefined) state.agreed.set(position.node, { ...agreed, digest: null });
  state.confirmed = null;
}

function callFailed(state: RunState, event: EventOf<'call.failed'>): void {
  const position = at(state, event);
  const before = position.phase === 'calling' ? position : null;
  state.position = {
    node: position.node,
    visit: position.visit,
    phase: 'retrying',
    attempt: event.body.attempt,
    intent: before?.intent ?? null,
    maybeSent: (before?.maybeSent ?? false) || event.body.sent === 'maybe',
    retryAt: event.body.retryAt,
  };
}

function repeated(state: RunState, event: EventOf<'call.repeated'>): void {
  const position = at(state, event);
  if (position.phase !== 'retrying' && position.phase !== 'calling')
    throw new Error(`the run ${state.run} has no call to repeat`);
  const { node, visit, intent } = position;
  // Repeated without having failed: the engine had stopped while it was under way.
  const maybeSent = position.maybeSent || position.phase === 'calling';
  state.position = { node, visit, phase: 'calling', attempt: event.body.attempt, intent, maybeSent };
}

function doubted(state: RunState, event: EventOf<'call.doubted'>): void {
  const position = at(state, event);
  if (position.phase !== 'calling' || position.intent === null)
    throw new Error(`the run ${state.run} has no intent to be in doubt of`);
  state.tasks += 1;
  state.position = {
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
  const position = at(state, event);
  const { task, role, count, fourEyes, sendBack, due, again, shown, digest } = event.body;
  state.tasks += 1;
  state.position = {
    node: position.node,
    visit: position.visit,
    phase: 'tasked',
    task: { id: task, role, count, fourEyes, sendBack, due, again, shown, digest },
    votes: [],
  };
}

function voted(state: RunState, event: EventOf<'task.voted'>): void {
  const position = at(state, event);
  if (position.phase !== 'tasked') throw new Error(`the run ${state.run} has no open task`);
  const votes = [...position.votes, event.body.vote];
  const agreedAgain =
    event.body.vote.decision === 'approved' && votes.length >= position.task.count && position.task.again;
  if (!agreedAgain) {
    state.position = { ...position, votes };
    return;
  }
  // Asked again at a connector: the last vote lets the very request that was shown go out.
  const [effect] = position.task.shown?.effects ?? [];
  const request = effect === undefined || effect.request === null ? null : decodeValue(effect.request);
  state.confirmed = isFeelContext(request) ? { node: position.node, request } : null;
  state.position = { node: position.node, visit: position.visit, phase: 'ready' };
}

function settled(state: RunState, event: EventOf<'doubt.settled'>): void {
  const position = at(state, event);
  if (position.phase !== 'doubted') throw new Error(`the run ${state.run} has no effect in doubt`);
  // It happened: the node completes next. It did not: the same intent is sent anew under the same key.
  state.position = {
    node: position.node,
    visit: position.visit,
    phase: 'calling',
    attempt: 1,
    intent: position.intent,
    maybeSent: false,
  };
}
