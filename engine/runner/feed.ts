import type { Actor } from '../core/event.ts';
import type { Engine } from '../runtime/engine.ts';
import type { CsvCases } from './csv.ts';
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

/**
 * Starts a case for every row. The key of a row is the flow, the file's digest and the row's number, so that the same
 * command again goes on where it was stopped and starts nothing twice. Resolves when every case has ended or waits;
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
  for await (const { record, input } of cases.rows()) {
    if (failures.length > 0) break;
    const one = engine
      .start({
        program: release.program,
        release: String(release.release),
        manifest: release.manifest.digest,
        key: `csv:${release.flowPath}:${cases.digest}:${record}`,
        ownKey: true,
        initiator,
        input,
      })
      .then((started) => {
        progress.started += 1;
        if (started.again) progress.again += 1;
        tell(progress);
      })
      .catch((error: unknown) => {
        failures.push(error);
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
