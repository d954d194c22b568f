import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CountersignError } from '../../flow/error.ts';
import { parseStrict } from '../../flow/json.ts';
import { z } from '../../flow/zod.ts';

const readySchema = z.object({ url: z.string(), connections: z.record(z.string(), z.string()) });

export interface SystemsProcess {
  /** Base address by connection. */
  connections: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts a workspace's simulated systems as a process of their own, which remembers in `data` and ends with this one.
 * Errors: ENVIRONMENT with what it said.
 */
export async function startSystems(workspace: string, data: string): Promise<SystemsProcess> {
  const entry = new URL('../../sandbox/systems-main.ts', import.meta.url).pathname;
  const args = ['--disallow-code-generation-from-strings', entry, '--documents', `${workspace}/systems`, '--data', data, '--with-parent'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const line = await Promise.race([firstLine(child), ended(child)]);
  if (line === null)
    throw new CountersignError({
      code: 'ENVIRONMENT',
      message: `The simulated systems did not start: ${said.join('').trim()}`,
      hint: 'Run the command again.',
      fault: 'operator',
    });
  const { connections } = readySchema.parse(parseStrict(line));
  return {
    connections,
    stop: async () => {
      child.stdin.end();
      await ended(child);
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) return line;
  return null;
}

function ended(child: ChildProcess): Promise<null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(null);
    child.once('exit', () => resolve(null));
  });
}
