import { existsSync } from 'node:fs';
import { toErrorShape } from '../flow/error.ts';
import { readBytes } from '../manifest/atomic.ts';
import { openManifest } from '../manifest/disk.ts';
import { readEnvelope } from '../manifest/dsse.ts';
import { manifestDigest, momentOf, readStatement } from '../manifest/statement.ts';
import { readTrust, TRUST_FORMAT, type Trust } from '../manifest/trust.ts';
import { verifyManifest } from '../manifest/verify.ts';
import { openJournalReader } from '../journal/reader.ts';
import { acceptedIn, type Accepted } from '../runner/accepted.ts';
import { readBindings, runnerPaths } from '../runner/folder.ts';
import type { Handlers, Room } from './handlers.ts';
import type { ReleaseDetail } from './contract-releases.ts';
import { localFolder } from './local-documents.ts';
import { manifestPath, onDisk } from './paths.ts';
import { NO_END } from './releases.ts';
import { readText } from './text-file.ts';

/** Releases as they are looked into: what they say, whether they hold, and where the local engine stands with them. */
export function releaseDetailHandlers({
  options: { root },
  now,
  workspace,
  local,
}: Room): Pick<Handlers, 'release' | 'verifyRelease' | 'bindings'> {
  const paths = runnerPaths(localFolder(root));
  return {
    release: async ({ path }) => {
      const file = onDisk(root, manifestPath(path));
      const envelope = readEnvelope(openManifest(file).bytes);
      const { subject, predicate } = readStatement(envelope.payload);
      const flow = subject[0]?.name ?? '';
      const digest = manifestDigest(envelope.payload);
      // Why it is held is known to a runner at work alone; one that cannot work says so in “workspace”.
      const runner = await local.find().catch(() => null);
      const held = runner?.held.find((one) => one.flow === flow && one.release === predicate.release);
      return {
        path,
        flow,
        title: predicate.flow.title,
        release: predicate.release,
        program: predicate.program.digest,
        digest,
        author: predicate.author,
        notAfter: predicate.notAfter === NO_END ? null : momentOf(predicate.notAfter),
        note: noteOf(file),
        pins: predicate.pins,
        requires: predicate.requires,
        signatures: envelope.signatures.map(({ keyid }) => keyid),
        local:
          held === undefined
            ? standing(acceptedHere(paths.journal), flow, digest)
            : { state: 'held', error: held.error },
      };
    },
    verifyRelease: ({ path }) => {
      const { bytes, readBlob } = openManifest(onDisk(root, manifestPath(path)));
      try {
        const { signers, blobs, warnings } = verifyManifest(bytes, readBlob, trustOf(paths.trust), { now: now() });
        return { refused: null, signers: [...signers], files: blobs.size, warnings: [...warnings] };
      } catch (error) {
        return { refused: toErrorShape(error), signers: [], files: 0, warnings: [] };
      }
    },
    bindings: () => {
      const { surroundings, systems } = workspace();
      const bound = existsSync(paths.bindings) ? readBindings(paths.bindings) : {};
      return {
        bindings: Object.fromEntries(
          Object.keys(surroundings.connections).map((name) => [
            name,
            {
              simulated: Object.hasOwn(systems, name),
              grants: Object.hasOwn(bound, name) ? (bound[name]?.grants ?? null) : null,
            },
          ]),
        ),
      };
    },
  };
}

/** Without a trust file nobody is trusted. */
const NOBODY: Trust = {
  format: TRUST_FORMAT,
  version: 1,
  keys: [],
  release: { roles: { author: 0, release: 1 } },
  revoked: [],
};

const trustOf = (path: string): Trust => (existsSync(path) ? readTrust(readBytes(path)) : NOBODY);

function acceptedHere(journal: string): Accepted[] {
  if (!existsSync(journal)) return [];
  const reader = openJournalReader(journal);
  try {
    return acceptedIn(reader);
  } finally {
    reader.close();
  }
}

/** Where the local engine stands with a manifest, by what it has on record. */
function standing(accepted: readonly Accepted[], flow: string, digest: string): ReleaseDetail['local'] {
  const ofFlow = accepted.filter((one) => one.flow === flow);
  const newest = ofFlow.at(-1);
  if (newest === undefined || !ofFlow.some((one) => one.digest === digest)) return { state: 'never accepted' };
  return newest.digest === digest ? { state: 'in force' } : { state: 'replaced', by: newest.release };
}

/** What was said of the release for people, which lies beside it. */
function noteOf(manifest: string): string {
  const path = manifest.replace(/\.manifest\.json$/, '.note.txt');
  return existsSync(path) ? readText(path).text.trim().slice(0, 500) : '';
}
