import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { CountersignError } from '../flow/error.ts';

/** Largest request that a simulated system reads. */
const MAX_BODY = 1_048_576;

/** Reads a request to its end; one that is too large is cut off. */
export function readBody(request: IncomingMessage, response: ServerResponse, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY) response.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  request.on('error', () => response.destroy());
}

/** Headers that came once, by small name. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers[name] = value;
  return headers;
}

/** Answers with JSON. */
export function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Listens on loopback and gives the address; `abandon` is called when that fails. Errors: PORT_IN_USE, ENVIRONMENT. */
export function listen(server: Server, port: number, abandon: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      abandon();
      const taken = error.code === 'EADDRINUSE';
      reject(
        new CountersignError({
          code: taken ? 'PORT_IN_USE' : 'ENVIRONMENT',
          message: taken
            ? `Port ${port} is in use.`
            : `The simulated systems cannot listen on port ${port}: ${error.message}`,
          hint: 'Choose another port, or 0 for any free one.',
          fault: 'operator',
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://127.0.0.1:${chosen}`);
    });
  });
}
