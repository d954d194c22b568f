import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { overHttp } from '../peers/over-http.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import { firstMessage, startProcesses } from '../peers/processes.ts';

const NAME = 'Restate';
const READY_WITHIN_MS = 60_000;

/**
 * A Restate server of one node with its default settings, on ports of its own, and a process with its handlers.
 *
 * @param installed folder whose `node_modules` holds `@restatedev/restate-server` and `@restatedev/restate-sdk`, or null
 */
export const restate = (installed: string | null): Peer => ({
  name: NAME,
  start: installed === null ? null : (folder, target, round) => startRestate(installed, folder, target, round),
});

async function startRestate(installed: string, folder: string, target: string, round: number): Promise<RunningPeer> {
  const program = serverIn(installed);
  const [ingress, admin, fabric, handler] = await freePorts(4);
  const { stop } = await startProcesses(NAME, folder, async (children, out) => {
    const server = spawn(
      program,
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
    children.push(server);
    const handlers = fork(
      new URL('handler-process.ts', import.meta.url),
      [installed, String(handler), target, String(round), String(server.pid)],
      {
        execArgv: [],
        env: { ...process.env, RESTATE_LOGGING: 'ERROR' },
        stdio: ['ignore', out, out, 'ipc'],
      },
    );
    children.push(handlers);
    await firstMessage(handlers);
    await register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${handler}`, server);
  });
  return overHttp(NAME, (workload) => `http://127.0.0.1:${ingress}/workloads/${workload}`, stop);
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
