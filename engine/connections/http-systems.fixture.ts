import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FeelValue } from '../feel/value.ts';
import type { PerformRequest } from '../runtime/environment.ts';
import type { Binding } from './binding.ts';
import type { Resolve } from './egress.ts';
import { createHttpSystems } from './http-systems.ts';
import { realClock } from './real-clock.fixture.ts';
import { environmentSecrets } from './secrets.ts';
import { shop } from './shop.fixture.ts';

/** What a test opened; it closes all of it when it is over. */
export const closing: (() => unknown)[] = [];
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export async function listening(handler: Handler): Promise<{ port: number; seen: string[]; server: Server }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, seen, server };
}

const everything = Object.keys(shop.actions);
export const bindingTo = (baseUrl: string, more: Partial<Binding> = {}): Binding => ({
  format: 'countersign.binding',
  version: 1,
  connection: 'shop',
  baseUrl,
  allow: { private: true },
  grants: everything,
  ...more,
});

export function systemsOf(
  binding: Binding,
  options: {
    resolve?: Resolve;
    environment?: Record<string, string>;
    longestMs?: number | undefined;
    connectMs?: number;
  } = {},
) {
  const systems = createHttpSystems({
    connections: { shop },
    bindings: { shop: binding },
    secrets: environmentSecrets(options.environment ?? {}),
    clock: realClock,
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
    ...(options.longestMs === undefined ? {} : { longestMs: options.longestMs }),
    ...(options.connectMs === undefined ? {} : { connectMs: options.connectMs }),
  });
  closing.push(() => systems.close());
  return systems;
}

export const call = (
  action: string,
  request: Record<string, FeelValue>,
  more: Partial<PerformRequest> = {},
): PerformRequest => ({
  connection: 'shop',
  action,
  request: new Map(Object.entries(request)),
  key: 'key-1',
  timeoutMs: 5000,
  ...more,
});
export const refund = call('refund', { order: '1', amount: 5 });
export const ok: Handler = (_request, response) => response.end('{"refund":"R-1","total":5}');
