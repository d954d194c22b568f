import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { bodyOf, HttpRefusal } from './api-body.ts';
import { addListRoutes } from './api-lists.ts';
import { methodsAt, notAllowed } from './api-methods.ts';
import { addRecordRoutes, RECORD_PATH } from './api-record.ts';
import { addTaskRoutes } from './api-tasks.ts';
import { cancelSchema, holdSchema, messageSchema, tryAgainSchema, startSchema, stopSchema } from './api-schema.ts';
import { openApi } from './open-api.ts';
import { isNonce } from './proof.ts';
import type { Actor } from '../core/event.ts';
import { CountersignError, toErrorShape, type ErrorCode, type ErrorShape } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import { statusOf } from './status.ts';
import { toldStop } from './stops.ts';
import { caseView, taskView } from './views.ts';
import type { Runner } from './runner.ts';
import { tryAgain } from './try-again.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  RUN_UNKNOWN: 404,
  TASK_UNKNOWN: 404,
  TASK_CLOSED: 409,
  RUN_ENDED: 409,
  RUN_KEY_REUSED: 422,
  RETRY_REFUSED: 409,
  RETRY_EFFECTS: 409,
  INPUT_INVALID: 422,
  APPROVAL_CHANGED: 409,
  APPROVAL_SIGNATURE: 403,
  APPROVAL_FOUR_EYES: 403,
  TASK_NOT_PERMITTED: 403,
  OVERLOADED: 503,
  FLOW_STOPPED: 503,
  MESSAGE_UNAWAITED: 409,
  DISK_FULL: 507,
  JOURNAL_WRITE: 503,
  JOURNAL_LOCKED: 503,
  JOURNAL_FENCED: 503,
  RETENTION_FLOOR: 422,
  STOPPED: 503,
  INTERNAL: 500,
};

/** By each token, that whoever answers has it: see {@link proofOf}. */
export interface Proofs {
  system: string;
  operator: string;
}

/** A bearer token for a runner's REST interface; kept in a file that only the operator reads. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * The runner's REST interface for systems and its own commands. Everything but /health asks for the token before it
 * reads a body; reading changes nothing; a definition cannot be sent, only the input of one that was verified.
 *
 * @param operatorToken asked for in the place of `token` where the record itself is worked on
 * @param proves answers who asks whether this is the engine on their folder
 */
export function createApi(
  runner: Runner,
  token: string,
  operatorToken: string = newToken(),
  proves?: (nonce: string) => Proofs,
): Hono {
  const api = new Hono();
  api.onError((error) => refuse(toErrorShape(error), error instanceof HttpRefusal ? error.status : undefined));
  api.notFound((c) => {
    const allowed = methodsAt(api, c.req.path);
    if (allowed.length === 0) return refuse(notFound('There is nothing at this address.'));
    const refusal = notAllowed(c.req.method, allowed);
    return refuse(refusal.toShape(), refusal.status, { allow: allowed.join(', ') });
  });
  api.get('/health', (c) => {
    const nonce = c.req.query('nonce') ?? '';
    return c.json({ status: 'ok', ...(isNonce(nonce) && proves !== undefined ? { proofs: proves(nonce) } : {}) });
  });
  api.use(async (c, next) => {
    const record = c.req.path.startsWith(RECORD_PATH);
    if (!holds(c.req.header('authorization'), record ? operatorToken : token))
      return refuse(unauthenticated(record ? 'operator-token' : 'token'));
    return next();
  });
  addRecordRoutes(api, runner);
  api.post('/cases', async (c) => {
    const request = await bodyOf(c.req.raw, startSchema);
    const release = runner.current(request.flow);
    const started = await runner.engine.start({
      program: release.program,
      release: String(release.release),
      manifest: release.manifest.digest,
      key: keyOf(release.flowPath, c.req.header('idempotency-key')),
      initiator: { issuer: 'rest', subject: request.initiator ?? 'system', role: 'system', method: 'token' },
      input: inputOf(release.program.flow.input, request.input),
    });
    return c.json(started, 202);
  });
  api.get('/status', async (c) => c.json(await runner.suspendedKnown().then(() => statusOf(runner))));
  addListRoutes(api, runner);
  api.get('/cases/:id', (c) => c.json(caseView(runner, c.req.param('id'))));
  api.get('/tasks/:id', (c) => c.json(taskView(runner, c.req.param('id'))));
  addTaskRoutes(api, runner);
  api.post('/messages', async (c) => {
    const { name, about, from, brings } = await bodyOf(c.req.raw, messageSchema);
    const id = c.req.header('idempotency-key');
    if (id === undefined || !isKey(id)) return refuse(unnamedMessage());
    return c.json(await runner.engine.message({ name, key: about, id, from, body: brings }), 202);
  });
  api.post('/cases/:id/cancel', async (c) => {
    const { by, reason, undo } = await bodyOf(c.req.raw, cancelSchema);
    await runner.engine.cancel(c.req.param('id'), operator(by), reason, undo);
    return c.json({ run: c.req.param('id') });
  });
  api.post('/cases/:id/again', async (c) => {
    const { by, ...request } = await bodyOf(c.req.raw, tryAgainSchema);
    return c.json(await tryAgain(runner, { ...request, run: c.req.param('id'), by: operator(by) }), 202);
  });
  addHoldRoutes(api, runner);
  api.get('/openapi.json', (c) => c.json(openApi()));
  return api;
}

/** Holding one case, one flow or everything, and letting it go on. */
function addHoldRoutes(api: Hono, runner: Runner): void {
  api.post('/cases/:id/suspend', async (c) => {
    const { by, reason } = await bodyOf(c.req.raw, holdSchema);
    await runner.engine.suspend(c.req.param('id'), operator(by), reason);
    return c.json({ run: c.req.param('id') });
  });
  api.post('/cases/:id/resume', async (c) => {
    const { by, reason } = await bodyOf(c.req.raw, holdSchema);
    await runner.engine.resume(c.req.param('id'), operator(by), reason);
    return c.json({ run: c.req.param('id') });
  });
  api.get('/stops', (c) => c.json({ stops: runner.stops }));
  api.post('/stops', async (c) => {
    const { flow, by, reason } = await bodyOf(c.req.raw, stopSchema);
    runner.stop(flow, operator(by), reason);
    return c.json({ stops: runner.stops });
  });
  api.post('/stops/lift', async (c) => {
    const { flow, by, reason } = await bodyOf(c.req.raw, stopSchema);
    const { was, still } = runner.goOn(flow, operator(by), reason);
    return c.json({ stops: runner.stops, was, still: still.map((stop) => toldStop(stop, runner.flows)) });
  });
}

/** Whoever holds the token says who it is; see “Differences from the plan” in docs/ARCHITECTURE.md. */
const operator = (by: string): Actor => ({ issuer: 'rest', subject: by, role: 'operator', method: 'token' });

/** A caller's key counts within its flow: the same key on another flow is another case. */
export const restKey = (flowPath: string, key: string): string => `rest:${flowPath}:${key}`;

/** No key is no key; one that says nothing would make one case of all that are sent with it. */
function keyOf(flowPath: string, key: string | undefined): string | null {
  if (key === undefined) return null;
  if (!isKey(key)) throw new CountersignError(noKey());
  return restKey(flowPath, key);
}

const MOST_KEY = 200;
const isKey = (text: string): boolean => text.trim() !== '' && text.length <= MOST_KEY;

function holds(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/**
 * An error as an HTTP answer in the one shape; its code says the status, unless the request itself was the trouble. What
 * the operator has to put right, such as a release that is held, is no fault of the request: it is to be sent again.
 */
function refuse(
  error: ErrorShape,
  status = STATUS[error.code] ?? (error.fault === 'operator' ? 503 : 400),
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...more };
  if (error.retryable || status === 503 || status === 507) headers['retry-after'] = '1';
  return new Response(JSON.stringify({ error }), { status, headers });
}

const unnamedMessage = (): ErrorShape => ({
  code: 'USAGE',
  message: 'A message needs an id, so that it is taken once however often it is sent.',
  hint: `Send it in the header Idempotency-Key: at most ${MOST_KEY} characters, the same each time.`,
  retryable: false,
  fault: 'user',
});

const noKey = (): ErrorShape => ({
  code: 'USAGE',
  message: `An Idempotency-Key is a text of 1 to ${MOST_KEY} characters, and not blank.`,
  meaning: 'No case was started.',
  hint: 'Give each case a key of its own, the same each time that it is sent; or leave the header out, and every request starts a case.',
  retryable: false,
  fault: 'user',
});

/** @param file which of the runner folder's two tokens it is */
const unauthenticated = (file: 'token' | 'operator-token'): ErrorShape => ({
  code: 'UNAUTHENTICATED',
  message: 'This address asks for a token.',
  hint: `Send authorization: Bearer, with what the file ${file} of the runner folder holds.`,
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
