import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { decodeHeader, innerHash, leafHash } from '../journal/event-codec.ts';
import type { RawEvent } from '../journal/reader.ts';
import { isSignedBy, parseNote, type Checkpoint, type Note } from './checkpoint.ts';
import { HASH_BYTES, MerkleTree, sameBytes, verifyInclusion } from './merkle.ts';

const provenEvent = z.strictObject({
  seq: z.int().positive(),
  /** Canonical JSON text, as stored. */
  header: z.string(),
  /** Hash of salt and payload: what ties them to the leaf without showing them. */
  inner: z.base64(),
  /** Place among the leaves, from 0. */
  leafIndex: z.int().nonnegative(),
  /** RFC 9162 inclusion proof, from the leaf upwards. */
  proof: z.array(z.base64()).max(64),
  /** What `inner` is made of, where it was asked for and is still there. */
  payload: z.strictObject({ salt: z.base64(), open: z.base64(), sealed: z.base64().nullable() }).nullable(),
});

/** Evidence as it is written to a file: that events of a run are in the log of a checkpoint. Bytes are base64. */
export const runEvidence = z.strictObject({
  run: z.string(),
  events: z.array(provenEvent),
  /** `note` is the signed checkpoint, or null when the proof is against an unsigned head. */
  checkpoint: z.strictObject({
    origin: z.string(),
    size: z.int().nonnegative(),
    root: z.base64(),
    note: z.string().nullable(),
  }),
});

export type ProvenEvent = z.infer<typeof provenEvent>;
export type RunEvidence = z.infer<typeof runEvidence>;

/** What proofs are made from; a journal, or a reader of one. */
export interface ProofSource {
  readonly origin: string;
  head(): { size: number; root: Uint8Array };
  rawEvents(subject: string): RawEvent[];
  leaves(size: number): Uint8Array;
}

export interface ProveOptions {
  /** The checkpoint to prove against; it has to cover the run. Without one the proof is against the present head. */
  checkpoint?: Note;
  /** Puts the payloads in as well, sealed parts as ciphertext. */
  payloads?: boolean;
}

/**
 * Evidence that the events of a run are in the log. Costs one pass over all leaves.
 * Errors: RUN_UNKNOWN; AUDIT_MISMATCH when the checkpoint is of another log or does not cover the run.
 */
export function proveRun(journal: ProofSource, runId: string, options: ProveOptions = {}): RunEvidence {
  const events = eventsOfRun(journal, runId);
  const { origin } = journal;
  const target = options.checkpoint?.checkpoint ?? { origin, ...journal.head() };
  const tree = treeOf(journal, runId, events, target);
  const root = Buffer.from(target.root).toString('base64');
  return {
    run: runId,
    events: events.map((raw) => prove(raw, tree, options.payloads === true)),
    checkpoint: { origin, size: target.size, root, note: options.checkpoint?.text ?? null },
  };
}

/** The stored events of a run; RUN_UNKNOWN when there is none. */
export function eventsOfRun(journal: ProofSource, runId: string): RawEvent[] {
  const events = journal.rawEvents(`run:${runId}`);
  if (events.length > 0) return events;
  throw new CountersignError({
    code: 'RUN_UNKNOWN',
    message: `There is no case ${runId}.`,
    hint: 'List the cases with “countersign runs”.',
  });
}

/** The tree of a checkpoint, which has to be of this log and to cover the run: otherwise AUDIT_MISMATCH. */
export function treeOf(
  journal: ProofSource,
  runId: string,
  events: readonly RawEvent[],
  target: Checkpoint,
): MerkleTree {
  const last = events.at(-1)?.seq ?? 0;
  if (target.origin !== journal.origin || target.size < last) throw notCovered(runId, target.size, last);
  const tree = new MerkleTree(journal.leaves(target.size));
  if (tree.size !== target.size || !sameBytes(tree.root(), target.root)) throw notCovered(runId, target.size, last);
  return tree;
}

function prove(raw: RawEvent, tree: MerkleTree, payloads: boolean): ProvenEvent {
  const { open, salt, sealed } = raw;
  const leafIndex = raw.seq - 1;
  return {
    seq: raw.seq,
    header: Buffer.from(raw.header).toString('utf8'),
    inner: base64(innerOf(raw)),
    leafIndex,
    proof: tree.inclusionProof(leafIndex).map(base64),
    payload:
      payloads && open !== null && salt !== null
        ? { salt: base64(salt), open: base64(open), sealed: sealed === null ? null : base64(sealed) }
        : null,
  };
}

/** The inner hash of an event, made from its payload where that is still there. */
export function innerOf({ salt, open, sealed, inner }: RawEvent): Uint8Array {
  return open !== null && salt !== null ? innerHash(salt, open, sealed) : (inner ?? new Uint8Array(0));
}

function notCovered(run: string, size: number, seq: number): CountersignError {
  return new CountersignError({
    code: 'AUDIT_MISMATCH',
    message: `The checkpoint of size ${size} does not cover run ${run}, whose last event is ${seq}, in this log.`,
    hint: 'Take a later checkpoint of this journal, or verify the journal against this one.',
    fault: 'operator',
  });
}

/** What came of checking evidence; `problems` is empty when it holds. */
export interface ProofResult {
  ok: boolean;
  problems: string[];
  /** Whether the checkpoint is signed by the key given; null when there was no key to check it with. */
  signed: boolean | null;
}

/**
 * Checks evidence by itself, without the journal: that every header is of this run and in order, that payloads belong to
 * their headers, and that every leaf is in the tree of the checkpoint. With the public key of the log (32 bytes) the
 * checkpoint must be signed by it. It does not show that no event of the run was left out of the evidence.
 */
export function verifyProof(evidence: RunEvidence, publicKey?: Uint8Array): ProofResult {
  const problems: string[] = [];
  const root = bytes(evidence.checkpoint.root);
  const signed = publicKey === undefined ? null : checkNote(evidence, publicKey, problems);
  if (evidence.events.length === 0) problems.push('There are no events.');
  let before = 0;
  for (const event of evidence.events) {
    const problem = checkEvent(event, evidence, root) ?? (event.seq > before ? null : 'It is out of order.');
    if (problem !== null) problems.push(`Event ${event.seq}: ${problem}`);
    before = event.seq;
  }
  return { ok: problems.length === 0, problems, signed };
}

function checkNote({ checkpoint }: RunEvidence, publicKey: Uint8Array, problems: string[]): boolean {
  try {
    const note = checkpoint.note === null ? null : parseNote(checkpoint.note);
    const says = note?.checkpoint;
    const same =
      says?.origin === checkpoint.origin &&
      says.size === checkpoint.size &&
      sameBytes(says.root, bytes(checkpoint.root));
    if (note !== null && same && isSignedBy(note, publicKey)) return true;
    problems.push(
      note === null ? 'There is no signed checkpoint.' : 'The checkpoint is not signed by the key of the log.',
    );
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return false;
}

function checkEvent(event: ProvenEvent, evidence: RunEvidence, root: Uint8Array): string | null {
  const header = Buffer.from(event.header, 'utf8');
  const inner = bytes(event.inner);
  if (inner.length !== HASH_BYTES) return 'The inner hash is not a hash.';
  try {
    const says = decodeHeader(header);
    if (says.subject !== `run:${evidence.run}`) return `It is about ${says.subject}.`;
    if (says.seq !== event.seq || event.leafIndex !== event.seq - 1) return 'Its number is not that of its header.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (event.payload !== null) {
    const { salt, open, sealed } = event.payload;
    const made = innerHash(bytes(salt), bytes(open), sealed === null ? null : bytes(sealed));
    if (!sameBytes(made, inner)) return 'The payload is not the one of its header.';
  }
  const claim = { leaf: leafHash(header, inner), index: event.leafIndex, size: evidence.checkpoint.size, root };
  return verifyInclusion({ ...claim, proof: event.proof.map(bytes) })
    ? null
    : 'It is not in the log of the checkpoint.';
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64');
