import type { Runner } from '../runner/runner.ts';
import { engineOn } from '../runner/serve.ts';
import { openRunner } from './commands/run.ts';

/** Hands something to the engine on a folder: to the one that is running, or to one for the moment. */
export async function handOver(
  folder: string,
  path: string,
  message: unknown,
  direct: (runner: Runner) => Promise<void> | void,
): Promise<void> {
  const running = await engineOn(folder);
  if (running !== null) {
    await running.post(path, message);
    return;
  }
  const runner = openRunner(folder);
  try {
    await direct(runner);
    await runner.engine.idle(true);
  } finally {
    await runner.close();
  }
}
