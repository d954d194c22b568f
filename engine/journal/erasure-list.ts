import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { canonicalJson, parseStrict } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { fileError, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';

const erasureSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.int(),
  /** Who erased, as in an event's header. */
  by: z.string(),
  basis: z.string(),
  keys: z.array(z.strictObject({ of: z.string(), id: z.string().regex(/^[0-9a-f]{8}$/) })),
});

/** One erasure: who, when, why, and which keys; not whom it was about. */
export type Erasure = z.infer<typeof erasureSchema>;

/**
 * Where the erasures of a journal are listed: among its checkpoints, as both are what is to be kept elsewhere as well.
 * What was erased after a backup is known from here when the backup is restored.
 */
export const erasuresPathOf = (journalPath: string): string => join(dirname(journalPath), 'checkpoints', LIST);

/** Name of the list in a folder of checkpoints. */
export const LIST = 'erasures.jsonl';

/** All erasures on a list, in order; none when there is no list. JOURNAL_DAMAGED names a line that cannot be read. */
export function readErasures(path: string): Erasure[] {
  if (!existsSync(path)) return [];
  return textOf(path)
    .split('\n')
    .flatMap((line, i) => {
      if (line === '') return [];
      try {
        return [erasureSchema.parse(parseStrict(line))];
      } catch (cause) {
        throw new CountersignError({
          code: 'JOURNAL_DAMAGED',
          message: `Line ${i + 1} of the list of erasures cannot be read.`,
          meaning: 'What was erased there would not be erased again after a restore.',
          where: { file: path, line: i + 1 },
          hint: 'Put back the copy of the list that is kept with the checkpoints elsewhere.',
          fault: 'operator',
          cause,
        });
      }
    });
}

/** Puts erasures on a list that are not on it yet; on disk when it returns. Errors: DISK_FULL, ENVIRONMENT. */
export function addErasures(path: string, erasures: readonly Erasure[]): void {
  const lines = new Set(readErasures(path).map(canonicalJson));
  const before = lines.size;
  for (const erasure of erasures) lines.add(canonicalJson(erasure));
  if (lines.size === before) return;
  makeFolder(dirname(path));
  writeFileAtomic(path, [...lines].map((line) => `${line}\n`).join(''));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw fileError(path, cause, 'read');
  }
}
