import { createServer } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvedFlow } from '../core/testing/flows.ts';
import { z } from '../flow/zod.ts';
import { createApi } from './api.ts';
import { engineAt, engineOn, serveRunner, type Serving } from './serve.ts';
import type { Runner } from './runner.ts';
import { Office } from './testing/office.ts';

const office = new Office();
let runner: Runner;
let serving: Serving;
let manifest: string;
beforeAll(async () => {
  manifest = office.manifest(approvedFlow('refund'));
  runner = office.start();
  runner.accept(manifest);
  serving = await serveRunner(runner, 0);
});
afterAll(async () => {
  await serving.close();
  await office.close();
});

const startedSchema = z.object({ run: z.string(), again: z.boolean() });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
const input = { order: '7', amount: 12 };

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${serving.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: text }),
    headers: { authorization: `Bearer ${serving.token}`, 'content-type': 'application/json', ...headers },
  });
}
const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  send('POST', path, body, headers);
const codeOf = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  errorSchema.parse(await answer.json()).error.code,
];
const size = () => runner.engine.reader().head().size;
const startOne = async () => startedSchema.parse(await (await post('/cases', { input })).json()).run;
const taskOf = (run: string) => {
  const [task] = runner.engine.reader().tasks({ run });
  if (task === undefined) throw new Error('there is a task');
  return task;
};

const routes = () => createApi(runner, 't').routes.filter(({ method }) => method !== 'ALL');
const concrete = (path: string) => path.replace(':id', 'x');

describe('P34 without the token', () => {
  it('P34 every route but health answers 401, whatever is sent', async () => {
    for (const { method, path } of routes()) {
      if (path === '/health') continue;
      for (const authorization of ['', 'Bearer ', `Bearer ${serving.token}x`, `Basic ${serving.token}`]) {
        const answer = await send(method, concrete(path), method === 'POST' ? '{' : undefined, { authorization });
        expect([path, ...(await codeOf(answer))]).toEqual([path, 401, 'UNAUTHENTICATED']);
      }
    }
    expect((await send('GET', '/nowhere', undefined, { authorization: '' })).status).toBe(401);
    expect((await fetch(`${serving.url}/health`)).status).toBe(200);
  });

  it('P34 it answers before the body is read: one that never ends gets its 401', async () => {
    const { port, hostname } = new URL(serving.url);
    const status = await new Promise<number>((resolve, reject) => {
      const sending = httpRequest({
        port,
        hostname,
        method: 'POST',
        path: '/cases',
        headers: { 'content-type': 'application/json' },
      });
      sending.on('response', (answer) => {
        resolve(answer.statusCode ?? 0);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.write('{"input":');
    });
    expect(status).toBe(401);
  });

  it('P40 past its bound of cases under way it refuses a start with 503 and when to come again, and nothing is on disk', async () => {
    const before = size();
    const full = vi.spyOn(runner.engine, 'load', 'get').mockReturnValue(20_000);
    try {
      const answer = await post('/cases', { input });
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
      expect(await codeOf(answer)).toEqual([503, 'OVERLOADED']);
      expect(size()).toBe(before);
    } finally {
      full.mockRestore();
    }
    expect((await post('/cases', { input })).status).toBe(202);
  });

  it('keeps a connection for longer than a minute, so that callers are those who close it', async () => {
    const told = (await send('GET', '/health')).headers.get('keep-alive') ?? '';
    expect(Number(/timeout=(\d+)/.exec(told)?.[1])).toBeGreaterThan(60);
  });

  it('P34 it listens on loopback', () => {
    expect(new URL(serving.url).hostname).toBe('127.0.0.1');
  });
});

describe('starting a case', () => {
  let before: number;
  beforeEach(() => {
    before = size();
  });

  it('answers 202 once it is on disk', async () => {
    const answer = await post('/cases', { input });
    expect(answer.status).toBe(202);
    const { run } = startedSchema.parse(await answer.json());
    expect(runner.engine.reader().run(run)?.status).toBe('waiting');
  });

  it('P11 with a key: the same again is the same case, told with 202 also while it is under way; another input is 422', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = startedSchema.parse(await (await post('/cases', { input }, key)).json());
    expect(runner.engine.reader().run(first.run)?.ended).toBeNull();
    const again = await post('/cases', { input }, key);
    expect([again.status, startedSchema.parse(await again.json())]).toEqual([202, { run: first.run, again: true }]);
    expect(await codeOf(await post('/cases', { input: { order: '8' } }, key))).toEqual([422, 'RUN_KEY_REUSED']);
  });

  it('P11 a key that says nothing is refused and starts nothing, as is one that is too long; the longest one counts', async () => {
    const sizeBefore = size();
    // A header's value loses the blanks around it, and is then empty.
    for (const key of ['', ' ', 'k'.repeat(201)])
      expect(await codeOf(await post('/cases', { input }, { 'idempotency-key': key }))).toEqual([400, 'USAGE']);
    expect(size()).toBe(sizeBefore);
    expect((await post('/cases', { input }, { 'idempotency-key': 'k'.repeat(200) })).status).toBe(202);
  });

  it('P11 control: without a key the same request starts another case each time', async () => {
    expect(await startOne()).not.toBe(await startOne());
  });

  it.each([
    ['an input that does not fit', { input: { order: 7 } }, 422, 'INPUT_INVALID'],
    ['an input that lacks a field', { input: {} }, 422, 'INPUT_INVALID'],
    ['a field that the flow does not know', { input: { ...input, more: 1 } }, 422, 'INPUT_INVALID'],
    ['P23 a definition', { input, program: {} }, 400, 'REQUEST_REFUSED'],
    ['a flow that was not accepted', { input, flow: 'flows/none.flow.json' }, 404, 'NOT_FOUND'],
    ['no JSON', '{"input":', 400, 'JSON_INVALID'],
    ['a key twice', '{"input":{},"input":{"order":"7"}}', 400, 'JSON_INVALID'],
    ['a number that is not exact', '{"input":{"order":"7","amount":9007199254740993}}', 400, 'JSON_INVALID'],
    ['nothing', '', 400, 'JSON_INVALID'],
  ])('refuses %s and starts nothing', async (_, body, status, code) => {
    expect(await codeOf(await post('/cases', body))).toEqual([status, code]);
    expect(size()).toBe(before);
  });

  it('refuses what is not JSON by its type, not UTF-8, or larger than 1 MB, stated or not', async () => {
    expect(await codeOf(await post('/cases', 'x=1', { 'content-type': 'text/plain' }))).toEqual([
      415,
      'REQUEST_REFUSED',
    ]);
    const headers = { authorization: `Bearer ${serving.token}`, 'content-type': 'application/json; charset=utf-8' };
    const raw = async (body: BodyInit, more: object = {}) =>
      fetch(`${serving.url}/cases`, { method: 'POST', body, headers, ...more });
    expect(await codeOf(await raw(Uint8Array.of(0x22, 0xff, 0x22)))).toEqual([400, 'REQUEST_REFUSED']);
    expect(await codeOf(await raw('x'.repeat(1024 * 1024 + 1)))).toEqual([413, 'REQUEST_REFUSED']);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(256 * 1024));
      },
    });
    // The connection may be cut while more is on its way; what counts is that the engine stopped reading.
    const status = await raw(endless, { duplex: 'half' }).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(400);
    expect(size()).toBe(before);
  });
});

describe('a key', () => {
  it('P11 counts within its flow: the same one on two flows starts two cases', async () => {
    const place = new Office();
    try {
      const shared = place.start();
      const flows = ['flows/one.flow.json', 'flows/two.flow.json'];
      for (const path of flows) shared.accept(place.manifest(approvedFlow('refund'), { path }));
      const api = createApi(shared, 't');
      const start = async (flow: string) => {
        const answered = await api.request('/cases', {
          method: 'POST',
          body: JSON.stringify({ flow, input }),
          headers: { authorization: 'Bearer t', 'content-type': 'application/json', 'idempotency-key': 'k' },
        });
        return startedSchema.parse(await answered.json());
      };
      const [one, two] = [await start(flows[0] ?? ''), await start(flows[1] ?? '')];
      expect([one.again, two.again]).toEqual([false, false]);
      expect(one.run).not.toBe(two.run);
      expect(await start(flows[0] ?? '')).toEqual({ run: one.run, again: true });
      expect(await start(flows[1] ?? '')).toEqual({ run: two.run, again: true });
      expect(shared.engine.reader().runs({ limit: 10 })).toHaveLength(2);
    } finally {
      await place.close();
    }
  });
});

describe('reading', () => {
  it('P31 GET and HEAD change nothing, on any route, also with a body that would decide', async () => {
    const run = await startOne();
    const task = taskOf(run);
    const before = size();
    for (const { path } of routes())
      for (const id of [run, task.id])
        for (const method of ['GET', 'HEAD']) await (await send(method, path.replace(':id', id))).text();
    expect((await send('GET', `/tasks/${task.id}/decision`)).status).toBe(405);
    expect(size()).toBe(before);
    expect(runner.engine.reader().task(task.id)?.status).toBe('open');
  });

  it('P34 another’s id, or none, answers 404', async () => {
    expect(await codeOf(await send('GET', '/cases/nobody'))).toEqual([404, 'RUN_UNKNOWN']);
    expect(await codeOf(await send('GET', '/tasks/none'))).toEqual([404, 'TASK_UNKNOWN']);
    expect(await codeOf(await post('/tasks/none/decision', '{'))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(await send('GET', '/nowhere'))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(await send('DELETE', '/cases'))).toEqual([405, 'REQUEST_REFUSED']);
  });

  it('gives cases, a case with its story, tasks, and a task with what it shows', async () => {
    const run = await startOne();
    const [task] = z
      .object({ tasks: z.array(z.object({ id: z.string() })) })
      .parse(await (await send('GET', `/tasks?run=${run}`)).json()).tasks;
    const shown = z.object({ shownContent: z.object({ effects: z.array(z.object({ action: z.string() })) }) });
    expect(shown.parse(await (await send('GET', `/tasks/${task?.id}`)).json()).shownContent.effects).toEqual([
      { action: 'refund' },
    ]);
    const story = z.object({ story: z.array(z.object({ name: z.string() })) });
    expect(story.parse(await (await send('GET', `/cases/${run}`)).json()).story.map(({ name }) => name)).toEqual([
      'Start',
      'Agree',
    ]);
    for (const limit of ['1', '0', '-1', 'x', '1e9'])
      expect((await send('GET', `/cases?limit=${limit}`)).status).toBe(200);
  });

  it('OpenAPI lists every route and method that there is, and none that is not', async () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await (await send('GET', '/openapi.json')).json());
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const real = routes().map(({ method, path }) => `${method} ${path.replace(':id', '{id}')}`);
    expect(listed.toSorted()).toEqual(real.toSorted());
  });
});

describe('deciding', () => {
  it('P31 is a POST with a person’s signature, once', async () => {
    const run = await startOne();
    const task = taskOf(run);
    const decision = office.decide(task, 'rejected');
    const decide = async (body: unknown) => codeOf(await post(`/tasks/${task.id}/decision`, body));
    expect(await decide({ ...decision, comment: 'x' })).toEqual([403, 'APPROVAL_SIGNATURE']);
    expect(await decide({ ...decision, person: 'eve' })).toEqual([403, 'TASK_NOT_PERMITTED']);
    expect(await decide({ ...decision, shown: 'sha256-x' })).toEqual([409, 'APPROVAL_CHANGED']);
    expect(await decide({ ...decision, extra: 1 })).toEqual([400, 'REQUEST_REFUSED']);
    expect((await post(`/tasks/${task.id}/decision`, decision)).status).toBe(200);
    expect(await decide(decision)).toEqual([409, 'RUN_ENDED']);
    expect(runner.engine.reader().run(run)?.result).toBe('rejected');
  });

  it('P31 a decision that was signed for one task decides no other', async () => {
    const [one, other] = [await startOne(), await startOne()];
    const decision = office.decide(taskOf(one), 'approved');
    const task = taskOf(other);
    expect(await codeOf(await post(`/tasks/${task.id}/decision`, { ...decision, shown: task.shown }))).toEqual([
      403,
      'APPROVAL_SIGNATURE',
    ]);
  });
});

describe('serving', () => {
  it('a port in use is said, and nothing is left behind', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await expect(serveRunner(runner, port)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} is in use.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('is found by the commands of its folder, which get its errors in the one shape', async () => {
    const client = await engineOn(office.runner);
    expect(client).not.toBeNull();
    const started = startedSchema.parse(await client?.post('/cases', { input }, 'k9'));
    expect(startedSchema.parse(await client?.post('/cases', { input }, 'k9'))).toEqual({ ...started, again: true });
    await expect(client?.get('/cases/nobody')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(engineAt(serving.url, 'wrong').get('/cases')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await engineOn(office.folder)).toBeNull();
  });
});
