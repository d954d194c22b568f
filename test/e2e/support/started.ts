import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DOOR = fileURLToPath(new URL('../../../engine/studio/start.mjs', import.meta.url));
const LINK = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/;
const END_WITHIN_MS = 5000;

/** A studio at work, as a process of its own: what `npm start` starts. */
export interface StartedStudio {
  /** Opens it in one browser, once. */
  link: string;
  /** Kills the process of its engine, which gets no chance to say anything. */
  crash(): void;
  /** Ends it, and waits until it has ended. */
  end(): Promise<void>;
}

/** The process that the studio's own process started, which is its engine. */
function engineOf(pid: number): number {
  const [engine] = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return Number(engine);
}

/** Starts the studio on a workspace, on any free port, with somebody sitting at it. */
export async function startStudio(workspace: string, person: string): Promise<StartedStudio> {
  const child = spawn(
    process.execPath,
    ['--disallow-code-generation-from-strings', DOOR, workspace, '--browser', '--no-open'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, COUNTERSIGN_PERSON: person } },
  );
  const link = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = LINK.exec(said);
      if (found !== null) resolve(found[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(`the studio ended before it opened: ${said}`)));
  });
  return {
    link,
    crash: () => process.kill(engineOf(child.pid ?? 0), 'SIGKILL'),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await closed;
      clearTimeout(late);
    },
  };
}
