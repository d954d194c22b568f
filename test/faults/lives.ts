import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from '../../engine/flow/zod.ts';
import type { ProcessOptions } from './process-options.ts';

/** One life of a process: how it ended. */
export interface Life {
  killed: boolean;
  code: number | null;
  out: string;
  err: string;
}

/** Throws with what it said when a life did not end by the kill. */
export function wasKilled(life: Life): void {
  if (!life.killed) throw new Error(`it ended by itself with ${life.code}: ${life.out}${life.err}`);
}

/** Throws with what it said when a life did not end well and by itself. */
export function endedWell(life: Life): void {
  if (life.killed || life.code !== 0) throw new Error(`it ended with ${life.code}: ${life.out}${life.err}`);
}

const DOOR = fileURLToPath(new URL('../../engine/cli/countersign.mjs', import.meta.url));
const HELD = fileURLToPath(new URL('runner-process.ts', import.meta.url));

/** A process that has not ended by then hangs. */
const LONGEST_MS = 60_000;
const NO_EVAL = '--disallow-code-generation-from-strings';

/**
 * Runs a script under this Node and kills it with SIGKILL when `when` says so; `heard` is what it has said on standard
 * output so far. A life that ends by itself is not killed.
 */
export async function live(
  args: readonly string[],
  when?: (heard: () => string, ended: AbortSignal) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<Life> {
  const child = spawn(process.execPath, [NO_EVAL, ...args], { env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const hangs = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const over = new AbortController();
  const closed = once(child, 'close').then(() => {
    clearTimeout(hangs);
    over.abort();
  });
  let killed = false;
  if (when !== undefined) {
    const killing = when(() => out, over.signal).then(() => {
      if (!over.signal.aborted) killed = child.kill('SIGKILL');
    });
    await Promise.race([closed, killing]);
  }
  await closed;
  // A kill that came after the last breath is none.
  return { killed: killed && child.signalCode === 'SIGKILL', code: child.exitCode, out, err };
}

/** The command itself. */
export const runCommand = (options: Pick<ProcessOptions, 'manifest' | 'runner' | 'data'>): string[] => [
  DOOR,
  'run',
  options.manifest,
  '--runner',
  options.runner,
  '--data',
  options.data,
  '--json',
];

/** The same command, stopping where its options say. */
export const heldCommand = (options: ProcessOptions): string[] => [HELD, JSON.stringify(options)];

/** Waits until the process says that it stands at its point. */
export const atItsPoint = async (heard: () => string, ended: AbortSignal): Promise<void> => {
  while (!heard().includes('"at"') && !ended.aborted) await sleep(5);
};

const countSchema = z.object({ key: z.string(), action: z.string(), attempts: z.int(), effects: z.int() });
const recordsSchema = z.record(z.string(), z.record(z.string(), z.looseObject({ order: z.string().optional() })));

/** The test's side of the simulated systems: what they themselves counted, on their own disk. */
export function counted(url: string) {
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}/_/${path}`)).json();
  return {
    counts: async () => z.object({ effects: z.array(countSchema) }).parse(await get('effects')).effects,
    records: async () => recordsSchema.parse(await get('state?connection=shop')),
    faults: async (faults: readonly object[]): Promise<void> => {
      await fetch(`${url}/_/faults`, { method: 'POST', body: JSON.stringify({ connection: 'shop', faults }) });
    },
  };
}
export type Counted = ReturnType<typeof counted>;
