import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpRequest } from '../connections/request.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { createFaultPlan, type FaultPlan } from './faults.ts';
import { createReceiver, type Receiver, type Reception } from './reception.ts';
import { faultSchema } from './system-document.ts';
import { createSystemState, type KeyCount, type SystemState } from './system-state.ts';
import { openSystemStore, type StoredWrite, type SystemStore } from './system-store.ts';
import type { SystemFiles } from './systems-folder.ts';
import { headersOf, listen, readBody, reply } from './systems-http.ts';

export interface SystemsServerOptions extends SystemFiles {
  /** Where the systems remember. */
  dataFile: string;
  seed: number;
  /** 0 chooses a free one. */
  port: number;
  now: () => number;
  /** Called when the state could not be stored; nothing that waits is answered any more. */
  onBroken: (error: CountersignError) => void;
}

export interface SystemsServer {
  url: string;
  /** Base address of each connection, for its binding. */
  connections: Record<string, string>;
  close(): Promise<void>;
}

interface Member {
  receiver: Receiver;
  state: SystemState;
  faults: FaultPlan;
}

interface Waiting {
  reception: Reception;
  response: ServerResponse;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const methodSchema = z.enum(METHODS);
const faultsSchema = z.strictObject({ connection: z.string(), faults: z.array(faultSchema) });

/**
 * Simulated systems over HTTP on loopback, with state and counts on disk. Requests that arrive together are decided in
 * order, stored in one transaction, and only then answered: what was answered survives `kill -9`, and what was not
 * answered may or may not have happened, as with any system.
 *
 * `/<connection>/…` are the systems; `/_/…` is the test's side: `GET count?key=`, `GET effects`, `GET state?connection=`,
 * `POST faults {connection, faults}`, `POST pause`, `POST resume`.
 */
export async function startSystemsServer(options: SystemsServerOptions): Promise<SystemsServer> {
  const store = openSystemStore(options.dataFile);
  const members = openMembers(options, store);
  const batch = createBatch(store, options.onBroken);
  const paused: (() => void)[] = [];
  let pausing = false;

  const serve = (request: IncomingMessage, path: string, body: string, response: ServerResponse): void => {
    const [, name = ''] = path.split('/', 2);
    const member = members.get(name);
    const method = methodSchema.safeParse(request.method);
    if (member === undefined || !method.success) return reply(response, 404, { message: `no system answers ${path}` });
    const asked: HttpRequest = {
      method: method.data,
      path: path.slice(name.length + 1),
      headers: headersOf(request),
      body: body === '' ? null : body,
    };
    const reception = member.receiver.receive(asked, member.state, member.faults, options.now());
    member.state.apply(reception.writes);
    batch.add(
      { reception, response },
      reception.writes.map((change) => ({ connection: name, change })),
    );
  };

  const control = (method: string, url: URL, body: string, response: ServerResponse): void => {
    // What is told here is on disk already.
    batch.flush();
    switch (`${method} ${url.pathname}`) {
      case 'GET /_/count':
        return reply(response, 200, countOf(members, url.searchParams.get('key') ?? ''));
      case 'GET /_/effects':
        return reply(response, 200, { effects: allCounts(members) });
      case 'GET /_/state':
        return reply(response, 200, members.get(url.searchParams.get('connection') ?? '')?.state.dump() ?? {});
      case 'POST /_/pause':
        pausing = true;
        return reply(response, 200, { paused: true });
      case 'POST /_/resume':
        pausing = false;
        for (const go of paused.splice(0)) go();
        return reply(response, 200, { paused: false });
      case 'POST /_/faults':
        return setFaults(members, body, options.seed, response);
      default:
        return reply(response, 404, { message: `nothing answers ${method} ${url.pathname}` });
    }
  };

  const server = createServer((request, response) => {
    readBody(request, response, (body) => {
      const path = request.url ?? '/';
      if (path.startsWith('/_/'))
        return control(request.method ?? '', new URL(path, 'http://localhost'), body, response);
      const go = (): void => serve(request, path, body, response);
      if (pausing) paused.push(go);
      else go();
    });
  });
  server.keepAliveTimeout = 120_000;
  const url = await listen(server, options.port, () => store.close());
  return {
    url,
    connections: Object.fromEntries([...members.keys()].map((name) => [name, `${url}/${name}`])),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          batch.flush();
          store.close();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function openMembers(options: SystemsServerOptions, store: SystemStore): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const [name, document] of Object.entries(options.documents)) {
    const connection = options.connections[name];
    if (connection === undefined) continue;
    members.set(name, {
      receiver: createReceiver(document, connection, options.seed),
      state: createSystemState(),
      faults: createFaultPlan(document.faults ?? [], options.seed),
    });
  }
  for (const { connection, change } of store.load()) members.get(connection)?.state.apply([change]);
  return members;
}

/** Collects what arrives in one turn of the event loop, commits it, then lets the answers go. */
function createBatch(store: SystemStore, onBroken: (error: CountersignError) => void) {
  let writes: StoredWrite[] = [];
  let waiting: Waiting[] = [];
  let scheduled = false;
  let broken = false;
  const flush = (): void => {
    scheduled = false;
    if (broken) return;
    const [storing, answering] = [writes, waiting];
    writes = [];
    waiting = [];
    try {
      if (storing.length > 0) store.commit(storing);
    } catch (error) {
      // Memory is ahead of the disk now: nothing may be said any more.
      broken = true;
      onBroken(
        error instanceof CountersignError
          ? error
          : new CountersignError({ code: 'INTERNAL', message: String(error), hint: 'Report this.', fault: 'us' }),
      );
      return;
    }
    for (const one of answering) carryOut(one);
  };
  return {
    flush,
    add: (one: Waiting, changes: readonly StoredWrite[]): void => {
      writes.push(...changes);
      waiting.push(one);
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
  };
}

function carryOut({ reception, response }: Waiting): void {
  const go = (): void => {
    switch (reception.ending) {
      case 'answer':
        response.writeHead(reception.status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(reception.body),
        });
        response.end(reception.body);
        return;
      case 'cut':
      case 'unreachable':
        response.destroy();
        return;
      case 'silence':
        // Never answered: the caller's own time limit ends it.
        return;
    }
  };
  if (reception.delayMs > 0) setTimeout(go, reception.delayMs);
  else go();
}

const allCounts = (members: ReadonlyMap<string, Member>): (KeyCount & { connection: string })[] =>
  [...members].flatMap(([connection, member]) => member.state.counts().map((count) => ({ connection, ...count })));

function countOf(
  members: ReadonlyMap<string, Member>,
  key: string,
): { key: string; attempts: number; effects: number } {
  const total = { key, attempts: 0, effects: 0 };
  for (const member of members.values()) {
    const count = member.state.count(key);
    total.attempts += count?.attempts ?? 0;
    total.effects += count?.effects ?? 0;
  }
  return total;
}

function setFaults(members: ReadonlyMap<string, Member>, body: string, seed: number, response: ServerResponse): void {
  const parsed = z
    .preprocess((text) => {
      try {
        return JSON.parse(String(text)) as unknown;
      } catch {
        return undefined;
      }
    }, faultsSchema)
    .safeParse(body);
  if (!parsed.success) return reply(response, 400, { message: z.prettifyError(parsed.error) });
  const member = members.get(parsed.data.connection);
  if (member === undefined) return reply(response, 404, { message: `no system “${parsed.data.connection}”` });
  member.faults = createFaultPlan(parsed.data.faults, seed);
  return reply(response, 200, { faults: parsed.data.faults.length });
}
