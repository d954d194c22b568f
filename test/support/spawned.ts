import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DOOR = fileURLToPath(new URL('../../engine/cli/countersign.mjs', import.meta.url));

/** A command that stays, as a process of its own. */
export interface Staying {
  child: ChildProcess;
  /** Ends it with a signal and waits until it has ended. Gives its exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Starts a command that stays and waits until it says that it listens. */
export async function staying(...argv: readonly string[]): Promise<Staying> {
  const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', DOOR, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const listening = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('listening on')) resolve();
    });
    child.once('exit', () => reject(new Error(said)));
  });
  await listening;
  return {
    child,
    end: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
