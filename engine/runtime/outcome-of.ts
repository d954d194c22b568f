import type { Command } from '../core/state.ts';
import { toErrorShape } from '../flow/error.ts';
import type { Outcome } from './batch.ts';
import type { Environment, MayLeave } from './environment.ts';

/** Does what core asked for, and gives what came of it as core is told. */
export async function outcomeOf(
  environment: Environment,
  program: string,
  command: Command,
  mayLeave: MayLeave,
): Promise<Outcome> {
  const { path, node, visit } = command;
  if (command.command === 'ask')
    return { stimulus: 'answered', path, node, visit, outcome: await environment.modelsOf(program).ask(command) };
  const { attempt } = command;
  const systems = environment.systemsOf(program);
  if (command.command === 'ask done')
    return { stimulus: 'asked', path, node, visit, attempt, outcome: await systems.askDone(command, mayLeave) };
  return { stimulus: 'performed', path, node, visit, attempt, outcome: await systems.perform(command, mayLeave) };
}

/** An environment that rejects breaks its word; what it was asked to do counts as perhaps done. */
export function surprise(command: Command, thrown: unknown): Outcome {
  const { path, node, visit } = command;
  const error = toErrorShape(thrown);
  if (command.command === 'ask')
    return { stimulus: 'answered', path, node, visit, outcome: { outcome: 'failed', error } };
  const { attempt } = command;
  if (command.command === 'ask done')
    return { stimulus: 'asked', path, node, visit, attempt, outcome: { asked: 'unknown', error } };
  return { stimulus: 'performed', path, node, visit, attempt, outcome: { outcome: 'failed', sent: 'maybe', error } };
}
