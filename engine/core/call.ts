import type { ErrorShape } from '../flow/error.ts';
import type { FeelContext } from '../feel/value.ts';
import { needsPerson } from '../program/guard.ts';
import type { ProgramNode } from '../program/program.ts';
import type { RetryPolicy } from '../../nodes/kind.ts';
import { command, contractFor, stepFor, type PerformStep } from './calling.ts';
import type { Deciding } from './deciding.ts';
import { digestOfValue, effectKey, taskId } from './digest.ts';
import { agreedFor, lastApprovalAt, nodeAt } from './frames.ts';
import { alreadyDone, businessOf, countsOf, keyMissing, limitsReached, sameLimit } from './limits.ts';
import { askAnew, askOn } from './asking.ts';
import { notSent } from './not-sent.ts';
import type { PerformOutcome } from './outcome.ts';
import { retryAfterPause } from './paused.ts';
import { isRetried, retryDelayMs, spreadOf } from './retry.ts';
import type { Frame, Position, Stimulus } from './state.ts';
import { storableContext } from './storable.ts';
import { askAgain } from './task.ts';

type Calling = Extract<Position, { phase: 'calling' }>;

/** A connector's turn: the intent of an effect first, a read at once; what was agreed to must be what is sent. */
export function performStep(deciding: Deciding, node: ProgramNode, visit: number, step: PerformStep): void {
  const { state, frame, ledger, now } = deciding;
  const action = contractFor(deciding, node);
  if (action.class === 'read') {
    frame.position = { node: node.id, visit, phase: 'calling', attempt: 1, intent: null, maybeSent: false };
    return command(deciding, node, frame.position, 'perform', step);
  }
  const confirmed = frame.confirmed?.node === node.id ? frame.confirmed : null;
  const request = confirmed?.request ?? storableContext(step.request);
  const digest = digestOfValue(request);
  const key = effectKey(state.rootRun, node.id, frame.path, visit, 'do');
  const business = businessOf(deciding, step, action, request);
  const barred = keyMissing(node, action, request) ?? alreadyDone(deciding, node, action, { business, key });
  if (barred !== null)
    return deciding.resume(node, { signal: 'refused', key: '', status: 0, attempts: 0, error: barred });
  const over = limitsReached(deciding, step, action, request).filter(
    (limit) => confirmed === null || !confirmed.over.some((one) => sameLimit(one, limit)),
  );
  if (over.length > 0 || (confirmed === null && mustAskAgain(frame, node, request, digest)))
    return askAgain(deciding, node, visit, request, over);
  const counts = countsOf(action, request);
  deciding.emit({
    type: 'call.intended',
    node: node.id,
    body: {
      visit,
      key,
      connection: step.connection,
      action: step.action,
      class: action.class,
      request,
      digest,
      ...(business === null ? {} : { business: business.digest }),
      ...(counts === null ? {} : { counts }),
    },
  });
  if (business !== null || counts !== null) {
    const { connection, action: name } = step;
    ledger.intended({
      run: state.run,
      key,
      connection,
      action: name,
      at: now,
      business: business?.digest ?? null,
      counts,
    });
  }
  if (frame.position?.phase === 'calling') command(deciding, node, frame.position, 'perform', step);
}

/**
 * The one gate before an effect: once somebody has approved, nothing that needs a person leaves that they were not
 * shown, and nothing at all leaves in another form than they were. What can be taken back, needs no person and was not
 * known when it was approved, goes.
 */
function mustAskAgain(frame: Frame, node: ProgramNode, request: FeelContext, digest: string): boolean {
  const agreed = agreedFor(frame, node.id)?.agreed;
  if (agreed?.digest === digest) return false;
  if (agreed !== undefined && (agreed.digest !== null || node.action?.class === 'irreversible')) return true;
  return lastApprovalAt(frame) !== null && needsPerson(node.guard, request);
}

export function receiveOutcome(deciding: Deciding, stimulus: Extract<Stimulus, { stimulus: 'performed' }>): void {
  const position = callAt(deciding, stimulus);
  if (position === null) return;
  const node = nodeAt(deciding.program, position.node);
  const key = position.intent?.key ?? '';
  const { outcome } = stimulus;
  switch (outcome.outcome) {
    case 'done':
      return deciding.resume(node, {
        signal: 'done',
        key,
        status: outcome.status,
        response: outcome.response,
        attempts: position.attempt,
      });
    case 'refused':
      if (isUnsure(deciding, node, position, outcome.status)) return doubt(deciding, node, position, outcome.error);
      return deciding.resume(node, {
        signal: 'refused',
        key,
        status: outcome.status,
        error: outcome.error,
        attempts: position.attempt,
      });
    case 'failed':
      return failed(deciding, node, position, outcome);
  }
}

/**
 * A refusal after an attempt that may have got through does not say that nothing happened: deleting twice is refused the
 * second time. One who remembers our key answers as the first time, unless they never looked at it.
 */
function isUnsure(deciding: Deciding, node: ProgramNode, position: Calling, status: number): boolean {
  if (position.intent === null || !position.maybeSent) return false;
  return contractFor(deciding, node).idempotency.by !== 'key' || status === 401 || status === 403 || status === 407;
}

/** What the other side said when asked whether the effect happened. */
export function receiveDone(deciding: Deciding, stimulus: Extract<Stimulus, { stimulus: 'asked' }>): void {
  const position = callAt(deciding, stimulus);
  if (position === null || position.intent === null) return;
  const node = nodeAt(deciding.program, position.node);
  const { outcome } = stimulus;
  if (outcome.asked === 'happened')
    return deciding.resume(node, {
      signal: 'done',
      key: position.intent.key,
      status: 200,
      response: outcome.response,
      attempts: position.attempt,
    });
  if (outcome.asked === 'unknown') return retryOrGiveUp(deciding, node, position, { ...outcome, sent: 'maybe' });
  if (deciding.frame.settling) return deciding.resume(node, notSent(node, position));
  // Asked again once it may go on.
  if (deciding.held) return;
  // It did not happen, so the same request may leave under the same key.
  command(deciding, node, position, 'perform', stepFor(deciding, node));
}

/** A timer came due: if it is the retry's, the call is made again. */
export function retryNow(deciding: Deciding): void {
  const { frame } = deciding;
  const { position } = frame;
  if (position?.phase !== 'retrying' || position.retryAt > deciding.now) return;
  const node = nodeAt(deciding.program, position.node);
  const { visit, attempt, intent, maybeSent } = position;
  if (node.target === null) return askAnew(deciding, node, position);
  // That a call is made again is on disk before it is, so that a crash in between is seen for what it is.
  deciding.emit({ type: 'call.repeated', node: node.id, body: { visit, attempt: attempt + 1 } });
  const waited = position.pausedSince === undefined ? {} : { pausedSince: position.pausedSince };
  const calling: Calling = {
    node: node.id,
    visit,
    phase: 'calling',
    attempt: attempt + 1,
    intent,
    maybeSent,
    ...waited,
  };
  frame.position = calling;
  const ask = maybeSent && contractFor(deciding, node).idempotency.by === 'askable';
  command(deciding, node, calling, ask ? 'ask done' : 'perform', stepFor(deciding, node));
}

/**
 * The engine has started again and nobody waits for this call any more. A question or a read is put again. An effect
 * whose intent is on disk may have reached the other side: ask, repeat, or doubt, as its contract allows.
 */
export function recoverCall(deciding: Deciding): void {
  const { frame } = deciding;
  const { position } = frame;
  if (position === null) return;
  if (position.phase !== 'calling' && position.phase !== 'asking') return;
  const node = nodeAt(deciding.program, position.node);
  if (position.phase === 'asking' || node.target === null) return askOn(deciding, node, position);
  if (position.intent === null) return command(deciding, node, position, 'perform', stepFor(deciding, node));
  const calling: Calling = { ...position, maybeSent: true };
  const { by } = contractFor(deciding, node).idempotency;
  if (by === 'none') return doubt(deciding, node, calling, crashed(node));
  // On record, so that nobody who folds this run later takes the first sending for one that never was.
  deciding.emit({ type: 'call.repeated', node: node.id, body: { visit: position.visit, attempt: position.attempt } });
  command(deciding, node, calling, by === 'askable' ? 'ask done' : 'perform', stepFor(deciding, node));
}

type Failed = Omit<Extract<PerformOutcome, { outcome: 'failed' }>, 'outcome'>;

function failed(deciding: Deciding, node: ProgramNode, position: Calling, outcome: Failed): void {
  const { sent, error } = outcome;
  const action = contractFor(deciding, node);
  if (action.class !== 'read' && sent === 'maybe' && action.idempotency.by === 'none')
    return doubt(deciding, node, position, error);
  retryOrGiveUp(deciding, node, position, outcome);
}

function retryOrGiveUp(deciding: Deciding, node: ProgramNode, position: Calling, outcome: Failed): void {
  const { sent, error, pausedUntil, held } = outcome;
  const maybeSent = position.maybeSent || sent === 'maybe';
  const retryAt = againAt(deciding, node, position, outcome);
  if (deciding.frame.settling && !maybeSent) {
    deciding.resume(node, { signal: 'failed', key: position.intent?.key ?? '', error, attempts: position.attempt });
  } else if (retryAt !== null) {
    const waits = held === true ? { held } : pausedUntil === undefined ? {} : { paused: true as const };
    deciding.emit({
      type: 'call.failed',
      node: node.id,
      body: { visit: position.visit, attempt: position.attempt, sent, error, retryAt, ...waits },
    });
  } else if (position.intent !== null && maybeSent) {
    // Out of attempts, and one of them may have got through: neither done nor failed can be claimed.
    doubt(deciding, node, position, error);
  } else {
    deciding.resume(node, { signal: 'failed', key: position.intent?.key ?? '', error, attempts: position.attempt });
  }
}

/** When a call that failed is made again, or null. One that was held is due at once, and taken up when it may go on. */
function againAt(deciding: Deciding, node: ProgramNode, position: Calling, outcome: Failed): number | null {
  const { error, pausedUntil, held } = outcome;
  const { now, state, frame } = deciding;
  if (held === true) return now;
  const key = position.intent?.key ?? effectKey(state.rootRun, node.id, frame.path, position.visit, 'do');
  if (pausedUntil !== undefined) return retryAfterPause(pausedUntil, now, position.pausedSince ?? now, key);
  const { retry } = stepFor(deciding, node);
  const again = isRetried(retry, error) && position.attempt < retry.attempts;
  return again ? now + delay(retry, position.attempt, key) : null;
}

const delay = (retry: RetryPolicy, attempt: number, key: string): number =>
  retryDelayMs(retry, attempt, spreadOf(key, attempt));

function doubt(deciding: Deciding, node: ProgramNode, position: Calling, error: ErrorShape): void {
  if (position.intent === null || node.target === null) throw new Error('only an effect can be in doubt');
  deciding.emit({
    type: 'call.doubted',
    node: node.id,
    body: {
      visit: position.visit,
      key: position.intent.key,
      task: taskId(deciding.state.run, node.id, position.visit, `doubt ${deciding.state.tasks + 1}`),
      error,
      connection: node.target.connection,
      action: stepFor(deciding, node).action,
    },
  });
}

function callAt(deciding: Deciding, stimulus: { node: string; visit: number; attempt: number }): Calling | null {
  const { position } = deciding.frame;
  if (position?.phase !== 'calling' || position.node !== stimulus.node) return null;
  return position.visit === stimulus.visit && position.attempt === stimulus.attempt ? position : null;
}

function crashed(node: ProgramNode): ErrorShape {
  return {
    code: 'ACTION_IN_DOUBT',
    message: `The engine stopped while “${node.name}” was under way, and the other side cannot be asked.`,
    meaning: 'It may have happened, and it may not.',
    where: { node: node.name },
    hint: 'Look in the other system, then say which it was.',
    retryable: false,
    fault: 'other system',
  };
}
