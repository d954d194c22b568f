import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { readSystemFiles } from '../sandbox/systems-folder.ts';
import { startSystemsServer } from '../sandbox/systems-server.ts';

/** The simulated systems of a workspace at work. */
export interface RunningSystems {
  /** Base address of each, by connection. */
  connections: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SystemsRequest {
  /** The workspace. */
  root: string;
  /** The file in which they remember. */
  data: string;
  /** Called when they end without having been asked to. */
  ended: (error: CountersignError) => void;
}

export type StartSystems = (request: SystemsRequest) => Promise<RunningSystems>;

const startedSchema = z.object({ connections: z.record(z.string(), z.string()) });
const END_WITHIN_MS = 3000;

/** Starts them as a process of their own, which ends when this one does, however it does. Throws ENVIRONMENT. */
export const spawnSystems: StartSystems = async ({ root, data, ended }) => {
  const main = join(import.meta.dirname, '..', 'sandbox', 'systems-main.ts');
  const child = spawn(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      main,
      '--documents',
      join(root, 'systems'),
      '--connections',
      join(root, 'connections'),
      '--data',
      data,
      '--with-parent',
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('\n')) resolve(out);
    });
    child.once('error', (error) => reject(broken(error.message)));
    child.once('exit', () => reject(broken(said)));
  });
  let closing = false;
  child.once('exit', () => {
    if (!closing) ended(broken(said));
  });
  return {
    connections: startedSchema.parse(JSON.parse(line)).connections,
    close: async () => {
      closing = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await gone;
      clearTimeout(timer);
    },
  };
};

/** Starts them within this process: for the desktop shell, whose binary runs no scripts. */
export const hostSystems: StartSystems = async ({ root, data, ended }) => {
  const files = await readSystemFiles(join(root, 'connections'), join(root, 'systems'));
  return startSystemsServer({ ...files, dataFile: data, seed: 1, port: 0, now: () => Date.now(), onBroken: ended });
};

const broken = (why: string): CountersignError =>
  new CountersignError({
    code: 'ENVIRONMENT',
    message: `The simulated systems ended: ${why.trim() || 'they gave no reason'}`,
    meaning: 'Cases on the local runner cannot reach a system until they run again.',
    hint: 'Start the studio again. If they end again, check the documents in “systems” and “connections”.',
    retryable: true,
    fault: 'operator',
  });
