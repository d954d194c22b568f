import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOOR = fileURLToPath(new URL('../../engine/cli/countersign.mjs', import.meta.url));

/** An engine that serves a runner folder, as a process of its own. */
export interface Serving {
  child: ChildProcess;
  url: string;
  token: string;
  /** What it said on standard error so far. */
  said: () => string;
  ended: Promise<number | null>;
  /** Ends it with a signal; gives its exit code, null where the signal ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | null>;
}

interface ServeOptions {
  runner: string;
  manifest: string;
  env: Readonly<Record<string, string>>;
  takeOver?: boolean;
  /** Another program than the command itself, given the same arguments. */
  program?: string;
}

/** An engine that ended instead of listening, and what it said. */
export class NotServing extends Error {
  readonly code: number | null;

  constructor(code: number | null, said: string) {
    super(said);
    this.code = code;
  }
}

/** Engines that have not ended. */
const alive = new Set<ChildProcess>();

/** Ends what a fault that itself failed has left behind; one that is stopped as well. */
export function endAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** Starts an engine and waits until it listens. Throws {@link NotServing}. */
export async function serveFolder({ runner, manifest, env, takeOver, program }: ServeOptions): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      program ?? DOOR,
      'serve',
      '--runner',
      runner,
      '--manifest',
      manifest,
      ...(takeOver === true ? ['--take-over'] : []),
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  alive.add(child);
  let said = '';
  const ended = once(child, 'close').then(() => {
    alive.delete(child);
    return child.exitCode;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const listening = /listening on (\S+);/.exec(said)?.[1];
      if (listening !== undefined) resolve(listening);
    });
    void ended.then((code) => reject(new NotServing(code, said)));
  });
  return {
    child,
    url,
    token: readFileSync(join(runner, 'token'), 'utf8').trim(),
    said: () => said,
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
