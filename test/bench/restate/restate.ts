import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../row.ts';
import { caseOf, resultOf } from '../w2/workload.ts';

export type Workload = 'W1' | 'W2';

/** What so many runs came to: `p50` is of one run, in milliseconds. */
export interface RestateRun {
  seconds: number;
  p50: number;
}

/** A Restate server of one node with its default settings, and a process with its handlers. */
export interface Restate {
  /** Runs so many cases by so many callers, each of which begins its next when the last has ended. */
  load(workload: Workload, runs: number, callers: number): Promise<RestateRun>;
  close(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts Restate from where it is installed, on ports of its own, with its data in `folder`.
 *
 * @param installed folder whose `node_modules` holds `@restatedev/restate-server` and `@restatedev/restate-sdk`
 * @param target address that W1 posts to
 * @param round tells the keys of one server's posts from those of another
 */
export async function startRestate(installed: string, folder: string, target: string, round: number): Promise<Restate> {
  const [ingress, admin, fabric, handler] = await freePorts(4);
  const log = join(folder, 'restate.log');
  const out = openSync(log, 'w');
  const server = spawn(
    serverIn(installed),
    [
      '--no-logo',
      '--listen-mode=tcp',
      '--node-name=one',
      '--bind-ip=127.0.0.1',
      `--bind-port=${fabric}`,
      `--base-dir=${join(folder, 'data')}`,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        RESTATE_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: '1',
        RUST_LOG: 'warn',
        RESTATE_INGRESS__BIND_PORT: String(ingress),
        RESTATE_ADMIN__BIND_PORT: String(admin),
      },
      stdio: ['ignore', out, out],
    },
  );
  const handlers = fork(
    new URL('handler-process.ts', import.meta.url),
    [installed, String(handler), target, String(round), String(server.pid)],
    {
      execArgv: [],
      env: { ...process.env, RESTATE_LOGGING: 'ERROR' },
      stdio: ['ignore', out, out, 'ipc'],
    },
  );
  const close = async () => {
    await end(handlers);
    await end(server);
  };
  try {
    await Promise.race([
      once(handlers, 'message'),
      once(handlers, 'exit').then(() => Promise.reject(new Error('the handlers of Restate did not start'))),
    ]);
    await register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${handler}`, server);
  } catch (error) {
    await close();
    throw new Error(`Restate did not start; it said:\n${readFileSync(log, 'utf8').slice(-2000)}`, { cause: error });
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let made = 0;
  return {
    load: async (workload, runs, callers) => {
      const first = made;
      made += runs;
      return loadBy(`http://127.0.0.1:${ingress}/workloads/${workload}`, agent, { first, runs, callers });
    },
    close: async () => {
      agent.destroy();
      await close();
    },
  };
}

/** The server's own program, so that no launcher stands between it and its end. */
function serverIn(installed: string): string {
  const main = createRequire(join(installed, 'package.json')).resolve('@restatedev/restate-server/package.json');
  const platform = `restate-server-${process.platform}-${process.arch}`;
  return join(dirname(main), '..', platform, 'bin', 'restate-server');
}

/** Tells the server of its handlers, once it listens. */
async function register(admin: string, uri: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  let why: unknown = null;
  while (Date.now() < until && server.exitCode === null) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- until it answers
      const answer = await fetch(`${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri }),
      });
      if (answer.ok) return;
      // oxlint-disable-next-line no-await-in-loop -- as above
      why = new Error(await answer.text());
    } catch (error) {
      why = error;
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await sleep(200);
  }
  throw new Error('it takes no handlers', { cause: why });
}

async function loadBy(url: string, agent: Agent, of: { first: number; runs: number; callers: number }) {
  const waits: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let i = next++; i < of.runs; i = next++) {
      const one = caseOf(of.first + i);
      const asked = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- a caller has one run under way at a time
      const said = await ask(url, agent, JSON.stringify(one));
      waits.push(performance.now() - asked);
      if (said !== JSON.stringify(resultOf(one))) throw new Error(`Restate came to ${said} for ${one.id}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: of.callers }, caller));
  return { seconds: (performance.now() - begun) / 1000, p50: median(waits) };
}

const ask = (url: string, agent: Agent, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`Restate answered ${answer.statusCode}: ${text}`)),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });

async function freePorts(count: 4): Promise<[number, number, number, number]> {
  const open = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = open.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  const [a = 0, b = 0, c = 0, d = 0] = ports;
  return [a, b, c, d];
}

/** How long whoever is asked to end may take. */
const END_WITHIN_MS = 8000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const gone = await Promise.race([ended.then(() => true), sleep(END_WITHIN_MS, false)]);
  if (gone) return;
  child.kill('SIGKILL');
  await ended;
}
