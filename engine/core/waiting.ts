/** Waiting for the clock, and for messages. */
import type { ProgramNode } from '../program/program.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Step } from '../../nodes/kind.ts';
import type { Deciding } from './deciding.ts';
import { knownAs, messageBody, messageOf, messageTopic, sameMessage } from './digest.ts';
import { nodeAt } from './frames.ts';
import type { Stimulus } from './state.ts';

type WaitStep = Extract<Step, { step: 'wait' }>;

/** What is waited for is on record, so that a message or the clock finds it. */
export function beginWait(deciding: Deciding, node: ProgramNode, visit: number, { until, message }: WaitStep): void {
  const match = message === null ? null : deciding.ledger.digest(messageTopic(message.name, message.key));
  deciding.emit({ type: 'wait.begun', node: node.id, body: { visit, until, match } });
}

/** The time that was waited for has come. */
export function waitDue(deciding: Deciding): void {
  const { position } = deciding.frame;
  if (position?.phase !== 'waiting' || position.until === null || position.until > deciding.now) return;
  deciding.resume(nodeAt(deciding.program, position.node), { signal: 'due', at: position.until });
}

/** A message for whoever waits in this frame. One that nobody waits for any more is refused. */
export function receiveMessage(deciding: Deciding, message: Extract<Stimulus, { stimulus: 'message' }>): void {
  const { position } = deciding.frame;
  const { id, from, body, match } = message;
  const digests = { of: deciding.ledger.digest(messageOf(from, id)), body: deciding.ledger.digest(messageBody(body)) };
  // Sent again before its taking was on disk.
  for (const taken of deciding.state.taken) {
    const told = taken.match === match ? sameMessage(taken.known, { id, ...digests }) : 'other';
    if (told === 'same') return;
    if (told === 'other body') {
      deciding.decision.refused = messageReused(id, from, deciding.state.run);
      return;
    }
  }
  if (position?.phase !== 'waiting' || position.match !== message.match) {
    deciding.decision.refused = {
      code: 'MESSAGE_UNAWAITED',
      message: 'No case waits for this message now.',
      meaning: 'Nothing was put on record.',
      hint: 'Send it again later; a case may come to wait for it.',
      retryable: true,
      fault: 'user',
    };
    return;
  }
  const known = knownAs(digests.of, digests.body);
  deciding.resume(nodeAt(deciding.program, position.node), { signal: 'message', id, from, known, body });
}

/** A sender gave an id to two messages: which of them counts is theirs to say. */
export const messageReused = (id: string, from: string, run: string): ErrorShape => ({
  code: 'RUN_KEY_REUSED',
  message: `The case ${run} has taken a message “${id}” of “${from}” already, with another content.`,
  meaning: 'Nothing was put on record.',
  hint: 'Give another message an id of its own, or send the same content again under this one.',
  retryable: false,
  fault: 'user',
});
