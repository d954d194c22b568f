import { taskFrame } from '../core/frames.ts';
import type { RunState, Stimulus } from '../core/state.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Environment } from './environment.ts';

/**
 * Why a person's word is not taken: they may not, or the signature is not theirs over exactly this. Core then looks at
 * the task's own state.
 */
export function refusal(people: Environment['people'], state: RunState, stimulus: Stimulus): ErrorShape | null {
  if (stimulus.stimulus !== 'decided' && stimulus.stimulus !== 'settled') return null;
  const position = taskFrame(state, stimulus.task)?.position;
  if (stimulus.stimulus === 'decided' && position?.phase === 'tasked') {
    const { role, digest, fourEyes } = position.task;
    const task = { id: stimulus.task, run: state.run, role, digest, fourEyes };
    for (const initiator of causersOf(state)) {
      const refused = people.check({ ...task, initiator }, stimulus.decision);
      if (refused !== null) return refused;
    }
    return null;
  }
  if (stimulus.stimulus === 'settled' && position?.phase === 'doubted') {
    const task = { id: stimulus.task, run: state.run, key: position.intent.key };
    return people.checkSettlement(task, stimulus.settlement);
  }
  return null;
}

/** Whoever began the first case of a chain, and everybody who had one of it tried again. */
const causersOf = ({ initiator, retriedBy }: RunState): Set<string> =>
  new Set([initiator, ...retriedBy].map(({ subject }) => subject));
