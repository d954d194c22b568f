import { join } from 'node:path';
import { readCheckpoints } from '../audit/checkpoint-sink.ts';
import { isSignedBy, type Note } from '../audit/checkpoint.ts';
import { buildEvidence, sealsOf, type EvidenceFile, type EvidenceRelease } from '../audit/evidence-file.ts';
import { eventsOfRun } from '../audit/evidence.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { openForReading } from '../journal/open.ts';
import { Query } from '../journal/query.ts';
import { keysPathOf, openJournalReader, type JournalReader, type RawEvent } from '../journal/reader.ts';
import { KEYS_SCHEMA } from '../journal/schema.ts';
import { encodeBase64 } from '../manifest/base64.ts';
import { openManifest } from '../manifest/disk.ts';
import { preAuthEncoding, readEnvelope, type Envelope } from '../manifest/dsse.ts';
import { verifyBytes } from '../manifest/keys.ts';
import { readStatement } from '../manifest/statement.ts';
import type { TrustedKey } from '../manifest/trust.ts';
import { acceptedSchema } from './accepted.ts';
import { readRunnerConfig, runnerPaths, type RunnerConfig } from './folder.ts';
import { logKeysOf, rawOf } from './log-keys.ts';

export interface ExportOptions {
  /** The checkpoint to prove against; by default the newest of the runner folder that one of its log keys signed. */
  checkpoint?: Note;
  /** Shows that no event of the run was left out, by the headers of all others in between. */
  between?: boolean;
  /** Hands out the keys of the run's sealed parts, so that whoever holds the file can read personal content. */
  open?: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/** Pinned files larger than this stay out of evidence and are named by their digest. */
const LARGEST_FILE = 200_000;

/**
 * The evidence file of a run, from a runner folder, also beside the engine that runs on it. With it go the release that
 * the run names, with the event that accepted it, and the public keys of every signature in it.
 * Errors: RUN_UNKNOWN; AUDIT_MISMATCH when no checkpoint covers the run; FILE_UNREADABLE.
 */
export function exportEvidence(folder: string, run: string, options: ExportOptions): EvidenceFile {
  const paths = runnerPaths(folder);
  const config = readRunnerConfig(folder, options.now);
  const journal = openJournalReader(paths.journal);
  try {
    const events = eventsOfRun(journal, run);
    const { note, key } = anchorOf(folder, options.checkpoint ?? null);
    const releases = releasesOf(journal, events, paths.releases, config);
    return buildEvidence(journal, run, {
      checkpoint: note,
      logKey: rawOf(key),
      between: options.between === true,
      releases: releases.map(({ release }) => release),
      sealKeys: options.open === true ? sealKeysOf(paths.journal, events) : [],
      keys: [key, ...signersOf(releases), ...approversOf(journal, run, options.open === true, config)].map(
        ({ purpose, publicKey }) => ({
          purpose,
          publicKey,
        }),
      ),
    });
  } finally {
    journal.close();
  }
}

type Signed = Pick<TrustedKey, 'publicKey'> & { purpose: EvidenceFile['keys'][number]['purpose'] };

/** The checkpoint to prove against, and the log key that signed it. */
function anchorOf(folder: string, given: Note | null): { note: Note; key: Signed } {
  const keys = logKeysOf(folder);
  const notes = given === null ? readCheckpoints(runnerPaths(folder).checkpoints).toReversed() : [given];
  for (const note of notes) {
    const key = keys.find((one) => isSignedBy(note, rawOf(one)));
    if (key !== undefined) return { note, key: { purpose: 'log', publicKey: key.publicKey } };
  }
  throw new CountersignError({
    code: 'AUDIT_MISMATCH',
    message: `${given === null ? 'No checkpoint' : 'The checkpoint that was given'} is signed by a log key of ${folder}.`,
    where: { file: folder },
    hint: 'Let the engine write a checkpoint first, or put the public halves of earlier log keys into “log-keys”.',
    fault: 'operator',
  });
}

interface NamedRelease {
  release: EvidenceRelease;
  envelope: Envelope;
  keys: TrustedKey[];
}

const startSchema = z.looseObject({ program: z.string(), manifest: z.string().optional() });

/**
 * The releases whose programs the run's events name: the very manifest that the start names or, where it names none, the
 * one that was accepted last before the run began.
 */
function releasesOf(
  journal: JournalReader,
  events: readonly RawEvent[],
  folder: string,
  config: RunnerConfig,
): NamedRelease[] {
  const [first] = events;
  const programs = new Map(events.flatMap((raw) => programsIn(raw)));
  return [...programs].flatMap(([program, manifest]): NamedRelease[] => {
    const found = journal
      .subjects('release:')
      .flatMap((subject) => journal.events(subject))
      .filter((event) => event.type === 'release.accepted' && event.seq < (first?.seq ?? 0))
      .map((event) => ({ subject: event.subject, seq: event.seq, body: acceptedSchema.parse(event.open) }))
      .findLast(({ body }) => body.program === program && (manifest === undefined || body.digest === manifest));
    if (found === undefined) return [];
    return [releaseIn(join(folder, found.body.file), found, config)];
  });
}

function programsIn(raw: RawEvent): [program: string, manifest: string | undefined][] {
  if (raw.open === null) return [];
  const started = startSchema.safeParse(JSON.parse(Buffer.from(raw.open).toString('utf8')));
  return started.success ? [[started.data.program, started.data.manifest]] : [];
}

/** The manifest with the signatures that fit a key of the trust file, and what it pins. */
function releaseIn(path: string, accepted: { subject: string; seq: number }, config: RunnerConfig): NamedRelease {
  const { bytes, readBlob } = openManifest(path);
  const envelope = readEnvelope(bytes);
  const data = preAuthEncoding(envelope.payloadType, envelope.payload);
  const signatures = envelope.signatures.flatMap(({ signature }) => {
    const key = config.trust.keys.find((one) => verifyBytes(one.publicKey, data, signature));
    return key === undefined ? [] : [{ key, sig: encodeBase64(signature) }];
  });
  const pins = readStatement(envelope.payload).predicate.pins.filter(({ size }) => size <= LARGEST_FILE);
  return {
    envelope,
    keys: signatures.map(({ key }) => key),
    release: {
      ...accepted,
      manifest: {
        payloadType: envelope.payloadType,
        payload: encodeBase64(envelope.payload),
        signatures: signatures.map(({ key, sig }) => ({ keyid: key.keyId, sig })),
      },
      files: Object.fromEntries(pins.map(({ sha256, size }) => [sha256, encodeBase64(readBlob(sha256, size))])),
    },
  };
}

/** Keys that signed one of the manifests, each once. */
function signersOf(releases: readonly NamedRelease[]): Signed[] {
  const keys = new Map(releases.flatMap(({ keys: by }) => by).map((key) => [key.publicKey, key]));
  return [...keys.values()].flatMap(({ purpose, publicKey }) =>
    purpose === 'author' || purpose === 'release' ? [{ purpose, publicKey }] : [],
  );
}

const signatureSchema = z.looseObject({ keyId: z.string(), signature: z.string() });

/** The keys, of people who are known here, that decisions in the run name where the file lets them be read. */
function approversOf(journal: JournalReader, run: string, opened: boolean, config: RunnerConfig): Signed[] {
  const named = new Set<string>();
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const found = signatureSchema.safeParse(value);
    if (found.success) named.add(found.data.keyId);
    for (const part of Object.values(value)) look(part);
  };
  for (const { open, sealed } of journal.events(`run:${run}`)) {
    look(open);
    if (opened) look(sealed);
  }
  return config.people.people
    .flatMap(({ keys }) => keys)
    .filter(({ keyId }) => named.has(keyId))
    .map(({ publicKey }): Signed => ({ purpose: 'approver', publicKey }));
}

/** The keys of a run's sealed parts that were not erased. */
function sealKeysOf(journalPath: string, events: readonly RawEvent[]): EvidenceFile['sealKeys'] {
  const path = keysPathOf(journalPath);
  const db = openForReading(path, KEYS_SCHEMA);
  try {
    const select = new Query<[string], { id: Uint8Array; key: Uint8Array }>(db, 'SELECT id, key FROM key WHERE of = ?');
    return sealsOf(events).flatMap(({ of, id }) => {
      const found = select.get(of);
      if (found === undefined || Buffer.compare(found.id, id) !== 0) return [];
      return [{ of, id: encodeBase64(found.id), key: encodeBase64(found.key) }];
    });
  } finally {
    db.close();
  }
}
