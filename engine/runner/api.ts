import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { bodyOf, HttpRefusal } from './api-body.ts';
import { ACTOR_SCHEMA, decisionSchema, settlementSchema, startSchema } from './api-schema.ts';
import { CountersignError, toErrorShape, type ErrorCode, type ErrorShape } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import { z } from '../flow/zod.ts';
import { caseView, taskView } from './views.ts';
import type { Runner } from './runner.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  RUN_UNKNOWN: 404,
  TASK_UNKNOWN: 404,
  TASK_CLOSED: 409,
  RUN_ENDED: 409,
  RUN_KEY_REUSED: 422,
  INPUT_INVALID: 422,
  APPROVAL_CHANGED: 409,
  APPROVAL_SIGNATURE: 403,
  APPROVAL_FOUR_EYES: 403,
  TASK_NOT_PERMITTED: 403,
  OVERLOADED: 503,
  DISK_FULL: 507,
  JOURNAL_WRITE: 503,
  STOPPED: 503,
  INTERNAL: 500,
};

/** A bearer token for a runner's REST interface; kept in a file that only the operator reads. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * The runner's REST interface for systems and its own commands. Everything but /health asks for the token before it
 * reads a body; reading changes nothing; a definition cannot be sent, only the input of one that was verified.
 */
export function createApi(runner: Runner, token: string): Hono {
  const api = new Hono();
  api.onError((error) => refuse(toErrorShape(error), error instanceof HttpRefusal ? error.status : undefined));
  api.notFound(() => refuse(notFound('There is nothing at this address.')));
  api.get('/health', (c) => c.json({ status: 'ok' }));
  api.use(async (c, next) => {
    if (!holds(c.req.header('authorization'), token)) return refuse(unauthenticated());
    return next();
  });
  api.post('/cases', async (c) => {
    const request = await bodyOf(c.req.raw, startSchema);
    const release = runner.current(request.flow);
    const started = await runner.engine.start({
      program: release.program,
      release: String(release.release),
      key: keyOf(release.flowPath, c.req.header('idempotency-key')),
      initiator: { issuer: 'rest', subject: request.initiator ?? 'system', role: 'system', method: 'token' },
      input: inputOf(release.program.flow.input, request.input),
    });
    return c.json(started, 202);
  });
  api.get('/cases', (c) => c.json({ cases: runner.engine.reader().runs({ limit: limitOf(c.req.query('limit')) }) }));
  api.get('/cases/:id', (c) => c.json(caseView(runner, c.req.param('id'))));
  api.get('/tasks', (c) => {
    const run = c.req.query('run');
    const limit = limitOf(c.req.query('limit'));
    return c.json({
      tasks: runner.engine.reader().tasks({ status: 'open', limit, ...(run === undefined ? {} : { run }) }),
    });
  });
  api.get('/tasks/:id', (c) => c.json(taskView(runner, c.req.param('id'))));
  api.post('/tasks/:id/decision', async (c) => {
    const task = knownTask(runner, c.req.param('id'));
    await runner.engine.decide(task.run, task.id, await bodyOf(c.req.raw, decisionSchema));
    return c.json({ run: task.run, task: task.id });
  });
  api.post('/tasks/:id/settlement', async (c) => {
    const task = knownTask(runner, c.req.param('id'));
    await runner.engine.settle(task.run, task.id, await bodyOf(c.req.raw, settlementSchema));
    return c.json({ run: task.run, task: task.id });
  });
  api.get('/openapi.json', (c) => c.json(openApi()));
  return api;
}

function knownTask(runner: Runner, id: string) {
  const task = runner.engine.reader().task(id);
  if (task === null) throw new CountersignError(notFound(`There is no task ${id}.`));
  return task;
}

/** A caller's key counts within its flow: the same key on another flow is another case. */
const keyOf = (flowPath: string, key: string | undefined): string | null =>
  key === undefined ? null : `rest:${flowPath}:${key}`;

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? '100');
  return Number.isSafeInteger(limit) && limit >= 1 ? Math.min(limit, 1000) : 100;
}

function holds(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** An error as an HTTP answer in the one shape; its code says the status, unless the request itself was the trouble. */
function refuse(error: ErrorShape, status = STATUS[error.code] ?? 400): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (error.retryable || status === 503 || status === 507) headers['retry-after'] = '1';
  return new Response(JSON.stringify({ error }), { status, headers });
}

const unauthenticated = (): ErrorShape => ({
  code: 'UNAUTHENTICATED',
  message: 'This address asks for a token.',
  hint: 'Send authorization: Bearer, with the token of the runner folder.',
  retryable: false,
  fault: 'user',
});

const notFound = (message: string): ErrorShape => ({
  code: 'NOT_FOUND',
  message,
  hint: 'Look at /openapi.json.',
  retryable: false,
  fault: 'user',
});

/** The interface in OpenAPI 3.1, from the very schemas that check it. */
function openApi() {
  const json = (schema: z.ZodType) => ({
    required: true,
    content: { 'application/json': { schema: z.toJSONSchema(schema) } },
  });
  const answers = {
    responses: { '200': { description: 'as asked' }, default: { description: 'an error in the one shape' } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Countersign runner', version: '0.1.0' },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { actor: z.toJSONSchema(ACTOR_SCHEMA) },
    },
    security: [{ token: [] }],
    paths: {
      '/health': { get: { security: [], ...answers } },
      '/cases': {
        get: answers,
        post: {
          parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } }],
          requestBody: json(startSchema),
          responses: {
            '202': { description: 'started, and on disk' },
            default: { description: 'an error in the one shape' },
          },
        },
      },
      '/cases/{id}': { get: answers },
      '/tasks': { get: answers },
      '/tasks/{id}': { get: answers },
      '/tasks/{id}/decision': { post: { requestBody: json(decisionSchema), ...answers } },
      '/tasks/{id}/settlement': { post: { requestBody: json(settlementSchema), ...answers } },
      '/openapi.json': { get: answers },
    },
  };
}
