/**
 * The run as a pure state machine. `begin` and `decide` take what the world says and give back events to journal and
 * commands to perform once those are on disk. No clock, no randomness, no I/O: `now` comes in, ids are digests.
 *
 * Invariants, each with a test of its number:
 * I1  A state is the fold of its events: decide(s) and fold(events) end equal, whenever the fold is made.
 * I2  An effect is not commanded before its intent is among the events, and its key does not depend on the attempt.
 * I3  What is sent under a key is what the intent says, however often it is sent.
 * I4  An action that is not safe to repeat is commanded once; if its outcome is not known it is in doubt, not retried.
 * I5  A run that has ended gives no event and no command.
 * I6  A timeout never approves, and an approval agrees to exactly the requests it showed.
 * I7  A stimulus for a node, visit or attempt that the run no longer stands at changes nothing.
 * I8  Every run ends or waits: steps and back edges are bounded, in each line and in all of them together.
 * I9  Branches are independent: in whatever order their outcomes arrive, each sees its own values and those around it,
 *     and what comes after the join is the same. A branch that is left does not leave an effect of unknown outcome.
 * I10 An effect is not intended while another stands that has its business key, nor where a field of that key is missing,
 *     nor past a limit of its contract without a person's word on that very request and limit; what the ledger said is in
 *     the events, and folding asks it nothing.
 * I11 A decision takes a bounded number of steps. What is left is said with it, and is taken on by a decision of its own,
 *     also after a crash; where it was cut changes nothing of what the run does.
 * I12 While a run is suspended nothing is begun: no step, no retry, no timer, nothing is taken back. What has come due
 *     meanwhile is seen to when it is resumed; a person's cancel is seen to at once.
 */
import type { FeelContext } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Signal, Step } from '../../nodes/kind.ts';
import { askModel, receiveAnswer } from './asking.ts';
import { receiveDone, receiveOutcome, performStep } from './call.ts';
import { turnOf, type Deciding, type Decision } from './deciding.ts';
import { evolve, startState } from './evolve.ts';
import { closeBlock, openBranches } from './branches.ts';
import { deadlineDue, endStopped, receiveControl, recoverCalls, stop, timersDue } from './control.ts';
import type { Actor, RunEvent } from './event.ts';
import { frameAt, nodeAt } from './frames.ts';
import { NO_LEDGER, type Ledger } from './ledger.ts';
import { MAX_STEPS, MAX_STEPS_IN_ALL, STEPS_AT_ONCE, type Frame, type RunState, type Stimulus } from './state.ts';
import { storable, storableContext } from './storable.ts';
import type { Carried, Retries } from './try-again.ts';
import { ReadyLines } from './ready-lines.ts';
import { receiveSettlement } from './settle.ts';
import { createTask, receiveDecision } from './task.ts';
import { beginWait, receiveMessage } from './waiting.ts';
import { canUndo, undoNext, undone } from './undo.ts';

export interface Start {
  run: string;
  release: string | null;
  /** Digest of the manifest that it is pinned to, if any. */
  manifest?: string;
  /** The caller's idempotency key, if any. */
  key: string | null;
  initiator: Actor;
  /** Random hex for a program that seals; null otherwise. */
  salt: string | null;
  input: FeelContext;
  /** It tries an ended run again. */
  retries?: Retries;
  carried?: Carried;
  /** Keyed digest of the line that it stands in, if any. */
  line?: string | null;
  /** Another of its line has not ended. */
  queued?: boolean;
}

/** Starts a run and takes it as far as it goes by itself. */
export function begin(
  program: Program,
  start: Start,
  now: number,
  ledger: Ledger = NO_LEDGER,
): { state: RunState; decision: Decision } {
  const { run, line = null, queued = false, ...rest } = { ...start, input: storableContext(start.input) };
  const deadline = program.deadlineMs === null ? null : now + program.deadlineMs;
  const order = line === null ? {} : { line, ...(queued ? { queued: true as const } : {}) };
  const started = { type: 'run.started' as const, body: { program: program.digest, deadline, ...order, ...rest } };
  const state = startState(program, run, started, now);
  const deciding = decidingOn(program, state, now, false, ledger);
  deciding.decision.events.push(started);
  advance(deciding);
  return { state, decision: deciding.decision };
}

/**
 * Takes a run on by what the world says. The state is changed in place: drop it if the events cannot be committed. While
 * it is `held` what comes back is taken in and nothing is begun.
 */
export function decide(
  program: Program,
  state: RunState,
  stimulus: Stimulus,
  now: number,
  held: boolean = false,
  ledger: Ledger = NO_LEDGER,
): Decision {
  const deciding = decidingOn(program, state, now, held, ledger);
  if (state.ended === null) receive(deciding, stimulus);
  else if (ASKED_BY_A_PERSON.has(stimulus.stimulus)) deciding.decision.refused = ended(state);
  return deciding.decision;
}

const ASKED_BY_A_PERSON: ReadonlySet<Stimulus['stimulus']> = new Set([
  'decided',
  'settled',
  'message',
  'cancelled',
  'suspended',
  'resumed',
]);

/** The state of a run from its events. `at` of the first is when it started. */
export function fold(program: Program, run: string, events: readonly { event: RunEvent; at: number }[]): RunState {
  const [first, ...rest] = events;
  if (first === undefined || first.event.type !== 'run.started')
    throw new Error(`the run ${run} does not begin with its start`);
  const state = startState(program, run, first.event, first.at);
  for (const { event, at } of rest) evolve(program, state, event, at);
  return state;
}

function decidingOn(program: Program, state: RunState, now: number, held: boolean, ledger: Ledger): Deciding {
  const decision: Decision = { events: [], commands: [], refused: null, more: false };
  return new Line({ program, state, now, decision, ledger, held }, state.root);
}

/** What all lines of one decision have in common. */
interface Common extends Pick<Deciding, 'program' | 'state' | 'now' | 'decision' | 'ledger'> {
  readonly held: boolean;
}

/** {@link Deciding} about one frame. A class, as every step of every run makes some. */
class Line implements Deciding {
  readonly program: Program;
  readonly state: RunState;
  readonly now: number;
  readonly decision: Decision;
  readonly ledger: Ledger;
  readonly frame: Frame;
  readonly #common: Common;

  constructor(common: Common, frame: Frame) {
    this.#common = common;
    this.program = common.program;
    this.state = common.state;
    this.now = common.now;
    this.decision = common.decision;
    this.ledger = common.ledger;
    this.frame = frame;
  }

  get held(): boolean {
    return this.#common.held || this.state.suspended || this.state.queued;
  }

  emit(event: RunEvent): void {
    const { path } = this.frame;
    const told = path === '' || !('node' in event) || event.node === null ? event : { ...event, path };
    this.decision.events.push(told);
    evolve(this.program, this.state, told, this.now);
  }

  resume(node: ProgramNode, signal: Signal): void {
    if (this.frame.undoes !== null) undone(this, signal);
    else takeStep(this, node, node.behaviour.resume(turnOf(this), signal));
  }

  within(frame: Frame): Deciding {
    return frame === this.frame ? this : new Line(this.#common, frame);
  }
}

function receive(deciding: Deciding, stimulus: Stimulus): void {
  const { state } = deciding;
  switch (stimulus.stimulus) {
    case 'answered':
    case 'performed':
    case 'asked': {
      const frame = frameAt(state, stimulus.path);
      if (frame !== null) receiveCall(deciding.within(frame), stimulus);
      break;
    }
    case 'decided':
      receiveDecision(deciding, stimulus.task, stimulus.decision);
      break;
    case 'settled':
      receiveSettlement(deciding, stimulus.task, stimulus.settlement);
      break;
    case 'message': {
      const frame = frameAt(state, stimulus.path) ?? state.root;
      receiveMessage(deciding.within(frame), stimulus);
      break;
    }
    case 'cancelled':
    case 'suspended':
    case 'resumed':
      receiveControl(deciding, stimulus);
      break;
    case 'due':
      deadlineDue(deciding);
      if (!deciding.held) timersDue(deciding);
      break;
    case 'admitted':
      admit(deciding);
      break;
    case 'continued':
      deadlineDue(deciding);
      break;
    case 'recovered':
      // Only the first of a line is recovered.
      admit(deciding);
      if (deciding.held) break;
      // Nothing is begun that its deadline, which may have passed meanwhile, would have stopped.
      deadlineDue(deciding);
      recoverCalls(deciding, stimulus.awaited);
      break;
  }
  advance(deciding);
}

/** It is the turn of a run that was queued. */
function admit(deciding: Deciding): void {
  if (deciding.state.queued) deciding.emit({ type: 'run.admitted', body: {} });
}

type CallStimulus = Extract<Stimulus, { stimulus: 'answered' | 'performed' | 'asked' }>;

function receiveCall(deciding: Deciding, stimulus: CallStimulus): void {
  if (stimulus.stimulus === 'answered') receiveAnswer(deciding, stimulus);
  else if (stimulus.stimulus === 'performed') receiveOutcome(deciding, stimulus);
  else receiveDone(deciding, stimulus);
}

/** Goes on while some line of the run stands before a node whose turn it is, as far as one decision goes. */
function advance(deciding: Deciding): void {
  const { program, state } = deciding;
  let lines: ReadyLines | null = null;
  // What a list holds is gone through once when it is opened.
  let listed = 0;
  for (let steps = 0; state.ended === null && !deciding.held; steps += 1) {
    if (steps + listed >= STEPS_AT_ONCE) {
      deciding.decision.more = true;
      return;
    }
    const { stopping } = state;
    if (stopping !== null) {
      if (state.branches.size > 0 || state.root.position !== null) return;
      if (!stopping.undo || !canUndo(state)) return endStopped(deciding, stopping);
      undoNext(deciding);
      continue;
    }
    const frame = readyRoot(state) ?? (state.branches.size === 0 ? null : (lines ??= new ReadyLines(state)).next());
    if (frame === null) {
      if (!closeBlock(deciding)) return;
      lines = null;
      continue;
    }
    const own = deciding.within(frame);
    const node = nodeAt(program, frame.position?.node ?? '');
    const most = mostPassed(frame, state);
    if (most !== null) failRun(own, node.id, tooManySteps(node, most));
    else takeStep(own, node, node.behaviour.start(turnOf(own)));
    if (frame.position?.phase === 'open') listed += frame.position.block.keys.length;
  }
}

const readyRoot = ({ root }: RunState): Frame | null => (root.position?.phase === 'ready' ? root : null);

/** The bound of steps that is passed with this one, or null. */
function mostPassed(frame: Frame, state: RunState): number | null {
  if (frame.steps > MAX_STEPS) return MAX_STEPS;
  return state.steps > MAX_STEPS_IN_ALL ? MAX_STEPS_IN_ALL : null;
}

function takeStep(deciding: Deciding, node: ProgramNode, step: Step): void {
  const { frame } = deciding;
  const visit = frame.visits.get(node.id) ?? 1;
  switch (step.step) {
    case 'complete':
      return complete(deciding, node, visit, step);
    case 'end':
      return deciding.emit({
        type: 'run.ended',
        node: node.id,
        body: { status: 'completed', result: step.result, value: storable(step.value), error: null },
      });
    case 'fail':
      return failRun(deciding, node.id, { ...step.error, where: { ...step.error.where, node: node.name } });
    case 'ask':
      return askModel(deciding, node, { visit, tried: 1 }, step);
    case 'set aside':
      return deciding.emit({
        type: 'answer.set aside',
        node: node.id,
        body: { visit, record: step.record, next: step.next },
      });
    case 'perform':
      return performStep(deciding, node, visit, step);
    case 'task':
      return createTask(deciding, node, visit, step.task);
    case 'wait':
      return beginWait(deciding, node, visit, step);
    case 'refuse':
      deciding.decision.refused = step.error;
      return;
    case 'open':
      return openBranches(deciding, node, visit, step.branches);
  }
}

function complete(
  deciding: Deciding,
  node: ProgramNode,
  visit: number,
  step: Extract<Step, { step: 'complete' }>,
): void {
  const way = node.ways.get(step.port);
  const { frame } = deciding;
  const taken = way === undefined ? 0 : (frame.backs.get(way.edge) ?? 0);
  const settling = frame.settling;
  // What the node did, and who decided, is on record before the run fails for the way it would go next.
  deciding.emit({
    type: 'node.completed',
    node: node.id,
    body: { visit, port: step.port, value: storable(step.value), record: step.record },
  });
  // A branch that only settles goes nowhere, and one that arrives has come to where it was going.
  if (settling || (node.isJoin && frame.parent !== null)) return;
  if (way === undefined) failRun(deciding, node.id, unwired(node, step));
  else if (way.back !== null && taken >= way.back.maxVisits)
    failRun(deciding, node.id, exhausted(node, way.back.maxVisits));
}

/** Ends the run as failed; what was done before stays on record, or is taken back where the drawing says so. */
const failRun = (deciding: Deciding, node: string, error: ErrorShape): void =>
  stop(deciding, { node, error, cancelled: null, undo: true });

function unwired(node: ProgramNode, step: Extract<Step, { step: 'complete' }>): ErrorShape {
  const record = step.record;
  const error = record !== null && 'error' in record ? record.error : undefined;
  if (error !== undefined) return { ...error, where: { ...error.where, node: node.name } };
  return {
    code: 'FLOW_INVALID',
    message: `The step “${node.name}” left by “${step.port}”, and no wire leads on from there.`,
    where: { node: node.name },
    hint: 'Wire that exit in the flow and export it again.',
    retryable: false,
    fault: 'user',
  };
}

function exhausted(node: ProgramNode, maxVisits: number): ErrorShape {
  return {
    code: 'BACK_EDGE_EXHAUSTED',
    message: `The case was sent back from “${node.name}” ${maxVisits} times, which is as often as the flow allows.`,
    where: { node: node.name },
    hint: 'Look at the case by hand, or raise the bound on the wire that goes back.',
    retryable: false,
    fault: 'user',
  };
}

function tooManySteps(node: ProgramNode, most: number): ErrorShape {
  return {
    code: 'STEPS_EXHAUSTED',
    message: `The case took more than ${most} steps.`,
    meaning: 'Wires that go back, or lists within lists, multiply each other.',
    where: { node: node.name },
    hint: 'Lower the bounds on the wires that go back, or start a case for each item of the outer list.',
    retryable: false,
    fault: 'user',
  };
}

function ended(state: RunState): ErrorShape {
  return {
    code: 'RUN_ENDED',
    message: `The case ${state.run} has ended${state.ended === null ? '' : ` as “${state.ended.result}”`}; there is nothing left to decide.`,
    hint: 'Look at the case to see who decided.',
    retryable: false,
    fault: 'user',
  };
}
