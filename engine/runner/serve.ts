import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { CountersignError } from '../flow/error.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { parseStrict } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { createApi, newToken, type Proofs } from './api.ts';
import { runnerPaths } from './folder.ts';
import { folderId, isProof, newNonce, proofOf, type Challenge } from './proof.ts';
import type { Runner } from './runner.ts';

export interface Serving {
  url: string;
  token: string;
  close(): Promise<void>;
}

const addressSchema = z.strictObject({ url: z.string(), pid: z.number().int() });

/** Where an engine on this folder answers, or answered when it was last there; null where nothing says so. */
function addressIn(file: string): z.infer<typeof addressSchema> | null {
  try {
    return addressSchema.parse(parseStrict(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Serves a runner's REST interface on loopback and leaves its address and token in the runner folder, where its own
 * commands find them. Port 0 takes a free one. Errors: PORT_IN_USE.
 */
export async function serveRunner(runner: Runner, port: number): Promise<Serving> {
  const token = tokenIn(runner.paths.token);
  const operatorToken = tokenIn(runner.paths.operatorToken);
  const folder = folderId(runner.folder);
  let url = '';
  const proves = (nonce: string): Proofs => ({
    system: proofOf(token, { nonce, folder, url }),
    operator: proofOf(operatorToken, { nonce, folder, url }),
  });
  const server = await listening(createApi(runner, token, operatorToken, proves), port);
  const address = server.address();
  url = `http://127.0.0.1:${isInfo(address) ? address.port : port}`;
  writeFileAtomic(runner.paths.address, `${JSON.stringify({ url, pid: process.pid })}\n`);
  return {
    url,
    token,
    close: () =>
      new Promise((resolve) => {
        if (addressIn(runner.paths.address)?.pid === process.pid) rmSync(runner.paths.address, { force: true });
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** The token in a file, made if there is none. */
function tokenIn(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  // One that was emptied would let in whoever has none.
  const token = kept === '' ? newToken() : kept;
  writeFileAtomic(file, `${token}\n`, { mode: 0o600 });
  return token;
}

const isInfo = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

/**
 * How long a connection is kept for another request: longer than callers and proxies usually keep theirs, so that it is
 * they who close it. A request that meets a connection just being closed has no answer, and must be sent once more.
 */
const KEPT_MS = 75_000;

function listening(api: ReturnType<typeof createApi>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const serverOptions = { keepAliveTimeout: KEPT_MS };
    const server = serve({ fetch: api.fetch, hostname: '127.0.0.1', port, serverOptions });
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CountersignError({
              code: 'PORT_IN_USE',
              message: `Port ${port} is in use.`,
              hint: 'Stop what listens there, or give another --port; 0 takes a free one.',
              fault: 'operator',
              cause: error,
            })
          : error,
      ),
    );
  });
}

/** A running engine's interface, as its own commands call it. */
export interface EngineClient {
  post(path: string, body: unknown, key?: string): Promise<unknown>;
  get(path: string): Promise<unknown>;
}

const errorReply = z.strictObject({ error: errorShapeSchema });

const healthReply = z.object({ proofs: z.object({ system: z.string(), operator: z.string() }) });

/**
 * A client for the engine that runs on a folder, or null when none answers there; `operator` may work on the record. An
 * address may be left over, or copied with the folder: whoever listens there is sent no token before it has proved that it
 * has that token and runs on this very folder.
 */
export async function engineOn(folder: string, as: 'system' | 'operator' = 'system'): Promise<EngineClient | null> {
  const paths = runnerPaths(folder);
  const address = addressIn(paths.address);
  if (address === null) return null;
  const { url } = address;
  const token = keptToken(as === 'operator' ? paths.operatorToken : paths.token);
  if (token === null) return null;
  const challenge = { nonce: newNonce(), folder: folderId(folder), url };
  const proof = await proofFrom(challenge, as);
  return proof !== null && isProof(proof, token, challenge) ? engineAt(url, token) : null;
}

/** Null where none is there, or whoever asks may not read it: then nobody can prove to have the same. */
function keptToken(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

async function proofFrom({ url, nonce }: Challenge, as: keyof Proofs): Promise<string | null> {
  try {
    const init: RequestInit = { signal: AbortSignal.timeout(2000), redirect: 'error' };
    const answer = await fetch(`${url}/health?nonce=${nonce}`, init);
    return healthReply.parse(await answer.json()).proofs[as];
  } catch {
    return null;
  }
}

export function engineAt(url: string, token: string): EngineClient {
  const call = async (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> },
  ): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    const json: unknown = await answer.json();
    const refused = errorReply.safeParse(json);
    if (refused.success) throw new CountersignError(refused.data.error);
    return json;
  };
  return {
    get: (path) => call(path, {}),
    post: (path, body, key) =>
      call(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      }),
  };
}
