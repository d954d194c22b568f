import { afterEach, expect, test } from 'vitest';
import type { FeelValue } from '../feel/value.ts';
import { connectionSchema } from './contract.ts';
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
import { createHttpSystems } from './http-systems.ts';
import { realClock } from './real-clock.fixture.ts';
import { environmentSecrets } from './secrets.ts';
import { shop } from './shop.fixture.ts';

afterEach(closeAll);

const echo: Handler = (request, response) => {
  const said = String(request.headers.authorization);
  const status = request.url?.includes('good') === true ? 200 : 422;
  response.writeHead(status).end(JSON.stringify({ refund: said, total: 1, message: said }));
};
const escaped = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16).toUpperCase()}`;

test('a secret is sent in its header and comes back in nothing, however the system echoes it', async () => {
  const secret = 'canary-4711-secret';
  const { port } = await listening(echo);
  const binding = bindingTo(`http://127.0.0.1:${port}`, {
    secret: { header: 'Authorization', from: 'env:SHOP', prefix: 'Bearer ' },
  });
  const systems = systemsOf(binding, { environment: { SHOP: `${secret}\n` } });
  const good = await systems.perform(call('refund', { order: 'good', amount: 1 }));
  expect(good).toMatchObject({
    outcome: 'done',
    response: new Map<string, FeelValue>([
      ['refund', 'Bearer [secret]'],
      ['total', 1],
    ]),
  });
  const bad = await systems.perform(refund);
  expect(bad).toMatchObject({ outcome: 'refused', error: { cause: 'Bearer [secret]' } });
  expect(JSON.stringify(bad)).not.toContain(secret);
});

test.each([
  ['with its slashes escaped', 'ab/cd/ef', 'ab/cd/ef', (text: string) => text.replaceAll('/', '\\/')],
  ['with letters as code points', 'canary&<4711>', 'canary&<4711>', (text: string) => text.replace(/[&<>4]/g, escaped)],
  ['with its quotes escaped', 'can"ary\\4711', 'can"ary\\4711', (text: string) => text],
  ['as it arrived, without the blank that it ended with', 'canary-4711 ', 'canary-4711', (text: string) => text],
])('P38 a secret that is echoed %s comes back in nothing', async (_how, secret, arrived, spelt) => {
  const { port } = await listening((request, response) => {
    expect(request.headers.authorization).toBe(arrived);
    const said = spelt(JSON.stringify({ refund: `\\u0034 "<${request.headers.authorization}>`, total: 1 }));
    expect(JSON.parse(said)).toEqual({ refund: `\\u0034 "<${arrived}>`, total: 1 });
    response.end(said);
  });
  const binding = bindingTo(`http://127.0.0.1:${port}`, { secret: { header: 'Authorization', from: 'env:SHOP' } });
  expect(await systemsOf(binding, { environment: { SHOP: secret } }).perform(refund)).toMatchObject({
    outcome: 'done',
    response: new Map<string, FeelValue>([
      ['refund', '\\u0034 "<[secret]>'],
      ['total', 1],
    ]),
  });
});

test('a secret that would take the place of the key of an effect is not sent: without its key it would be done twice', async () => {
  const { port, seen } = await listening(ok);
  const binding = bindingTo(`http://127.0.0.1:${port}`, { secret: { header: 'X-Request-Id', from: 'env:SHOP' } });
  const refundAction = { ...shop.actions['refund'], idempotency: { by: 'key', header: 'x-request-ID' } };
  const systems = createHttpSystems({
    connections: { shop: connectionSchema.parse({ ...shop, actions: { ...shop.actions, refund: refundAction } }) },
    bindings: { shop: binding },
    secrets: environmentSecrets({ SHOP: 'canary' }),
    clock: realClock,
  });
  closing.push(() => systems.close());
  const outcome = await systems.perform(refund);
  expect(outcome).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'BINDING_MISSING', fault: 'operator' },
  });
  expect(JSON.stringify(outcome)).not.toContain('canary');
  expect(seen).toEqual([]);
  // An action that does not use that header is sent.
  expect(await systems.perform(call('read order', { order: '1' }))).toMatchObject({ sent: 'maybe' });
  expect(seen).toEqual(['GET /orders/1']);
});

test('a secret that cannot be read to its end, as on a disk that hangs, keeps no call and no place', async () => {
  const { port, seen } = await listening(ok);
  const systems = createHttpSystems({
    connections: { shop },
    bindings: {
      shop: bindingTo(`http://127.0.0.1:${port}`, {
        maxConcurrent: 1,
        secret: { header: 'Authorization', from: 'file:/mnt/secret' },
      }),
    },
    secrets: { read: () => new Promise(() => undefined) },
    clock: realClock,
  });
  closing.push(() => systems.close());
  for (const one of [refund, refund])
    expect(await systems.perform({ ...one, timeoutMs: 30 })).toMatchObject({
      outcome: 'failed',
      sent: 'no',
      error: {
        code: 'BINDING_MISSING',
        retryable: true,
        message: expect.stringContaining('file:/mnt/secret') as unknown,
      },
    });
  expect(seen).toEqual([]);
});

test.each([
  ['not there', {}],
  ['not fit for a header', { SHOP: 'a\r\nb: c' }],
])('nothing is sent when the secret is %s', async (_why, environment: Record<string, string>) => {
  const { port, seen } = await listening(ok);
  const binding = bindingTo(`http://127.0.0.1:${port}`, { secret: { header: 'Authorization', from: 'env:SHOP' } });
  expect(await systemsOf(binding, { environment }).perform(refund)).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'BINDING_MISSING' },
  });
  expect(seen).toEqual([]);
});
