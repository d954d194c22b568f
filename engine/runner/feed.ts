import type { Actor } from '../core/event.ts';
import type { Engine } from '../runtime/engine.ts';
import { CountersignError } from '../flow/error.ts';
import type { CsvCase, CsvCases } from './csv.ts';
import type { LoadedRelease } from './release.ts';

export interface FeedProgress {
  /** Rows handed to the engine. */
  started: number;
  /** Rows that an earlier try had already started. */
  again: number;
  count: number;
}

/** Cases under way at once: enough to fill a transaction, few enough to hold in memory. */
const UNDER_WAY = 512;

/** What the keys of all rows begin with that are known by their file and number, of one flow and of one file. */
export const rowsOfFlow = (flowPath: string): string => `csv:${flowPath}:`;
export const rowsOfFile = (flowPath: string, digest: string): string => `${rowsOfFlow(flowPath)}${digest}:`;

/** The key of a row. What stands in a column may be about somebody: it is kept as a hash, as other callers' keys are. */
export function keyOfRow(
  { flowPath }: Pick<LoadedRelease, 'flowPath'>,
  { digest, keyColumn }: Pick<CsvCases, 'digest' | 'keyColumn'>,
  { record, key }: Pick<CsvCase, 'record' | 'key'>,
): { key: string; ownKey?: true } {
  if (keyColumn === null || key === null) return { key: `${rowsOfFile(flowPath, digest)}${record}`, ownKey: true };
  return { key: `csv:${JSON.stringify([flowPath, keyColumn, key])}` };
}

/**
 * Starts a case for every row. The key of a row is the flow, the file's digest and the row's number, or the flow and what
 * stands in the key column, so that the same command again goes on where it was stopped and starts nothing twice. Resolves when every case has ended or waits;
 * rejects when a row is refused or the journal fails.
 */
export async function feedCases(
  engine: Engine,
  release: LoadedRelease,
  cases: CsvCases,
  initiator: Actor,
  tell: (progress: FeedProgress) => void,
): Promise<FeedProgress> {
  const progress: FeedProgress = { started: 0, again: 0, count: cases.count };
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const row of cases.rows()) {
    if (failures.length > 0) break;
    const one = engine
      .start({
        program: release.program,
        release: String(release.release),
        manifest: release.manifest.digest,
        ...keyOfRow(release, cases, row),
        initiator,
        input: row.input,
      })
      .then((started) => {
        progress.started += 1;
        if (started.again) progress.again += 1;
        tell(progress);
      })
      .catch((error: unknown) => {
        failures.push(changedRow(error, cases, row));
      })
      .finally(() => pending.delete(one));
    pending.add(one);
    if (engine.load >= UNDER_WAY) await engine.below(UNDER_WAY / 2);
  }
  await Promise.all(pending);
  if (failures.length > 0) throw failures[0];
  await engine.idle(true);
  return progress;
}

/** A row whose key has started a case already, with other values. */
function changedRow(error: unknown, { file, keyColumn }: CsvCases, { record, key }: CsvCase): unknown {
  if (!(error instanceof CountersignError) || error.code !== 'RUN_KEY_REUSED' || keyColumn === null) return error;
  return new CountersignError({
    code: error.code,
    message: `Record ${record} of ${file} has the “${keyColumn}” ${key ?? ''}, which has started a case already with other values.`,
    meaning: 'Rows before it may have started cases; the same command again goes on from there.',
    where: { file, record },
    hint: 'Give the row as it was, or under a key of its own; a case that has started is not changed by its row.',
    fault: 'user',
    cause: error,
  });
}
