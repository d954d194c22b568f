import type { Hono } from 'hono';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { casesListed, LISTED_BY, noPlace, type ListedBy } from './cases-listed.ts';
import { pageOf } from './page.ts';
import type { Runner } from './runner.ts';

/** How many rows an answer holds at most, and how many where it is not said. */
export const MOST_LISTED = 1000;
export const LISTED = 100;

const rows = z.array(z.looseObject({ id: z.string() }));
/** What to give as `after` for the rest; null where all was told. */
const nextSchema = z.string().nullable();
export const casesPageSchema = z.object({ cases: rows, next: nextSchema });
export const tasksPageSchema = z.object({ tasks: rows, next: nextSchema });

/** Routes that list cases and open tasks, a page at a time. */
export function addListRoutes(api: Hono, runner: Runner): void {
  api.get('/cases', async (c) => {
    const by = listedBy(c.req.query('status'));
    const limit = limitOf(c.req.query('limit'));
    await runner.suspendedKnown();
    const { rows: cases, next } = casesListed(runner.engine.reader(), runner.suspended, {
      by,
      limit,
      after: c.req.query('after'),
    });
    return c.json({ cases, next });
  });
  api.get('/tasks', (c) => {
    const reader = runner.engine.reader();
    const { run, after } = c.req.query();
    const limit = limitOf(c.req.query('limit'));
    if (after !== undefined && reader.task(after) === null) throw noPlace('TASK_UNKNOWN', 'task');
    const only = { ...(run === undefined ? {} : { run }), ...(after === undefined ? {} : { after }) };
    const { rows: tasks, next } = pageOf(limit, (most) => reader.tasks({ status: 'open', limit: most, ...only }));
    return c.json({ tasks, next });
  });
}

function listedBy(asked: string | undefined): ListedBy | null {
  if (asked === undefined) return null;
  const by = LISTED_BY.find((one) => one === asked);
  if (by !== undefined) return by;
  throw new CountersignError({
    code: 'USAGE',
    message: `“${asked.slice(0, 60)}” is no status of a case.`,
    hint: `Choose one of: ${LISTED_BY.join(', ')}.`,
  });
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? LISTED);
  return Number.isSafeInteger(limit) && limit >= 1 ? Math.min(limit, MOST_LISTED) : LISTED;
}
