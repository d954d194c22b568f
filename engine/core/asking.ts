/** Asking a model, as often as its node allows. That it was asked is on no record: after a crash it is asked again. */
import type { ProgramNode } from '../program/program.ts';
import type { Step } from '../../nodes/kind.ts';
import { turnOf, type Deciding } from './deciding.ts';
import { effectKey } from './digest.ts';
import { nodeAt } from './frames.ts';
import { isRetried, retryDelayMs, spreadOf } from './retry.ts';
import type { Position, Stimulus } from './state.ts';

type AskStep = Extract<Step, { step: 'ask' }>;

export function askModel(
  deciding: Deciding,
  node: ProgramNode,
  { visit, tried }: { visit: number; tried: number },
  step: AskStep,
): void {
  const { frame } = deciding;
  frame.position = { node: node.id, visit, phase: 'asking', tried };
  const { model, text, columns, bar, timeoutMs } = step;
  deciding.decision.commands.push({
    command: 'ask',
    path: frame.path,
    node: node.id,
    visit,
    model,
    text,
    columns,
    bar,
    timeoutMs,
  });
}

/** The pause after a failure is over: the model is asked again, which is on record for the count of attempts. */
export function askAnew(
  deciding: Deciding,
  node: ProgramNode,
  { visit, attempt }: Extract<Position, { phase: 'retrying' }>,
): void {
  deciding.emit({ type: 'call.repeated', node: node.id, body: { visit, attempt: attempt + 1 } });
  askModel(deciding, node, { visit, tried: attempt + 1 }, askStepOf(deciding, node));
}

/** Nobody waits for the answer any more: the question is put again, and counts once. */
export function askOn(
  deciding: Deciding,
  node: ProgramNode,
  position: Extract<Position, { phase: 'asking' | 'calling' }>,
): void {
  const tried = position.phase === 'asking' ? position.tried : position.attempt;
  askModel(deciding, node, { visit: position.visit, tried }, askStepOf(deciding, node));
}

export function receiveAnswer(deciding: Deciding, stimulus: Extract<Stimulus, { stimulus: 'answered' }>): void {
  const { state, frame, now } = deciding;
  const { position } = frame;
  if (position?.phase !== 'asking' || position.node !== stimulus.node || position.visit !== stimulus.visit) return;
  const node = nodeAt(deciding.program, position.node);
  const { outcome } = stimulus;
  if (outcome.outcome === 'answered') return deciding.resume(node, { signal: 'answered', answer: outcome.answer });
  const { error } = outcome;
  const { retry } = askStepOf(deciding, node);
  const { visit, tried } = position;
  if (frame.settling || tried >= retry.attempts || !isRetried(retry, error))
    return deciding.resume(node, { signal: 'not answered', error });
  const spread = spreadOf(effectKey(state.rootRun, node.id, frame.path, visit, 'do'), tried);
  const retryAt = now + retryDelayMs(retry, tried, spread);
  deciding.emit({ type: 'call.failed', node: node.id, body: { visit, attempt: tried, sent: 'no', error, retryAt } });
}

/** The question again: the same as before, since nothing that it reads has changed. */
function askStepOf(deciding: Deciding, node: ProgramNode): AskStep {
  const step = node.behaviour.start(turnOf(deciding));
  if (step.step !== 'ask') throw new Error(`the node ${node.id} does not ask`);
  return step;
}
