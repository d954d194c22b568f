import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { openManifest } from '../manifest/disk.ts';
import { readEnvelope } from '../manifest/dsse.ts';
import { momentOf, readStatement } from '../manifest/statement.ts';
import type { StudioAnswer } from './contract.ts';

type ReleaseView = StudioAnswer<'releases'>['releases'][number];

/** The manifests in the workspace's `releases`, newest release of each flow first, and why others cannot be read. */
export function releasesOf(root: string): { releases: ReleaseView[]; errors: ErrorShape[] } {
  const releases: ReleaseView[] = [];
  const errors: ErrorShape[] = [];
  for (const path of manifestsIn(root)) {
    try {
      const { subject, predicate } = readStatement(readEnvelope(openManifest(join(root, path)).bytes).payload);
      releases.push({
        path,
        flow: subject[0]?.name ?? '',
        release: predicate.release,
        program: predicate.program.digest,
      });
    } catch (error) {
      errors.push({ ...toErrorShape(error), where: { file: path } });
    }
  }
  releases.sort((a, b) => (a.flow === b.flow ? b.release - a.release : a.flow < b.flow ? -1 : 1));
  return { releases, errors };
}

function manifestsIn(root: string): string[] {
  const folder = join(root, 'releases');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name.endsWith('.manifest.json'))
    .map((entry) => `releases/${entry.name}`)
    .sort();
}

/** Releases of a flow are numbered upwards: a runner that took the higher one would not take this. Throws MANIFEST_OLDER. */
export function refuseOlder(root: string, flow: string, release: number): void {
  const newest = releasesOf(root).releases.find((one) => one.flow === flow)?.release ?? 0;
  if (release >= newest) return;
  throw new CountersignError({
    code: 'MANIFEST_OLDER',
    message: `Release ${newest} of ${flow} was exported before, and ${release} is older.`,
    meaning: 'Nothing was exported.',
    hint: `Export it as release ${newest + 1}.`,
  });
}

/** For a release that a person gave no last day. */
export const NO_END = '9999-12-31T23:59:59Z';

/**
 * The moment until which a release may be started, from what a person gave: a day (its end, in UTC), a moment in ISO
 * form, or nothing. Throws INPUT_INVALID.
 */
export function lastMoment(given: string | null): string {
  if (given === null || given === '') return NO_END;
  const at = /^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T23:59:59Z` : given.replace(/\.\d+Z$/, 'Z');
  if (momentOf(at) !== null) return at;
  throw new CountersignError({
    code: 'INPUT_INVALID',
    message: `“${given.toWellFormed().slice(0, 40)}” is no day and no moment in UTC.`,
    where: { path: ['notAfter'] },
    hint: 'Give a day such as 2027-06-30, or nothing for a release without an end.',
  });
}
