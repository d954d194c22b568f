import { createServer } from 'node:http';
import { orderSchema, type Got } from './messages.ts';

/*
 * The system that a connector posts to: answers 200, keeps connections alive, and counts what it was sent. A process of its
 * own, so that nobody measures it by accident.
 */

/** Whatever the contract in use reads of an answer. */
const ANSWER = JSON.stringify({ refund: 'r1', total: 1 });
const keys = new Set<string>();
const counted = { posts: 0, bytes: 0 };
let delayMs = 0;

const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    counted.bytes += chunk.length;
  });
  request.on('end', () => {
    counted.posts += 1;
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string') keys.add(key);
    const answer = () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
      response.end(ANSWER);
    };
    if (delayMs === 0) answer();
    else setTimeout(answer, delayMs);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
});
process.on('message', (message) => {
  const order = orderSchema.parse(message);
  if (order.say === 'delay') delayMs = order.delayMs;
  process.send?.({ ...counted, keys: keys.size } satisfies Got);
});
process.on('disconnect', () => process.exit());
