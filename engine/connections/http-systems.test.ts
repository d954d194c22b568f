import type { ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FeelValue } from '../feel/value.ts';
import { MAX_RESPONSE_BYTES, type Resolve } from './egress.ts';
import {
  bindingTo,
  call,
  closeAll,
  closing,
  listening,
  ok,
  refund,
  systemsOf,
  type Handler,
} from './http-systems.fixture.ts';

afterEach(closeAll);

const toMetadata: Resolve = (_host, answer) => answer(null, [{ address: '169.254.169.254', family: 4 }]);
const toNothing: Resolve = (_host, answer) => answer(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), []);
const found: Handler = (request, response) =>
  response.end(JSON.stringify({ found: request.url === '/parcels?reference=key-1', parcel: 'P-9' }));

test('a granted action reaches the system under the path of its binding, and its answer comes back typed', async () => {
  const { port, seen } = await listening((request, response, body) => {
    expect(request.headers['idempotency-key']).toBe('key-1');
    expect(JSON.parse(body)).toEqual({ amount: 5 });
    response.end('{"refund":"R-1","total":5}');
  });
  const systems = systemsOf(bindingTo(`http://127.0.0.1:${port}/v1/`));
  const outcome = await systems.perform(refund);
  expect(outcome).toEqual({
    outcome: 'done',
    status: 200,
    response: new Map<string, FeelValue>([
      ['refund', 'R-1'],
      ['total', 5],
    ]),
  });
  expect(seen).toEqual(['POST /v1/orders/1/refunds']);
});

test('connections are kept alive', async () => {
  let connections = 0;
  const { port, server } = await listening(ok);
  server.on('connection', () => connections++);
  const systems = systemsOf(bindingTo(`http://127.0.0.1:${port}`));
  for (let i = 0; i < 20; i++) expect((await systems.perform(refund)).outcome).toBe('done');
  // A second one may be opened while the first is being checked after its first answer.
  expect(connections).toBeLessThanOrEqual(2);
});

test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '[::ffff:127.0.0.1]',
  '[0:0:0:0:0:ffff:7f00:1]',
  'localhost',
  '0.0.0.0',
])('P36 loopback as %s is out of reach unless the binding names it', async (host) => {
  const { port, seen } = await listening(ok);
  const outcome = await systemsOf(bindingTo(`http://${host}:${port}`, { allow: {} })).perform(refund);
  expect(outcome).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'ACTION_EGRESS_REFUSED', retryable: false },
  });
  expect(seen).toEqual([]);
});

test('P36 control: the same address with allow.private is reached, and so is one that is named literally', async () => {
  const { port, seen } = await listening(ok);
  for (const host of ['2130706433', 'localhost'])
    expect((await systemsOf(bindingTo(`http://${host}:${port}`)).perform(refund)).outcome).toBe('done');
  const named = bindingTo(`http://127.0.0.1:${port}`, { allow: { hosts: ['127.0.0.1'] } });
  expect((await systemsOf(named).perform(refund)).outcome).toBe('done');
  expect(seen).toHaveLength(3);
});

test('P36 a public name that resolves to a private address is out of reach, alone or among others', async () => {
  const { port, seen } = await listening(ok);
  for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['::ffff:127.0.0.1']]) {
    const resolve: Resolve = (_host, answer) =>
      answer(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    const outcome = await systemsOf(bindingTo(`http://shop.example:${port}`, { allow: {} }), { resolve }).perform(
      refund,
    );
    expect(outcome).toMatchObject({ outcome: 'failed', sent: 'no', error: { code: 'ACTION_EGRESS_REFUSED' } });
  }
  expect(seen).toEqual([]);
});

test('P36 metadata addresses stay out of reach even where private ones are allowed', async () => {
  for (const host of ['169.254.169.254', '[fe80::1]', 'metadata.example'])
    expect(await systemsOf(bindingTo(`http://${host}`), { resolve: toMetadata }).perform(refund)).toMatchObject({
      sent: 'no',
      error: { code: 'ACTION_EGRESS_REFUSED' },
    });
});

test('P36 what was checked is what is connected to: each connection resolves once', async () => {
  const { port } = await listening(ok);
  let asked = 0;
  const resolve: Resolve = (_host, answer) => {
    asked++;
    answer(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  expect((await systemsOf(bindingTo(`http://shop.example:${port}`), { resolve }).perform(refund)).outcome).toBe('done');
  expect(asked).toBe(1);
});

test('P36 redirects are refused, not followed', async () => {
  const elsewhere = await listening(ok);
  const { port } = await listening((_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
  );
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).perform(refund)).toMatchObject({
    outcome: 'refused',
    status: 307,
    error: { fault: 'operator' },
  });
  expect(elsewhere.seen).toEqual([]);
});

test('an answer over 1 MB is not read to its end', async () => {
  const { port } = await listening((_request, response) => response.end('x'.repeat(MAX_RESPONSE_BYTES + 1)));
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).perform(refund)).toMatchObject({
    outcome: 'failed',
    sent: 'maybe',
    error: { code: 'ACTION_RESPONSE_INVALID' },
  });
});

test('nothing was sent when the system is not there or has no name', async () => {
  const { port, server } = await listening(ok);
  await new Promise((resolve) => server.close(resolve));
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).perform(refund)).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'ACTION_UNREACHABLE', retryable: true },
  });
  expect(await systemsOf(bindingTo('http://shop.example'), { resolve: toNothing }).perform(refund)).toMatchObject({
    sent: 'no',
    error: { code: 'ACTION_UNREACHABLE' },
  });
});

test('perhaps sent: cut off after the request, no answer in time, an overloaded system', async () => {
  const handlers: Record<string, Handler> = {
    ACTION_UNREACHABLE: (_request, response) => response.destroy(),
    ACTION_TIMED_OUT: () => undefined,
  };
  for (const [code, handler] of Object.entries(handlers)) {
    const { port, seen } = await listening(handler);
    const outcome = await systemsOf(bindingTo(`http://127.0.0.1:${port}`, { timeoutMs: 150 })).perform(refund);
    expect(outcome).toMatchObject({ outcome: 'failed', sent: 'maybe', error: { code, retryable: true } });
    expect(seen).toHaveLength(1);
  }
  const { port } = await listening((_request, response) => response.writeHead(503).end());
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).perform(refund)).toMatchObject({
    outcome: 'failed',
    sent: 'maybe',
  });
});

test('a system that takes the connection and says nothing at all is perhaps sent', async () => {
  const tcp = createTcpServer();
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  closing.push(() => tcp.close());
  const address = tcp.address();
  const port = typeof address === 'object' ? address?.port : 0;
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`, { timeoutMs: 100 })).perform(refund)).toMatchObject({
    sent: 'maybe',
    error: { code: 'ACTION_TIMED_OUT' },
  });
});

describe('more requests than the binding allows at once', () => {
  /** The first order is answered when it is let go; every other one at once. */
  async function oneAtOnce(longestMs?: number) {
    const held: ServerResponse[] = [];
    const { port, seen } = await listening((request, response) => {
      if (request.url === '/orders/first/refunds') held.push(response);
      else response.end('{"refund":"R-2","total":5}');
    });
    const systems = systemsOf(bindingTo(`http://127.0.0.1:${port}`, { maxConcurrent: 1 }), { longestMs });
    const first = systems.perform(call('refund', { order: 'first', amount: 1 }));
    const letGo = async () => {
      await vi.waitFor(() => expect(held).toHaveLength(1));
      for (const response of held) response.end('{"refund":"R-1","total":5}');
      return first;
    };
    return { systems, seen, letGo };
  }

  test('wait for their turn, and their time limit begins with it', async () => {
    const { systems, seen, letGo } = await oneAtOnce();
    const timeoutMs = 100;
    const second = systems.perform(call('refund', { order: 'second', amount: 1 }, { timeoutMs }));
    // Longer than the limit of the call, which nobody has begun to answer.
    await new Promise((resolve) => setTimeout(resolve, 2 * timeoutMs));
    expect(seen).toEqual(['POST /orders/first/refunds']);
    expect((await letGo()).outcome).toBe('done');
    expect((await second).outcome).toBe('done');
    expect(seen).toEqual(['POST /orders/first/refunds', 'POST /orders/second/refunds']);
  });

  test('wait so long and no longer, are told so, and are not sent later', async () => {
    const { systems, seen, letGo } = await oneAtOnce(50);
    const now = Date.now();
    const second = await systems.perform(call('refund', { order: 'second', amount: 1 }));
    expect(second).toMatchObject({
      outcome: 'failed',
      sent: 'no',
      error: { code: 'CONNECTION_BUSY', retryable: true },
    });
    // As behind a paused connection: no attempt is used up, and it comes again.
    expect(second.outcome === 'failed' ? (second.pausedUntil ?? 0) : 0).toBeGreaterThan(now + 1000);
    expect((await letGo()).outcome).toBe('done');
    expect((await systems.perform(call('refund', { order: 'third', amount: 1 }))).outcome).toBe('done');
    expect(seen).toEqual(['POST /orders/first/refunds', 'POST /orders/third/refunds']);
  });

  test('P32 do not leave once it was stopped, also where a request is only being connected; what is out is answered', async () => {
    const { systems, seen, letGo } = await oneAtOnce();
    let stopped = false;
    const second = systems.perform(call('refund', { order: 'second', amount: 1 }), () => !stopped);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    stopped = true;
    expect((await letGo()).outcome).toBe('done');
    expect(await second).toMatchObject({ outcome: 'failed', sent: 'no', held: true, error: { code: 'FLOW_STOPPED' } });

    const { port, seen: late } = await listening(ok);
    const asked: (() => void)[] = [];
    const resolve: Resolve = (_host, answer) => {
      asked.push(() => answer(null, [{ address: '127.0.0.1', family: 4 }]));
    };
    const connecting = async (stopMeanwhile: boolean) => {
      const slow = systemsOf(bindingTo(`http://shop.example:${port}`), { resolve });
      let may = true;
      const sent = slow.perform(refund, () => may);
      await vi.waitFor(() => expect(asked).toHaveLength(1));
      may = !stopMeanwhile;
      asked.pop()?.();
      return sent;
    };
    expect(await connecting(true)).toMatchObject({ outcome: 'failed', sent: 'no', held: true });
    expect(late).toEqual([]);
    expect((await connecting(false)).outcome, 'control').toBe('done');
    expect(seen).toEqual(['POST /orders/first/refunds']);
  });

  test('come to an end when all is closed, without being sent', async () => {
    const { systems, seen } = await oneAtOnce();
    const second = systems.perform(call('refund', { order: 'second', amount: 1 }));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await systems.close();
    expect(await second).toMatchObject({ outcome: 'failed', sent: 'no' });
    expect(seen).toEqual(['POST /orders/first/refunds']);
  });
});

test('what is not granted or not bound is not done', async () => {
  const { port, seen } = await listening(ok);
  const systems = systemsOf(bindingTo(`http://127.0.0.1:${port}`, { grants: ['read order'] }));
  expect(await systems.perform(refund)).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'BINDING_MISSING', fault: 'operator' },
  });
  expect(await systems.perform({ ...refund, connection: 'toString' })).toMatchObject({
    error: { code: 'ACTION_UNKNOWN' },
  });
  expect(seen).toEqual([]);
});

test('a system that takes a connection and never finishes making it stands in nobody’s way for ever', async () => {
  const taken: Socket[] = [];
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    taken.push(socket);
    // The first hears nothing of the greeting that it sent; by then the system is back, and says so.
    if (taken.length > 1) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of taken) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const binding = bindingTo(`https://127.0.0.1:${address.port}`, { maxConcurrent: 1 });
  const systems = systemsOf(binding, { connectMs: 200 });
  const [first, behind] = [
    { ...refund, timeoutMs: 50 },
    { ...refund, timeoutMs: 3_000 },
  ];
  expect(await systems.perform(first)).toMatchObject({ sent: 'no', error: { code: 'ACTION_TIMED_OUT' } });
  expect(await systems.perform(behind)).toMatchObject({
    sent: 'no',
    error: { code: 'ACTION_UNREACHABLE', retryable: true },
  });
  expect(taken).toHaveLength(1);
  expect(await systems.perform(behind)).toMatchObject({ sent: 'no', error: { code: 'ACTION_UNREACHABLE' } });
  expect(taken).toHaveLength(2);
});

test('a request that does not fit its contract is refused before anything is sent', async () => {
  const { port, seen } = await listening(ok);
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).perform(call('refund', { order: '1' }))).toMatchObject({
    outcome: 'refused',
    status: 0,
  });
  expect(seen).toEqual([]);
});

const parcel = call('send parcel', { order: '1' });
const asking = (handler: Handler) => async () => {
  const { port } = await listening(handler);
  return systemsOf(bindingTo(`http://127.0.0.1:${port}`)).askDone(parcel);
};

test('asking by the effect key: found, not found', async () => {
  expect(await asking(found)()).toEqual({ asked: 'happened', response: new Map([['parcel', 'P-9']]) });
  expect(await asking((_request, response) => response.end('{"found":false}'))()).toEqual({ asked: 'did not happen' });
});

test('asking leaves it open when nothing is certain: a guess of “no” would do it twice', async () => {
  const answers: Handler[] = [
    (_request, response) => response.writeHead(404).end('{"found":false}'),
    (_request, response) => response.writeHead(500).end(),
    (_request, response) => response.destroy(),
    (_request, response) => response.end('{}'),
  ];
  for (const answer of answers)
    expect(await asking(answer)()).toMatchObject({ asked: 'unknown', error: { code: 'ACTION_IN_DOUBT' } });
  const { port } = await listening(ok);
  expect(await systemsOf(bindingTo(`http://127.0.0.1:${port}`)).askDone(refund)).toMatchObject({ asked: 'unknown' });
});
