/** A person stops a run, or lets it go on; its time may be over. */
import type { ErrorShape } from '../flow/error.ts';
import { recoverCall, retryNow } from './call.ts';
import { callName } from './call-name.ts';
import type { Deciding } from './deciding.ts';
import { droppable, framesOf, isUnsettled } from './frames.ts';
import type { Stimulus, Stopping } from './state.ts';
import { taskDue } from './task.ts';
import { waitDue } from './waiting.ts';
import { canUndo } from './undo.ts';

type Control = Extract<Stimulus, { stimulus: 'cancelled' | 'suspended' | 'resumed' }>;

export function receiveControl(deciding: Deciding, stimulus: Control): void {
  const { state } = deciding;
  const { by, reason } = stimulus;
  if (state.stopping !== null && !(state.suspended && stimulus.stimulus === 'resumed')) {
    deciding.decision.refused = alreadyStopping(state.suspended);
    return;
  }
  if (stimulus.stimulus === 'cancelled') {
    cancel(deciding, { error: null, cancelled: { by, reason }, undo: stimulus.undo }, stimulus.awaited);
    return;
  }
  if (state.suspended === (stimulus.stimulus === 'suspended')) return;
  const type = stimulus.stimulus === 'suspended' ? 'run.suspended' : 'run.resumed';
  deciding.emit({ type, body: { by, reason } });
  if (stimulus.stimulus === 'resumed' && !deciding.held) {
    deadlineDue(deciding);
    recoverCalls(deciding, stimulus.awaited);
    timersDue(deciding);
  }
}

/** Sees to every call that nobody waits for any more. */
export function recoverCalls(deciding: Deciding, awaited: ReadonlySet<string> = new Set()): void {
  for (const frame of framesOf(deciding.state)) {
    const { path, position } = frame;
    if (position !== null && !awaited.has(callName({ path, ...position }))) recoverCall(deciding.within(frame));
  }
}

/** Timers of any line of the run may have come due. */
export function timersDue(deciding: Deciding): void {
  for (const frame of framesOf(deciding.state)) {
    taskDue(deciding.within(frame));
    waitDue(deciding.within(frame));
    retryNow(deciding.within(frame));
  }
}

/** What was held while the run was suspended is seen to now, or it would never come to its end. */
function cancel(deciding: Deciding, why: Omit<Stopping, 'node'>, awaited?: ReadonlySet<string>): void {
  const wasSuspended = deciding.state.suspended;
  stop(deciding, { node: null, ...why });
  if (wasSuspended && !deciding.held) recoverCalls(deciding, awaited);
}

/** The time that the flow gives its cases is over. In a suspended case that counts once it is resumed. */
export function deadlineDue(deciding: Deciding): void {
  const { state, now, program } = deciding;
  if (state.deadline === null || state.deadline > now || state.stopping !== null || state.suspended) return;
  const error: ErrorShape = {
    code: 'DEADLINE_PASSED',
    message: `The case was not over in the time that “${program.title}” gives it.`,
    hint: 'Look at where the case stood, and start it again if it is still wanted.',
    retryable: false,
    fault: 'operator',
  };
  stop(deciding, { node: null, error, cancelled: null, undo: true });
}

/**
 * Brings a run to its end. What other branches have out is settled first, and effects are taken back; where there is
 * neither, a failure needs no event of its own.
 */
export function stop(deciding: Deciding, { node, error, cancelled, undo }: Stopping): void {
  const { state } = deciding;
  const root = deciding.within(state.root);
  const standing = state.branches.size > 0 || isUnsettled(state.root);
  if (cancelled === null && node !== null && !standing && !(undo && canUndo(state)))
    return endStopped(deciding, { node, error, cancelled, undo });
  root.emit({
    type: 'run.stopping',
    node,
    body: { error, cancelled, undo, dropped: droppable(state, state.root, 'too') },
  });
}

export function endStopped(deciding: Deciding, { node, error, cancelled }: Stopping): void {
  const status = cancelled === null ? 'failed' : 'cancelled';
  deciding
    .within(deciding.state.root)
    .emit({ type: 'run.ended', node, body: { status, result: status, value: null, error } });
}

const alreadyStopping = (isSuspended: boolean): ErrorShape => ({
  code: 'RUN_ENDED',
  message: 'The case is coming to its end already: what is under way is settled first.',
  hint: isSuspended ? 'Resume the case: it is suspended.' : 'Look at the case to see what it waits for.',
  retryable: false,
  fault: 'user',
});
