import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvedFlow, callFlow } from '../core/testing/flows.ts';
import { contextOf } from '../core/testing/play.ts';
import { z } from '../flow/zod.ts';
import { createApi } from './api.ts';
import type { Runner } from './runner.ts';
import { Office } from './testing/office.ts';

/* What a refusal over REST says: whose fault it is, and what to do instead. */

let office: Office;
beforeEach(() => {
  office = new Office();
});
afterEach(() => office.close());

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
const operationSchema = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
});
const INA = { issuer: 'rest', subject: 'ina', role: 'system', method: 'token' };
const input = { order: '7', amount: 1 };
const once = { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } };
const said = { person: 'lea', comment: '', at: 1, signature: { by: 'ed25519', keyId: 'k', signature: 's' } };

async function ask(runner: Runner, method: string, path: string, body?: unknown, token = 't') {
  return createApi(runner, 't', 'o').request(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
}
async function refused(runner: Runner, path: string, body: unknown, token?: string) {
  const answer = await ask(runner, 'POST', path, body, token);
  return { status: answer.status, ...refusalSchema.parse(await answer.json()).error };
}
async function startOne(runner: Runner): Promise<string> {
  const { program } = runner.current();
  const order = contextOf(input);
  return (await runner.engine.start({ program, release: '1', key: null, initiator: INA, input: order })).run;
}
const taskOf = (runner: Runner): string => runner.engine.reader().tasks({ status: 'open' })[0]?.id ?? 'none';

/** A runner on which an action is in doubt: it was stopped in the middle of the call, and nobody listens at the shop. */
async function inDoubt(): Promise<Runner> {
  const first = office.start();
  first.accept(office.manifest(callFlow('refund', once)));
  await startOne(first);
  await office.stop(first);
  const runner = office.start();
  await runner.engine.idle();
  return runner;
}

describe('a word of the other kind', () => {
  it('P31 a decision on an action in doubt is refused with where to settle it, and it stays open', async () => {
    const runner = await inDoubt();
    const task = taskOf(runner);
    const decision = { decision: 'approved', role: 'operator', shown: '', ...said };
    const { status, code, hint } = await refused(runner, `/tasks/${task}/decision`, decision);
    expect([status, code]).toEqual([403, 'TASK_NOT_PERMITTED']);
    expect(hint).toContain(`/tasks/${task}/settlement`);
    // The control: the route that it names is asked for a signature of its own.
    const word = { happened: true, role: 'operator', ...said };
    expect((await refused(runner, `/tasks/${task}/settlement`, word)).code).toBe('APPROVAL_SIGNATURE');
    expect(taskOf(runner)).toBe(task);
  });

  it('P31 a word on a doubt for what asks for a decision is refused with where to decide it', async () => {
    const runner = office.start();
    runner.accept(office.manifest(approvedFlow('refund')));
    await startOne(runner);
    const task = taskOf(runner);
    const word = { happened: true, role: 'operator', ...said };
    const { status, code, hint } = await refused(runner, `/tasks/${task}/settlement`, word);
    expect([status, code]).toEqual([403, 'TASK_NOT_PERMITTED']);
    expect(hint).toContain(`/tasks/${task}/decision`);
  });
});

describe('a release that is held', () => {
  it('P22 is told by the status, and a start is refused as a matter of the runner’s, to be sent again', async () => {
    const first = office.start();
    first.accept(office.manifest(callFlow('refund', once)));
    const troubles = async (runner: Runner): Promise<string> =>
      z
        .object({ troubles: z.array(z.string()) })
        .parse(await (await ask(runner, 'GET', '/status')).json())
        .troubles.join(' ');
    expect(await troubles(first)).not.toContain('held');
    await office.stop(first);
    office.bind(['read order']);
    const runner = office.start();
    expect(await troubles(runner)).toMatch(/Release 1 of flows\/.* is held: .*refund/);
    const answer = await ask(runner, 'POST', '/cases', { input });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect([answer.status, refusalSchema.parse(await answer.json()).error.code]).toEqual([503, 'MANIFEST_GRANTS']);
  });
});

describe('what is asked for', () => {
  it('P34 each token is named by its file', async () => {
    const runner = office.start();
    const hintOf = async (path: string): Promise<string> => (await refused(runner, path, {}, 'wrong')).hint;
    expect(await hintOf('/record/erasures')).toContain('operator-token');
    expect(await hintOf('/cases')).not.toContain('operator-token');
  });

  it('a request that does not hold as a whole names no empty place', async () => {
    const runner = office.start();
    expect((await refused(runner, '/cases', [])).message).not.toContain('“”');
    expect((await refused(runner, '/cases', { input: 7 })).message).toContain('“input”');
  });

  it('P29 an erasure of nobody is refused', async () => {
    const nobody = { runs: [], basis: 'request 12', end: false };
    expect((await refused(office.start(), '/record/erasures', nobody, 'o')).code).toBe('REQUEST_REFUSED');
  });

  it('OpenAPI declares the parameters of every path, and that the record asks for the other token', async () => {
    const { paths, components } = z
      .object({
        paths: z.record(z.string(), z.record(z.string(), operationSchema)),
        components: z.object({ securitySchemes: z.looseObject({}) }),
      })
      .parse(await (await ask(office.start(), 'GET', '/openapi.json')).json());
    expect(components.securitySchemes).toHaveProperty('operator');
    for (const [path, methods] of Object.entries(paths))
      for (const { parameters, security } of Object.values(methods)) {
        const named = parameters.flatMap((one) => (one.in === 'path' ? [one.name] : []));
        expect([path, named]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
        const tokens = (security ?? [{ token: [] }]).flatMap((one) => Object.keys(one));
        expect([path, tokens]).toEqual([
          path,
          path.startsWith('/record/') ? ['operator'] : path === '/health' ? [] : ['token'],
        ]);
      }
  });
});

describe('P29 a start that is refused', () => {
  it('says which field it is, and nothing of what a person’s field holds', async () => {
    const flow = approvedFlow('refund');
    const runner = office.start();
    const order = { type: 'string' as const, values: ['7', '8'], identifies: true };
    runner.accept(office.manifest({ ...flow, input: { ...flow.input, order } }));
    const { status, code, message, hint } = await refused(runner, '/cases', { input: { order: 'Larkin', amount: 1 } });
    expect([status, code, message]).toEqual([422, 'INPUT_INVALID', expect.stringContaining('“order”')]);
    expect(`${message} ${hint}`).not.toContain('Larkin');
    // Nor of what cannot be read, whatever it was to be.
    const text = '{"input":{"order":49170011223344556677}}';
    const answer = await createApi(runner, 't', 'o').request('/cases', {
      method: 'POST',
      body: text,
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    });
    const body = await answer.text();
    expect(body).toContain('JSON_INVALID');
    expect(body).toContain('column 19');
    expect(body).not.toContain('4917001');
  });
});

describe('a method that an address does not have', () => {
  it('is 405 with those that it has, on every address', async () => {
    const runner = office.start();
    const api = createApi(runner, 't', 'o');
    const have = new Map<string, Set<string>>();
    for (const { method, path } of api.routes)
      if (method !== 'ALL') have.set(path, (have.get(path) ?? new Set<string>()).add(method));
    expect(have.size).toBeGreaterThan(15);
    for (const [path, methods] of have) {
      const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted();
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((one) => !methods.has(one))) {
        const token = path.startsWith('/record') ? 'o' : 't';
        const answer = await ask(runner, method, path.replace(':id', 'x'), undefined, token);
        const { code, message, hint } = refusalSchema.parse(await answer.json()).error;
        const allow = (answer.headers.get('allow') ?? '').split(', ').toSorted();
        expect([method, path, answer.status, code, allow]).toEqual([method, path, 405, 'REQUEST_REFUSED', allowed]);
        expect([message, hint].join(' ')).toContain(method);
      }
    }
  });

  it('control: where there is nothing it is 404 for any method, and without the token 401', async () => {
    const runner = office.start();
    for (const [path, method] of [
      ['/nowhere', 'GET'],
      ['/nowhere', 'DELETE'],
      ['/cases/', 'DELETE'],
      ['/cases/x/y/z', 'PUT'],
    ] as const) {
      const answer = await ask(runner, method, path);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 404, null]);
    }
    const answer = await ask(runner, 'DELETE', '/cases', undefined, 'wrong');
    expect([answer.status, answer.headers.get('allow')]).toEqual([401, null]);
  });
});
