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

type Said = Pick<StudioRequest<'decide'>, 'decision' | 'comment' | 'answer'>;

/**
 * Signs what a person decided on an open task and hands it to the runner, which checks it by itself. On an effect in
 * doubt *approved* says that it happened, *rejected* that it did not, and *look again* that nobody knows yet. Throws why
 * the runner refused.
 */
export async function decideTask(
  runner: Runner,
  found: FoundTask,
  { decision, comment, answer }: Said,
  signer: Signer,
): Promise<void> {
  const { row, position } = found;
  const { person, key, at } = signer;
  const id = { id: row.id, run: row.run };
  if (position.phase === 'tasked') {
    if (decision === 'look again') throw nothingToLookUp();
    const given = answer === undefined ? {} : { answer };
    const said = { decision, ...given, person, role: position.task.role, comment, shown: digestOfTask(found), at };
    return runner.engine.decide(row.run, row.id, signDecision(key, id, said));
  }
  if (decision === 'answered') throw notAsked();
  if (decision === 'sent back') throw notSentBack();
  const happened = decision === 'look again' ? null : decision === 'approved';
  const said = { happened, person, role: SETTLING_ROLE, comment, at };
  return runner.engine.settle(row.run, row.id, signSettlement(key, { ...id, key: position.intent.key }, said));
}

const notSentBack = (): CountersignError =>
  new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    message: 'An action in doubt cannot be sent back: it has happened, or it has not.',
    hint: 'Look in the other system, and say which.',
  });

const notAsked = (): CountersignError =>
  new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    message: 'An action in doubt asks for no answer but whether it happened.',
    hint: 'Look in the other system, and say which.',
  });

const nothingToLookUp = (): CountersignError =>
  new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    message: 'This task is not about an action in doubt: there is nothing to look up again.',
    hint: 'Approve it or reject it.',
  });
