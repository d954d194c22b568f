import { CountersignError } from '../flow/error.ts';
import { SETTLING_ROLE } from '../manifest/decision.ts';
import { signDecision, signSettlement } from '../manifest/sign-approval.ts';
import type { PrivateKey } from '../manifest/sign-keys.ts';
import type { Runner } from '../runner/runner.ts';
import type { StudioRequest } from './contract.ts';
import { digestOfTask, type FoundTask } from './views.ts';

export interface Signer {
  person: string;
  key: PrivateKey<'approver'>;
  /** Milliseconds since 1970. */
  at: number;
}

type Said = Pick<StudioRequest<'decide'>, 'decision' | 'comment'>;

/**
 * Signs what a person decided on an open task and hands it to the runner, which checks it by itself. On an effect in
 * doubt *approved* says that it happened and *rejected* that it did not. Throws why the runner refused.
 */
export async function decideTask(
  runner: Runner,
  found: FoundTask,
  { decision, comment }: Said,
  signer: Signer,
): Promise<void> {
  const { row, position } = found;
  const { person, key, at } = signer;
  const id = { id: row.id, run: row.run };
  if (position.phase === 'tasked') {
    const said = { decision, person, role: position.task.role, comment, shown: digestOfTask(found), at };
    return runner.engine.decide(row.run, row.id, signDecision(key, id, said));
  }
  if (decision === 'sent back') throw notSentBack();
  const said = { happened: decision === 'approved', person, role: SETTLING_ROLE, comment, at };
  return runner.engine.settle(row.run, row.id, signSettlement(key, { ...id, key: position.intent.key }, said));
}

const notSentBack = (): CountersignError =>
  new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    message: 'An action in doubt cannot be sent back: it has happened, or it has not.',
    hint: 'Look in the other system, and say which.',
  });
