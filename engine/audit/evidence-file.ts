import { asJson, prettyJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { decodeHeader } from '../journal/event-codec.ts';
import type { RawEvent } from '../journal/reader.ts';
import { isSignatureBy, type Note } from './checkpoint.ts';
import { eventsOfRun, innerOf, treeOf, type ProofSource } from './evidence.ts';
import type { MerkleTree } from './merkle.ts';

/** An event with its inclusion proof; its number, and so its place in the tree, stands in its header. */
const wholeEvent = z.strictObject({
  header: z.string(),
  open: z.string(),
  salt: z.base64(),
  /** Ciphertext as stored, or null where nothing is sealed. */
  sealed: z.base64().nullable(),
  proof: z.array(z.base64()).max(64),
});
/** One of which only the hash of the payload is left, or is handed out. */
const hashedEvent = z.strictObject({ header: z.string(), inner: z.base64(), proof: z.array(z.base64()).max(64) });
const fileEvent = z.union([wholeEvent, hashedEvent]);

const envelope = z.strictObject({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })),
});

/** The evidence of one run, as `verifier/README.md` describes it: the format is for others, and frozen. */
export const evidenceFile = z.strictObject({
  format: z.literal('countersign.evidence'),
  version: z.literal(1),
  run: z.string(),
  /** The signed note. */
  checkpoint: z.string(),
  events: z.array(fileEvent).min(1),
  /** Every other event between the first and the last, hashed; null when they were not asked for. */
  between: z.array(hashedEvent).nullable(),
  releases: z.array(
    z.strictObject({
      /** The event that put it on record that the release was accepted. */
      accepted: fileEvent,
      manifest: envelope,
      /** Pinned files by the hexadecimal SHA-256 of their bytes. */
      files: z.record(z.string(), z.base64()),
    }),
  ),
  /** Keys that open sealed parts, where it was asked for that they be read. */
  sealKeys: z.array(z.strictObject({ of: z.string(), id: z.base64(), key: z.base64() })),
  /** Public keys of the signatures in the file, base64 SPKI. Whoever verifies brings their own. */
  keys: z.array(z.strictObject({ purpose: z.enum(['log', 'author', 'release', 'approver']), publicKey: z.base64() })),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;
/** A release with the subject and number of the event that accepted it. */
export type EvidenceRelease = Omit<EvidenceFile['releases'][number], 'accepted'> & { subject: string; seq: number };

/** A journal that evidence is taken from. */
export interface EvidenceSource extends ProofSource {
  /** Events from one number to another, both included. */
  rawRange(from: number, to: number): RawEvent[];
}

export interface EvidenceParts {
  checkpoint: Note;
  /** The key of the log, 32 bytes; other signatures of the checkpoint are left out. */
  logKey: Uint8Array;
  /** Puts the headers of all events in between in, which shows that none was left out, and what other runs there were. */
  between: boolean;
  releases: readonly EvidenceRelease[];
  sealKeys: EvidenceFile['sealKeys'];
  keys: EvidenceFile['keys'];
}

/**
 * Puts the evidence of a run together. Costs one pass over the leaves that the checkpoint covers.
 * Errors: RUN_UNKNOWN; AUDIT_MISMATCH when the checkpoint is not of this log or does not cover the run.
 */
export function buildEvidence(source: EvidenceSource, run: string, parts: EvidenceParts): EvidenceFile {
  const events = eventsOfRun(source, run);
  const tree = treeOf(source, run, events, parts.checkpoint.checkpoint);
  const first = events[0]?.seq ?? 0;
  const last = events.at(-1)?.seq ?? 0;
  const own = new Set(events.map(({ seq }) => seq));
  return evidenceFile.parse({
    format: 'countersign.evidence',
    version: 1,
    run,
    checkpoint: signedBy(parts.checkpoint, parts.logKey),
    events: events.map((raw) => fileEventOf(raw, tree)),
    between: parts.between
      ? source.rawRange(first, last).flatMap((raw) => (own.has(raw.seq) ? [] : [hashedOf(raw, tree)]))
      : null,
    releases: parts.releases.map(({ seq, subject, manifest, files }) => {
      const accepted = source.rawEvents(subject).filter((raw) => raw.seq === seq);
      return { accepted: accepted.map((raw) => fileEventOf(raw, tree))[0], manifest, files };
    }),
    sealKeys: parts.sealKeys,
    keys: parts.keys,
  } satisfies { [K in keyof EvidenceFile]: unknown });
}

/** The bytes of the file: the one form that a verifier accepts. */
export const writeEvidence = (file: EvidenceFile): string => prettyJson(asJson(file));

/** A note with the signatures of one key alone, so that nothing in the evidence goes unchecked. */
function signedBy(note: Note, key: Uint8Array): string {
  const [, ...lines] = note.text.slice(note.body.length).split('\n');
  const kept = note.signatures.flatMap((signature, i) => (isSignatureBy(note, signature, key) ? [lines[i] ?? ''] : []));
  return `${note.body}\n${kept.map((line) => `${line}\n`).join('')}`;
}

function fileEventOf(raw: RawEvent, tree: MerkleTree): unknown {
  const { open, salt, sealed } = raw;
  if (open === null || salt === null) return hashedOf(raw, tree);
  return {
    header: text(raw.header),
    open: text(open),
    salt: base64(salt),
    sealed: sealed === null ? null : base64(sealed),
    proof: proofOf(raw, tree),
  };
}

const hashedOf = (raw: RawEvent, tree: MerkleTree) => ({
  header: text(raw.header),
  inner: base64(innerOf(raw)),
  proof: proofOf(raw, tree),
});

const proofOf = (raw: RawEvent, tree: MerkleTree): string[] => tree.inclusionProof(raw.seq - 1).map(base64);

/** Names of the keys that sealed parts of these events need, with the id of each, as they are framed. */
export function sealsOf(events: readonly RawEvent[]): { of: string; id: Uint8Array }[] {
  const found = new Map<string, { of: string; id: Uint8Array }>();
  for (const { header, sealed } of events) {
    if (sealed === null) continue;
    const name = 1 + (sealed[0] ?? 0);
    const of = name === 1 ? decodeHeader(header).subject : text(sealed.subarray(1, name));
    const id = sealed.slice(name, name + 4);
    found.set(`${of} ${base64(id)}`, { of, id });
  }
  return [...found.values()];
}

const text = (data: Uint8Array): string => Buffer.from(data).toString('utf8');
const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
