/** Trying an ended case again, with the version it ran on or a newer one that was accepted here. */
import type { Again } from '../core/try-again.ts';
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Started } from '../runtime/engine.ts';
import { againKey, retriedOf } from '../runtime/chain.ts';
import { againRequest, effectsDone } from '../runtime/try-again.ts';
import type { LoadedRelease } from './release.ts';
import type { Runner } from './runner.ts';
import { manifestOf, releaseOf } from './pinned.ts';

export interface TryAgainRequest {
  run: string;
  again: Again;
  /** The number of a newer release; that on which it ran where it is left out. */
  release?: number | undefined;
  by: Actor;
  reason: string;
  /** Keys of the effects that are known to have been done; all of them, from the start. */
  effects: readonly string[];
}

/** What somebody who wants to try a case again has to know. */
export interface TryAgainView {
  /** The case that it tries again itself, and the one that tries it again. */
  retries: string | null;
  retriedBy: string | null;
  /** From the start, these would be done once more. */
  done: { key: string; run: string; node: string; connection: string; action: string }[];
}

/**
 * Starts the case that tries another again; resolves once it is on disk. Errors: RUN_UNKNOWN, RETRY_REFUSED, RETRY_EFFECTS,
 * NOT_FOUND where there is no such release, MANIFEST_EXPIRED.
 */
export async function tryAgain(runner: Runner, request: TryAgainRequest): Promise<Started> {
  const { run, again, by, reason, effects } = request;
  const journal = runner.engine.reader();
  const row = journal.run(run);
  if (row === null) throw unknown(run);
  const release = releaseFor(runner.releases, { ...row, manifest: manifestOf(journal, run) }, request.release);
  const on = { program: release.program, release: String(release.release), manifest: release.manifest.digest };
  const ask = { run, again, by, reason, effects, ...on };
  return runner.engine.start(againRequest(journal, (digest) => runner.programOf(digest), ask));
}

/** Both ends of the link between a case and the one that tries it again, and what was done already. */
export function tryAgainView(
  reader: Pick<Journal, 'run' | 'runByKey' | 'events' | 'effects'>,
  run: string,
): TryAgainView {
  const row = reader.run(run);
  return {
    retries: retriedOf(row?.key ?? null),
    retriedBy: reader.runByKey(againKey(run))?.id ?? null,
    done: effectsDone(reader, run).map(({ key, run: of, node, connection, action }) => ({
      key,
      run: of,
      node,
      connection,
      action,
    })),
  };
}

/** The release that a case ran on, or the newer one that was named. */
function releaseFor(
  accepted: readonly LoadedRelease[],
  row: { id: string; program: string; release: string | null; manifest: string | null },
  wanted: number | undefined,
): LoadedRelease {
  const own = releaseOf(accepted, row);
  if (own === undefined)
    throw notFound(`The release ${row.release ?? ''} that ${row.id} ran on is not served here any more.`);
  const found =
    wanted === undefined
      ? own
      : accepted.find((one) => one.flowPath === own.flowPath && one.release === wanted && wanted >= own.release);
  if (found === undefined)
    throw notFound(
      `No release ${wanted ?? ''} of ${own.flowPath}, as new as the ${own.release} it ran on, is served here.`,
    );
  const { notAfter } = found.manifest.statement.predicate;
  if (Date.now() > (Date.parse(notAfter) || 0))
    throw new CountersignError({
      code: 'MANIFEST_EXPIRED',
      message: `Release ${found.release} was good until ${notAfter}.`,
      hint: 'Name a newer release that was accepted here.',
      fault: 'operator',
    });
  return found;
}

const notFound = (message: string): CountersignError =>
  new CountersignError({
    code: 'NOT_FOUND',
    message,
    hint: 'Accept it with “countersign serve --manifest MANIFEST”, or name another release.',
    fault: 'operator',
  });

const unknown = (run: string): CountersignError =>
  new CountersignError({
    code: 'RUN_UNKNOWN',
    message: `There is no case ${run}.`,
    hint: 'List the cases with “countersign runs”.',
  });
