import { join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { openJournalReader, type JournalReader } from '../journal/reader.ts';
import { openManifest } from '../manifest/disk.ts';
import { verifyManifest } from '../manifest/verify.ts';
import type { Program } from '../program/program.ts';
import { acceptedIn } from './accepted.ts';
import { isThere, readRunnerConfig, runnerPaths } from './folder.ts';
import { compileVerified } from './release.ts';

/** A runner folder open for reading, beside an engine that may be running on it. */
export interface RunnerReading {
  engine: { reader(): JournalReader };
  programOf(digest: string): Program | null;
  close(): void;
}

/** Opens a runner folder for reading. Errors: FILE_UNREADABLE, JOURNAL_SCHEMA, TRUST_INVALID. */
export function openRunnerReading(folder: string): RunnerReading {
  const paths = runnerPaths(folder);
  if (!isThere(paths.journal))
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `${folder} has no journal yet.`,
      where: { file: paths.journal },
      hint: 'Name a runner folder on which an engine has run.',
      fault: 'operator',
    });
  const config = readRunnerConfig(folder, Date.now());
  const journal = openJournalReader(paths.journal);
  const programs = new Map<string, Program | null>();
  const load = (digest: string): Program | null => {
    const accepted = acceptedIn(journal).findLast((one) => one.program === digest);
    if (accepted === undefined) return null;
    const { bytes, readBlob } = openManifest(join(paths.releases, accepted.file));
    return compileVerified(verifyManifest(bytes, readBlob, config.trust, { now: 0 }), config.policy).program;
  };
  return {
    engine: { reader: () => journal },
    programOf: (digest) => {
      const known = programs.get(digest);
      if (known !== undefined) return known;
      const program = load(digest);
      programs.set(digest, program);
      return program;
    },
    close: () => journal.close(),
  };
}
