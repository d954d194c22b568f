import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWith } from '../../engine/cli/command.ts';
import { digestOfShown } from '../../engine/core/task.ts';
import { CountersignError, type ErrorShape } from '../../engine/flow/error.ts';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import { asJson, digestOf } from '../../engine/flow/json.ts';
import { z } from '../../engine/flow/zod.ts';
import { signDecision } from '../../engine/manifest/sign-approval.ts';
import { loadKey } from '../../engine/manifest/sign-keys.ts';
import { openRunnerReading } from '../../engine/runner/reading.ts';
import { engineOn } from '../../engine/runner/serve.ts';
import { taskView } from '../../engine/runner/views.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';
import { staying } from '../support/spawned.ts';

let shop: ShopRunner;
let task: { id: string; run: string; role: string };
beforeAll(async () => {
  shop = await shopRunner('approval');
  await shop.runOrders(2);
  const [first] = await shop.openTasks();
  if (first === undefined) throw new Error('an order waits for a person');
  task = first;
  await holds('keys', 'new', 'approver', shop.key('eve'), '--name', 'Eve');
});
afterAll(() => shop.remove());

const signing = (as: string, key: string) => [
  '--runner',
  shop.runner,
  '--as',
  as,
  '--key',
  `${shop.key(key)}.key.json`,
];
const caseSchema = z.object({ status: z.string(), story: z.array(z.object({ sentence: z.string() })) });

/** The task as the journal has it, and what the person is shown. */
function shown() {
  const reading = openRunnerReading(shop.runner);
  try {
    const { shown: digest, shownContent } = taskView(reading, task.id);
    if (shownContent === null) throw new Error('the task shows something');
    return { digest, content: shownContent };
  } finally {
    reading.close();
  }
}

/** Whatever was tried, the task is open, the case waits, and the record still holds. */
async function nothingHappened(error: ErrorShape): Promise<void> {
  expect(error.hint).toMatch(/\.$/);
  expect((await shop.openTasks()).map(({ id }) => id)).toContain(task.id);
  const told = await answerOf(caseSchema, 'runs', 'show', task.run, '--runner', shop.runner);
  expect(told.status).toBe('waiting');
  expect(told.story.at(-1)?.sentence).toMatch(/^waits for team lead/);
  expect((await countersign('audit', 'verify', '--runner', shop.runner)).code).toBe(0);
}

/** What the task would show, had the amount been another. */
function withAnotherAmount(): string {
  const { digest, content } = shown();
  // The digest is that of the content as it is now: the control of what follows.
  expect(digestOfShown(content)).toBe(digest);
  const text = JSON.stringify(content);
  expect(text).toContain('0.5');
  return digestOf(asJson(JSON.parse(text.replace('0.5', '500'))));
}

test('an approval of another amount than the task shows now is void', async () => {
  const other = withAnotherAmount();
  const error = await refusalOf('approvals', 'approve', task.id, ...signing('lea', 'lea'), '--shown', other);
  expect(error).toMatchObject({ exit: 1, code: 'APPROVAL_CHANGED' });
  await nothingHappened(error);
});

test('P31 the same over HTTP, signed by the right person', async () => {
  const other = withAnotherAmount();
  const serving = await staying('serve', '--runner', shop.runner);
  try {
    const said = {
      decision: 'approved',
      person: 'lea',
      role: task.role,
      comment: '',
      shown: other,
      at: Date.now(),
    } as const;
    const signed = signDecision(loadKey(`${shop.key('lea')}.key.json`, 'approver', null), task, said);
    const client = await engineOn(shop.runner);
    const refusal = await client?.post(`/tasks/${task.id}/decision`, signed).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CountersignError);
    expect(refusal).toMatchObject({ code: 'APPROVAL_CHANGED' });
    // With the signature over what it shows, said to be over something else.
    const forged = { ...signed, shown: shown().digest };
    await expect(client?.post(`/tasks/${task.id}/decision`, forged)).rejects.toMatchObject({
      code: 'APPROVAL_SIGNATURE',
    });
  } finally {
    expect(await serving.end('SIGTERM')).toBe(0);
  }
  await nothingHappened({ hint: '.', code: 'APPROVAL_CHANGED', message: '', retryable: false, fault: 'user' });
});

test('an approval signed with somebody else’s key does not count', async () => {
  const stranger = await refusalOf('approvals', 'approve', task.id, ...signing('lea', 'eve'));
  expect(stranger).toMatchObject({ exit: 1, code: 'APPROVAL_SIGNATURE' });
  await nothingHappened(stranger);
  const nobody = await refusalOf('approvals', 'approve', task.id, ...signing('eve', 'eve'));
  expect(nobody).toMatchObject({ exit: 1, code: 'TASK_NOT_PERMITTED' });
  await nothingHappened(nobody);
});

test('a key of another purpose signs no approval', async () => {
  const error = await refusalOf('approvals', 'approve', task.id, ...signing('lea', 'ada'));
  expect(error).toMatchObject({ exit: 1, code: 'KEY_PURPOSE' });
  await nothingHappened(error);
});

test('P34 a request without the token is refused before it is read, and a GET approves nothing', async () => {
  const serving = await staying('serve', '--runner', shop.runner);
  try {
    const { url } = z
      .object({ url: z.string() })
      .parse(JSON.parse(readFileSync(join(shop.runner, 'engine.json'), 'utf8')));
    const answer = await fetch(`${url}/tasks/${task.id}/decision`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
    const { error } = z.object({ error: errorShapeSchema }).parse(await answer.json());
    expect(error.code).toBe('UNAUTHENTICATED');
    const token = readFileSync(join(shop.runner, 'token'), 'utf8').trim();
    const got = await fetch(`${url}/tasks/${task.id}/decision`, { headers: { authorization: `Bearer ${token}` } });
    expect(got.status).toBe(405);
  } finally {
    await serving.end('SIGTERM');
  }
});

test('control: over what it shows, with the right key, it counts', async () => {
  await holds('approvals', 'approve', task.id, ...signing('lea', 'lea'), '--shown', shown().digest);
  expect((await answerOf(caseSchema, 'runs', 'show', task.run, '--runner', shop.runner)).status).toBe('completed');
});

test('an error that is not ours keeps the one shape', async () => {
  let said = '';
  const io = { out: () => undefined, err: (text: string) => (said += text), isTerminal: false, nowMs: () => 0 };
  const code = await answerWith(io, true, () => {
    throw new TypeError('something we did not think of');
  });
  expect(code).toBe(3);
  expect(z.strictObject({ error: errorShapeSchema }).parse(JSON.parse(said)).error).toMatchObject({
    code: 'INTERNAL',
    fault: 'us',
  });
});
