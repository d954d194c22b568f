import type { Runner } from '../runner/runner.ts';
import { engineOn } from '../runner/serve.ts';
import { openRunner } from './commands/run.ts';

/** Said in the help of each command that hands something over. */
export const ALONE =
  '\nWhere no engine runs on the folder, this case alone goes on, for as long as the command takes; all others stay as they are.';

/** What a command is about: a case on a runner folder. */
export interface About {
  folder: string;
  run: string;
}

/**
 * Hands something about a case to the engine on a folder: to the one that is running, or to one for the moment, in which
 * that case alone goes on.
 */
export async function handOver(
  { folder, run }: About,
  path: string,
  message: unknown,
  direct: (runner: Runner) => Promise<void> | void,
): Promise<void> {
  const running = await engineOn(folder);
  if (running !== null) {
    await running.post(path, message);
    return;
  }
  const runner = openRunner(folder, false, run);
  try {
    await direct(runner);
    await runner.engine.idle(true);
  } finally {
    await runner.close();
  }
}
