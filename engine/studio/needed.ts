import { CountersignError } from '../flow/error.ts';
import type { LocalRunner } from './local-runner.ts';

/** The runner that must be there, since something of it is asked for by its id. */
export async function needed(local: LocalRunner, id: string) {
  const runner = await local.find();
  if (runner !== null) return runner;
  throw new CountersignError({
    code: 'NOT_FOUND',
    message: `There is nothing called “${id.toWellFormed().slice(0, 80)}”: no case was ever started here.`,
    hint: 'Export the flow and start a case.',
  });
}
