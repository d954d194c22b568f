/** A person's word on an effect in doubt: it happened, it did not, or look again. */
import type { ErrorShape } from '../flow/error.ts';
import type { ProgramNode } from '../program/program.ts';
import { command, contractFor, stepFor } from './calling.ts';
import type { Deciding } from './deciding.ts';
import type { Settlement } from './event.ts';
import { nodeAt, taskFrame } from './frames.ts';
import { notSent } from './not-sent.ts';
import type { Position } from './state.ts';
import { closed } from './task.ts';

type Doubted = Extract<Position, { phase: 'doubted' }>;

/** A person says whether an effect in doubt happened, or has the engine look again. */
export function receiveSettlement(deciding: Deciding, task: string, settlement: Settlement): void {
  const found = taskFrame(deciding.state, task);
  if (found?.position.phase !== 'doubted') {
    deciding.decision.refused = closed(task);
    return;
  }
  const { position } = found;
  const own = deciding.within(found.frame);
  const node = nodeAt(deciding.program, position.node);
  if (settlement.happened === null) lookAgain(own, node, position, settlement);
  else if (settlement.happened) happened(own, node, position, settlement);
  else didNotHappen(own, node, position, settlement);
}

function happened(own: Deciding, node: ProgramNode, position: Doubted, settlement: Settlement): void {
  settled(own, node, position, settlement);
  own.resume(node, {
    signal: 'done',
    key: position.intent.key,
    status: 0,
    response: new Map(),
    attempts: position.attempt,
  });
}

/** The same request leaves again under the same key: at once, or when the run may go on, which is on record then. */
function didNotHappen(own: Deciding, node: ProgramNode, position: Doubted, settlement: Settlement): void {
  const { frame } = own;
  settled(own, node, position, settlement, own.held && !frame.settling);
  if (frame.settling) own.resume(node, notSent(node, position));
  else if (frame.position?.phase === 'calling') command(own, node, frame.position, 'perform', stepFor(own, node));
}

function settled(own: Deciding, node: ProgramNode, position: Doubted, settlement: Settlement, held = false): void {
  const { visit, task } = position;
  const body = { visit, task, settlement, ...(held ? { held: true as const } : {}) };
  own.emit({ type: 'doubt.settled', node: node.id, body });
}

/**
 * What can be asked is asked; what is safe to repeat is sent again under its key, which finds out as well. Where neither
 * is so, only a person can look. While the run is held, it is seen to once it may go on, as after a crash.
 */
function lookAgain(own: Deciding, node: ProgramNode, position: Doubted, settlement: Settlement): void {
  const { by } = contractFor(own, node).idempotency;
  if (by === 'none') {
    own.decision.refused = nobodyToAsk(node);
    return;
  }
  own.emit({
    type: 'doubt.reopened',
    node: node.id,
    body: { visit: position.visit, task: position.task, settlement },
  });
  if (own.held || own.frame.position?.phase !== 'calling') return;
  command(own, node, own.frame.position, by === 'askable' ? 'ask done' : 'perform', stepFor(own, node));
}

const nobodyToAsk = (node: ProgramNode): ErrorShape => ({
  code: 'TASK_NOT_PERMITTED',
  message: `“${node.name}” cannot be looked up again: the contract of its action names nothing to ask, and sending it twice would do it twice.`,
  meaning: 'Nothing was sent, and it is still in doubt.',
  where: { node: node.name },
  hint: 'Look in the other system yourself, then say whether it happened.',
  retryable: false,
  fault: 'user',
});
