/** What a case is pinned to: the manifest that its start names. */
import { decodeEvent } from '../core/codec.ts';
import type { Journal } from '../journal/journal.ts';
import type { ToldEvent } from '../runtime/events-of.ts';
import type { LoadedRelease } from './release.ts';

/** Digest of the manifest that a run is pinned to, by its events. */
export const manifestIn = ([first]: readonly Pick<ToldEvent, 'event'>[]): string | null =>
  first?.event.type === 'run.started' ? (first.event.body.manifest ?? null) : null;

/** Digest of the manifest that a run is pinned to; null where its start names none, or was pruned. */
export function manifestOf(reader: Pick<Journal, 'events'>, run: string): string | null {
  const [first] = reader.events(`run:${run}`);
  return first === undefined || first.open === null ? null : manifestIn([{ event: decodeEvent(first) }]);
}

/**
 * The release that a case ran on. Two flows may have the same program, and releases of one number: what it is pinned to is
 * its manifest. Cases of the first versions name none.
 */
export const releaseOf = (
  accepted: readonly LoadedRelease[],
  row: { program: string; release: string | null; manifest: string | null },
): LoadedRelease | undefined =>
  accepted.find((one) =>
    row.manifest === null
      ? one.program.digest === row.program && String(one.release) === row.release
      : one.manifest.digest === row.manifest,
  );
