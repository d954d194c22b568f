import type { Hono } from 'hono';
import type { Actor } from '../core/event.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';
import { bodyOf } from './api-body.ts';
import { eraseCases, noteBackup, pruneCases } from './record.ts';
import type { Runner } from './runner.ts';

/** Under this path what concerns the record as a whole: for the operator's own token, not for that of systems. */
export const RECORD_PATH = '/record';

const by = z.string().min(1).max(120).optional();

export const erasureSchema = z
  .strictObject({
    /** What identifies the person. */
    person: z.string().min(1).max(500).optional(),
    field: z.string().max(120).optional(),
    /** Cases by id. */
    runs: z.array(z.string().max(120)).max(100_000),
    basis: z.string().min(1).max(500),
    /** Ends cases that have not ended. */
    end: z.boolean(),
    by,
  })
  // “Nothing was erased” would be taken for done.
  .refine(({ person, runs }) => person !== undefined || runs.length > 0, 'Name a person, or cases');

export const pruningSchema = z.strictObject({
  /** Cases that ended at this time or earlier, in milliseconds since 1970. */
  before: z.int(),
  basis: z.string().max(500).nullable(),
  /** Where the last answer left off; 0 to begin with, null to give back room only. */
  after: z.int().nonnegative().nullable(),
  by,
});

export const backupNoteSchema = z.strictObject({
  madeAt: z.int(),
  size: z.int().nonnegative(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where it was written: whoever erases is told where keys lie. */
  folder: z.string().min(1).max(4096).optional(),
  by,
});

/** What asking for a checkpoint answers: how far the newest goes, and why none was written. */
export const checkpointedSchema = z.object({ size: z.int(), outage: errorShapeSchema.nullable() });

const operator = (subject = 'operator'): Actor => ({ issuer: 'rest', subject, role: 'operator', method: 'token' });

/** Routes for erasing and pruning beside a running engine, for a checkpoint now, and for saying that a backup was made. */
export function addRecordRoutes(api: Hono, runner: Runner): void {
  const record = runner.recordInHand();
  api.post(`${RECORD_PATH}/erasures`, async (c) => {
    const { by: who, ...request } = await bodyOf(c.req.raw, erasureSchema);
    return c.json(await eraseCases(record, request, operator(who)));
  });
  api.post(`${RECORD_PATH}/prunings`, async (c) => {
    const { by: who, ...request } = await bodyOf(c.req.raw, pruningSchema);
    return c.json(await pruneCases(record, request, operator(who)));
  });
  api.post(`${RECORD_PATH}/checkpoints`, async (c) => {
    const { latest, outage } = await runner.checkpointInSteps();
    return c.json({ size: latest?.size ?? 0, outage });
  });
  api.post(`${RECORD_PATH}/backups`, async (c) => {
    const { by: who, ...note } = await bodyOf(c.req.raw, backupNoteSchema);
    noteBackup(record, note, operator(who));
    return c.json({ noted: true });
  });
}
