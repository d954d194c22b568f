import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { CountersignError } from '../flow/error.ts';
import { parseStrict } from '../flow/json.ts';
import { type Access, type Approach, createAccess } from './access.ts';
import { openRendererFiles, page, type ServedFile } from './renderer-files.ts';
import { serveChannel } from './serve-channel.ts';
import type { StudioService } from './service.ts';

export interface BrowserHostOptions {
  service: StudioService;
  /** Folder of the built renderer. */
  renderer: string;
  /** 0 takes any free port. */
  port: number;
  /** The secret of the windows' cookie, where a host takes the place of another; a new one when not given. */
  session?: string;
  /** Checks each answer of the service against the contract. */
  checkAnswers?: boolean;
}

export interface BrowserHost {
  port: number;
  /** An address that opens the studio in one browser, once. */
  newLink(): string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A window that does not take what it is sent is cut off before it costs more memory than this. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

/**
 * The studio for a browser on this machine: the renderer's files, and its service on `/studio`. It listens on loopback
 * and nowhere else. Every request must name it as its host and come from its own pages; everything but exchanging the
 * one-time token of its link asks for the cookie that this gives. Throws PORT_IN_USE, ENVIRONMENT.
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const files = openRendererFiles(options.renderer);
  const server = createServer();
  const port = await listen(server, options.port);
  const access = createAccess(port, options.session);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('request', (request, response) => answer(request, response, access, files));
  server.on('upgrade', (request, socket, head) => {
    const refusal = refusesUpgrade(request, access);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (opened) =>
      serveSocket(opened, options.service, options.checkAnswers ?? false),
    );
  });
  return {
    port,
    newLink: () => `http://${LOOPBACK}:${port}/?token=${access.newToken()}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.close(1001);
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets.clients) socket.terminate();
      }),
  };
}

const approachOf = ({ headers }: IncomingMessage): Approach => ({
  host: headers.host,
  origin: headers.origin,
  cookie: headers.cookie,
});

/** Answers before anything of a body is read; what comes of one is thrown away. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  files: (path: string) => ServedFile,
): void {
  const approach = approachOf(request);
  const give = (found: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }): void => {
    const headers = { ...found.headers, 'content-length': String(found.body.length) };
    response.writeHead(found.status, headers);
    response.end(request.method === 'HEAD' ? undefined : found.body);
  };
  if (!access.knowsHost(approach)) return give(page(403, 'The studio is not known by that name.'));
  if (!access.knowsOrigin(approach, false)) return give(page(403, 'The studio answers its own pages alone.'));
  const url = URL.parse(request.url ?? '/', 'http://studio');
  if (url === null) return give(page(400, 'The address cannot be read.'));
  const token = url.pathname === '/' ? url.searchParams.get('token') : null;
  if (token !== null && !access.hasSession(approach)) {
    const cookie = mayRedeem(request) ? access.redeem(token) : null;
    if (cookie === null)
      return give(
        page(401, 'This link has been used, or is of a studio that was closed. Start the studio again for a new one.'),
      );
    return give(toStudio({ 'set-cookie': cookie }));
  }
  if (!access.hasSession(approach)) return give(page(401, 'Open the studio by the link that “npm start” printed.'));
  if (request.method !== 'GET' && request.method !== 'HEAD') return give(page(405, 'There is nothing to do here.'));
  if (token !== null) return give(toStudio({}));
  return give(files(decoded(url.pathname)));
}

/** On to the studio without the token, so that it stays in no history. */
function toStudio(more: Readonly<Record<string, string>>) {
  const { headers, ...rest } = page(303, 'Opening the studio.');
  return { ...rest, headers: { ...headers, ...more, location: '/' } };
}

/** Whoever only looks ahead does not spend the token. */
const mayRedeem = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  !/prefetch|preview|prerender/.test(`${String(headers['sec-purpose'])} ${String(headers['purpose'])}`);

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function refusesUpgrade(request: IncomingMessage, access: Access): 401 | 403 | 404 | null {
  const approach = approachOf(request);
  if (!access.knowsHost(approach) || !access.knowsOrigin(approach, true)) return 403;
  if (!access.hasSession(approach)) return 401;
  return request.url === '/studio' ? null : 404;
}

function refuseUpgrade(socket: Duplex, status: 401 | 403 | 404): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function serveSocket(socket: WebSocket, service: StudioService, checkAnswers: boolean): void {
  const send = (message: unknown): void => {
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  const channel = serveChannel(service, send, { checkAnswers });
  socket.on('message', (data: Buffer, binary: boolean) => {
    channel.receive(binary ? undefined : parsed(data.toString('utf8')));
  });
  socket.on('close', () => channel.close());
  socket.on('error', () => socket.terminate());
}

/** What is not strict JSON is handed on as nothing, which the dispatch refuses with a reply. */
function parsed(text: string): unknown {
  try {
    return parseStrict(text);
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notListening(error, port)));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function notListening(cause: NodeJS.ErrnoException, port: number): CountersignError {
  const taken = cause.code === 'EADDRINUSE';
  return new CountersignError({
    code: taken ? 'PORT_IN_USE' : 'ENVIRONMENT',
    message: taken ? `Port ${port} is in use.` : `The studio cannot listen on port ${port}: ${cause.message}`,
    meaning: 'The studio was not started.',
    hint: taken
      ? 'Give another with --port, or none to take any that is free.'
      : 'Give a port above 1023 with --port, or none.',
    fault: 'operator',
    cause,
  });
}
