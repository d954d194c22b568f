import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { end, shopFlow } from '../core/testing/flows.ts';
import { z } from '../flow/zod.ts';
import { createApi } from './api.ts';
import { openApi } from './open-api.ts';
import type { Runner } from './runner.ts';
import { Office } from './testing/office.ts';
import { caseView, taskView } from './views.ts';

const office = new Office();
let runner: Runner;
const input = { order: '7' };
const flow = shopFlow()
  .node('Ask', 'task', {
    type: 'fill in',
    title: 'What is due?',
    question: 'Call them.',
    role: 'lead',
    choices: [],
    branch: false,
    fields: { sum: { type: 'number' }, note: { type: 'string', optional: true } },
    fourEyes: false,
    due: null,
    show: [{ label: 'Order', value: 'input.order' }],
  })
  .node('Done', 'end', end('done', { sum: 'Ask.sum', by: 'Ask.by' }))
  .chain('Start', 'Ask')
  .edge('Ask', 'answered', 'Done');
beforeAll(() => {
  runner = office.start();
  runner.accept(office.manifest(flow.build()));
});
afterAll(() => office.close());

const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
const api = () => createApi(runner, 't');
const post = async (path: string, body: unknown) =>
  api().request(path, { method: 'POST', headers, body: JSON.stringify(body) });
const startedSchema = z.object({ run: z.string() });
const refusedSchema = z.object({
  error: z.object({ code: z.string(), where: z.object({ path: z.array(z.string()) }) }),
});

async function openTask() {
  const { run } = startedSchema.parse(await (await post('/cases', { input })).json());
  await runner.engine.idle();
  const [task] = runner.engine.reader().tasks({ run });
  if (task === undefined) throw new Error('there is a task');
  return { run, task };
}

describe('an answer over REST', () => {
  it('is taken by POST alone, signed over what was shown and what was answered', async () => {
    const { run, task } = await openTask();
    expect(task).toMatchObject({ type: 'fill in', title: 'What is due?' });
    expect(taskView(runner, task.id).shownContent?.asks).toMatchObject({ fields: { sum: { type: 'number' } } });
    const answer = office.answer(task, { sum: 12.5, note: 'kind' });
    const path = `/tasks/${task.id}/decision`;
    for (const method of ['GET', 'HEAD', 'PUT'])
      expect((await api().request(path, { method, headers })).status).toBe(405);
    const forged = await post(path, { ...answer, answer: { sum: 99 } });
    expect([forged.status, await forged.json()]).toMatchObject([403, { error: { code: 'APPROVAL_SIGNATURE' } }]);
    expect((await post(path, answer)).status).toBe(200);
    await runner.engine.idle();
    expect(caseView(runner, run).result).toBe('done');
    expect(caseView(runner, run).manifest).toMatch(/^sha256-/);
    expect(caseView(runner, run).story.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^filled in by lea \(lead\) after /),
    );
  });

  it('is refused with the path of the field where it does not fit, and nothing is on record then', async () => {
    const { task } = await openTask();
    const { size } = runner.engine.reader().head();
    const refused = await post(`/tasks/${task.id}/decision`, office.answer(task, { sum: 'a lot' }));
    expect(refused.status).toBe(422);
    expect(refusedSchema.parse(await refused.json())).toEqual({
      error: { code: 'INPUT_INVALID', where: { path: ['answer', 'sum'] } },
    });
    const without = await post(`/tasks/${task.id}/decision`, { ...office.decide(task, 'approved'), answer: {} });
    expect(without.status).toBe(400);
    expect(runner.engine.reader().head().size).toBe(size);
  });

  it('is described where the interface is', () => {
    expect(JSON.stringify(openApi().paths['/tasks/{id}/decision'])).toContain('answered');
  });
});
