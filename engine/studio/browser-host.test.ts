import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBrowserHost, type BrowserHost } from './browser-host.ts';
import { CONTENT_SECURITY_POLICY } from './renderer-files.ts';
import type { StudioService } from './service.ts';
import { makeWorkspace, serve } from './testing/tiny-workspace.ts';

let renderer: string;
let workspace: { root: string; remove: () => void };
let service: StudioService;
let host: BrowserHost;

beforeEach(async () => {
  renderer = mkdtempSync(join(tmpdir(), 'countersign-renderer-'));
  mkdirSync(join(renderer, 'assets'));
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Studio</title>');
  writeFileSync(join(renderer, 'assets/index-1a2b.js'), 'export {};');
  writeFileSync(join(renderer, 'assets/index-1a2b.js.map'), '{}');
  symlinkSync('/etc/hostname', join(renderer, 'assets/link.css'));
  workspace = makeWorkspace();
  service = serve(workspace.root);
  host = await startBrowserHost({ service, renderer, port: 0, checkAnswers: true });
});
afterEach(async () => {
  await host.close();
  await service.close();
  workspace.remove();
  rmSync(renderer, { recursive: true });
});

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  address?: string;
}

/** A request just as it is given; `fetch` would not let Host be chosen. */
const get = (path: string, { method = 'GET', headers = {}, body, address = '127.0.0.1' }: Asked = {}) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const request = httpRequest({ host: address, port: host.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });

const pathOf = (link: string): string => link.slice(new URL(link).origin.length);

async function signIn(): Promise<string> {
  const { headers } = await get(pathOf(host.newLink()));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

const origin = () => `http://127.0.0.1:${host.port}`;

/** What became of an upgrade: open, or the status it was refused with. */
const upgrade = (headers: Record<string, string>, path = '/studio') =>
  new Promise<WebSocket | number>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', reject);
  });

describe('the page', () => {
  test('a link is exchanged once for a cookie that scripts and other sites do not get', async () => {
    const link = host.newLink();
    const first = await get(pathOf(link));
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^countersign_${host.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect((await get(pathOf(link))).status).toBe(401);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const page = await get('/', { headers: { cookie } });
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>Studio</title>' });
    expect((await get(pathOf(link), { headers: { cookie } })).status).toBe(303);
  });

  test('P38 everything is under the content security policy, and the page is never kept', async () => {
    const cookie = await signIn();
    for (const path of ['/', '/assets/index-1a2b.js', '/none', '/?token=x']) {
      // oxlint-disable-next-line no-await-in-loop
      const { headers } = await get(path, { headers: { cookie } });
      expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const scripts = CONTENT_SECURITY_POLICY.split('; ').filter((rule) => !rule.startsWith('style-src'));
    expect(scripts.join()).not.toContain('unsafe');
    expect((await get('/', { headers: { cookie } })).headers['cache-control']).toBe('no-store');
    const script = await get('/assets/index-1a2b.js', { headers: { cookie } });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/assets/link.css',
    '/assets/index-1a2b.js.map',
    '/assets',
    '/%',
    '/%00',
  ])('P39 %s is nothing', async (path) => {
    const cookie = await signIn();
    expect((await get(path, { headers: { cookie } })).status).toBe(404);
  });
});

describe('P34 who may come in', () => {
  test('nothing is served without the cookie, whatever is asked and however', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
      for (const path of ['/', '/index.html', '/assets/index-1a2b.js', '/studio', '/none', '/?token=', '/?token=guess'])
        // oxlint-disable-next-line no-await-in-loop
        expect([method, path, (await get(path, { method })).status]).toEqual([method, path, 401]);
    const wrong = { cookie: `countersign_${host.port}=${'a'.repeat(43)}` };
    expect((await get('/', { headers: wrong })).status).toBe(401);
    expect((await get('/', { headers: { cookie: await signIn() } })).status).toBe(200);
  });

  test('a body is not read before the refusal', async () => {
    // The body that is announced never comes; the answer does.
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'content-length': '1000000' };
      const request = httpRequest({ host: '127.0.0.1', port: host.port, path: '/', method: 'POST', headers });
      request.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(401);
  });

  test('another name for this machine is refused, cookie or not: a name server can point any name here', async () => {
    const cookie = await signIn();
    for (const name of [
      'evil.example',
      `evil.example:${host.port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `127.0.0.1.evil.example:${host.port}`,
    ])
      // oxlint-disable-next-line no-await-in-loop
      expect([name, (await get('/', { headers: { cookie, host: name } })).status]).toEqual([name, 403]);
    expect((await get(pathOf(host.newLink()), { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await get('/', { headers: { cookie, host: `localhost:${host.port}` } })).status).toBe(200);
  });

  test('pages of other origins are refused, cookie or not', async () => {
    const cookie = await signIn();
    for (const other of ['https://evil.example', 'null', `https://127.0.0.1:${host.port}`, 'http://127.0.0.1:1', ''])
      // oxlint-disable-next-line no-await-in-loop
      expect([other, (await get('/', { headers: { cookie, origin: other } })).status]).toEqual([other, 403]);
    expect((await get('/', { headers: { cookie, origin: origin() } })).status).toBe(200);
  });

  test('P31 looking ahead at a link spends no token', async () => {
    const path = pathOf(host.newLink());
    expect((await get(path, { method: 'HEAD' })).status).toBe(401);
    expect((await get(path, { method: 'POST' })).status).toBe(401);
    expect((await get(path, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(401);
    expect((await get(path)).status).toBe(303);
  });

  test('with the cookie nothing but looking is possible', async () => {
    const cookie = await signIn();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      // oxlint-disable-next-line no-await-in-loop
      expect((await get('/', { method, headers: { cookie, 'content-length': '1' }, body: 'x' })).status).toBe(405);
  });

  test('it listens on loopback and nowhere else', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal && one.family === 'IPv4')
      .map((one) => one.address);
    for (const address of [...others, '127.0.0.2'])
      // oxlint-disable-next-line no-await-in-loop
      await expect(get('/', { address })).rejects.toThrow(/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/);
  });
});

describe('the socket', () => {
  test('opens for our own page and answers it', async () => {
    const socket = await upgrade({ cookie: await signIn(), origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const said = new Promise<unknown>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    );
    socket.send(JSON.stringify({ id: 1, method: 'hello', request: {} }));
    expect(await said).toMatchObject({ id: 1, answer: { workspace: 'tiny', host: 'browser' } });
    socket.close();
  });

  test('replies to what is no message, and stays open', async () => {
    const socket = await upgrade({ cookie: await signIn(), origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const replies: unknown[] = [];
    socket.on('message', (data: Buffer) => replies.push(JSON.parse(data.toString())));
    const sent = [
      'hello',
      '{',
      '{"id":1,"id":2,"method":"hello","request":{}}',
      '['.repeat(200_000),
      Buffer.from([1, 2]),
    ];
    for (const one of sent) socket.send(one);
    socket.send(JSON.stringify({ id: 9, method: 'hello', request: {} }));
    await expect.poll(() => replies.length, { timeout: 3000 }).toBe(sent.length + 1);
    expect(replies.slice(0, -1)).toMatchObject(sent.map(() => ({ id: 0, error: { code: 'REQUEST_REFUSED' } })));
    expect(replies.at(-1)).toHaveProperty('answer');
    socket.close();
  });

  test('a message beyond all measure ends it', async () => {
    const socket = await upgrade({ cookie: await signIn(), origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
    socket.on('error', () => undefined);
    socket.send('x'.repeat(17 * 1024 * 1024));
    expect([1006, 1009]).toContain(await closed);
    expect((await get('/', { headers: { cookie: await signIn() } })).status).toBe(200);
  });

  test('P34 is refused without cookie, from another page, from no page, under another name, and elsewhere', async () => {
    const cookie = await signIn();
    expect(await upgrade({ origin: origin() })).toBe(401);
    expect(await upgrade({ cookie: 'countersign=1', origin: origin() })).toBe(401);
    expect(await upgrade({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade({ cookie, origin: 'null' })).toBe(403);
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ cookie, origin: origin(), host: 'evil.example' })).toBe(403);
    expect(await upgrade({ cookie, origin: origin() }, '/other')).toBe(404);
  });
});

test('a port in use is refused with what to do', async () => {
  await expect(startBrowserHost({ service, renderer, port: host.port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    hint: 'Give another with --port, or none to take any that is free.',
  });
});

test('a renderer that was not built is refused with what to do', async () => {
  await expect(startBrowserHost({ service, renderer: join(renderer, 'none'), port: 0 })).rejects.toMatchObject({
    code: 'ENVIRONMENT',
    hint: 'Run “npm run build:renderer”, or start with “npm start”, which builds it.',
  });
});
