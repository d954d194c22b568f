import type { Hono } from 'hono';
import { CountersignError } from '../flow/error.ts';
import type { TaskRow } from '../journal/journal.ts';
import { bodyOf } from './api-body.ts';
import { decisionSchema, settlementSchema } from './api-schema.ts';
import type { Runner } from './runner.ts';

/** Routes for a person's signed word: a decision on what a task shows, or whether an action in doubt happened. */
export function addTaskRoutes(api: Hono, runner: Runner): void {
  api.post('/tasks/:id/decision', async (c) => {
    const { id, run } = knownTask(runner, c.req.param('id'), 'decision');
    await runner.engine.decide(run, id, await bodyOf(c.req.raw, decisionSchema));
    return c.json({ run, task: id });
  });
  api.post('/tasks/:id/settlement', async (c) => {
    const { id, run } = knownTask(runner, c.req.param('id'), 'settlement');
    await runner.engine.settle(run, id, await bodyOf(c.req.raw, settlementSchema));
    return c.json({ run, task: id });
  });
}

/** The task that a word is about. Throws NOT_FOUND, and TASK_NOT_PERMITTED where it asks for a word of the other kind. */
function knownTask(runner: Runner, id: string, word: 'decision' | 'settlement'): TaskRow {
  const task = runner.engine.reader().task(id);
  if (task === null)
    throw new CountersignError({
      code: 'NOT_FOUND',
      message: `There is no task ${id}.`,
      hint: 'Look at /openapi.json.',
    });
  if ((task.type === 'settle') === (word === 'settlement')) return task;
  throw new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    meaning: 'Nothing was put on record.',
    ...(word === 'decision'
      ? {
          message: `The task ${id} asks whether an action in doubt happened; there is nothing to decide.`,
          hint: `Send the signed word of an operator to POST /tasks/${id}/settlement, or give “countersign approvals settle”.`,
        }
      : {
          message: `The task ${id} is not about an action in doubt.`,
          hint: `Look at what it asks with GET /tasks/${id}, and send the signed decision to POST /tasks/${id}/decision.`,
        }),
  });
}
