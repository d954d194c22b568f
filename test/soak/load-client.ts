import { Agent, request } from 'node:http';
import { startedReplySchema } from './load-messages.ts';

/** How a start was answered. */
export interface Reply {
  status: number;
  retryAfter: string | null;
  /** Of one that was accepted. */
  run: string | null;
  ms: number;
}

/** Sends cases to a runner over connections that are kept. */
export class LoadClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #url: string;
  readonly #token: string;

  constructor({ url, token }: { url: string; token: string }) {
    this.#url = url;
    this.#token = token;
  }

  /** Requests sent once more, on another connection: the one that was kept for them had been closed meanwhile. */
  resent = 0;

  /**
   * Starts case `number`, whose key is its number. Rejects when there is no answer. A kept connection may be closed by the
   * other side just as it is used again: the same request is then sent on another, as its key allows.
   */
  start(number: number): Promise<Reply> {
    const body = JSON.stringify({ input: { order: `o${number}`, amount: number % 200 } });
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': `k${number}`,
    };
    const asked = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}/cases`, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          resolve({
            status,
            retryAfter: answer.headers['retry-after'] ?? null,
            run: status === 202 ? startedReplySchema.parse(JSON.parse(text)).run : null,
            ms: performance.now() - asked,
          });
        });
        answer.on('error', reject);
      });
      sent.on('error', (error) => {
        if (!sent.reusedSocket || !('code' in error) || error.code !== 'ECONNRESET') return reject(error);
        this.resent += 1;
        resolve(this.start(number));
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
