import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../flow/error.ts';

/** Something that is built from sources into a file that shows when. */
export interface Build {
  /** What is written last, relative to the project. */
  made: string;
  /** Folders and files that it is made from. */
  from: readonly string[];
  /** Arguments of vite, one list for each run. */
  runs: readonly (readonly string[])[];
}

export const RENDERER: Build = {
  made: 'dist/renderer/index.html',
  // Of the engine the window knows its pure rooms and contracts; all of it is quicker to name than to keep a list of those.
  from: ['renderer', 'engine', 'nodes', 'vite.config.ts', 'package-lock.json'],
  runs: [['build']],
};

export const DESKTOP: Build = {
  made: 'dist/electron/main.js',
  from: ['electron', 'engine', 'nodes', 'electron.config.ts', 'package-lock.json'],
  runs: ['engine', 'preload', 'main'].map((mode) => ['build', '--config', 'electron.config.ts', '--mode', mode]),
};

/** Whether nothing is built, or a source is newer than what is. */
export function isStale(project: string, { made, from }: Build): boolean {
  const built = statSync(join(project, made), { throwIfNoEntry: false });
  return built === undefined || from.some((source) => newest(join(project, source)) > built.mtimeMs);
}

/** Builds with vite in a process of its own, since it generates code, which we run without. Throws ENVIRONMENT. */
export async function build(project: string, { runs }: Build): Promise<void> {
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) throw notBuilt('vite is not installed');
  for (const args of runs) {
    // In order: what the first writes says when all of it was built.
    // oxlint-disable-next-line no-await-in-loop
    await run(project, [vite, ...args, '--logLevel', 'warn']);
  }
}

function run(project: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => reject(notBuilt(error.message)));
    child.once('close', (code) => (code === 0 ? resolve() : reject(notBuilt(said.trim()))));
  });
}

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = readdirSync(path, { withFileTypes: true }).filter((entry) => !/\.test\.tsx?$/.test(entry.name));
  return Math.max(0, ...inside.map((entry) => newest(join(path, entry.name))));
}

const notBuilt = (why: string): CountersignError =>
  new CountersignError({
    code: 'ENVIRONMENT',
    message: `The studio's window could not be built: ${why}`,
    hint: 'Run “npm ci” and try again.',
    fault: 'operator',
  });
