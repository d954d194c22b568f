import { existsSync, readFileSync } from 'node:fs';
import { CountersignError } from '../flow/error.ts';
import { asJson, canonicalJson, parseStrict } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';

const standingSchema = z.strictObject({
  subject: z.string(),
  type: z.string(),
  v: z.int(),
  at: z.int(),
  actor: z.strictObject({ issuer: z.string(), subject: z.string(), role: z.string(), method: z.string() }),
  open: z.json(),
});

/** What goes on record with a restore, so that it holds on although the backup does not say so. */
export type Standing = z.infer<typeof standingSchema>;

const planSchema = z.strictObject({
  /** The tree of the backup that it is about; absent in plans of the first versions. */
  root: z.string().nullable().default(null),
  /** Events that were known to be there. */
  known: z.int().default(0),
  /** Events that were known to be there and are not in the backup. */
  lost: z.int(),
  /** Name of the log from here on. */
  origin: z.string(),
  /** The highest epoch that is known of the journal that is replaced. */
  epoch: z.int(),
  /** The newest checkpoint that is known, as its note. */
  newest: z.string().nullable(),
  standing: z.array(standingSchema).default([]),
});

/** What was decided before the first file of a journal was touched, so that a restore that is cut off ends the same way. */
export type RestorePlan = z.infer<typeof planSchema>;

/** A file that is there while a backup is being put in the place of a journal. */
export const restoringPathOf = (journalPath: string): string => `${journalPath}-restoring`;

/** The plan of a restore that was cut off, or null. */
export function readPlan(journalPath: string): RestorePlan | null {
  const file = restoringPathOf(journalPath);
  return existsSync(file) ? planSchema.parse(parseStrict(readFileSync(file, 'utf8'))) : null;
}

export const writePlan = (journalPath: string, plan: RestorePlan): void =>
  writeFileAtomic(restoringPathOf(journalPath), canonicalJson(asJson(plan)));

/** Refuses with JOURNAL_DAMAGED a journal that a restore was cut off in the middle of: half of it is another one. */
export function checkNotRestoring(journalPath: string): void {
  const file = restoringPathOf(journalPath);
  if (!existsSync(file)) return;
  throw new CountersignError({
    code: 'JOURNAL_DAMAGED',
    message: `A restore of ${journalPath} was cut off before it was done.`,
    where: { file },
    hint: 'Give the command “countersign restore” again. What was there before lies in a folder “replaced-…” beside it.',
    fault: 'operator',
  });
}
