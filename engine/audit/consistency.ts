import { CountersignError } from '../flow/error.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ProofSource } from './evidence.ts';
import { MerkleTree, sameBytes } from './merkle.ts';

/** That the log of one checkpoint begins with that of another; `proof` is RFC 9162's, base64. */
export interface ConsistencyEvidence {
  origin: string;
  from: number;
  to: number;
  fromRoot: string;
  toRoot: string;
  proof: string[];
}

/**
 * Proves from the journal that `to` continues `from`. AUDIT_MISMATCH when the journal is not the one that either is of,
 * or `from` is the later one. Costs one pass over the leaves.
 */
export function proveConsistency(journal: ProofSource, from: Checkpoint, to: Checkpoint): ConsistencyEvidence {
  const tree = new MerkleTree(journal.leaves(to.size));
  for (const one of [from, to]) {
    const known = one.origin === journal.origin && one.size <= tree.size && sameBytes(tree.root(one.size), one.root);
    if (!known) throw notOfThisLog(one);
  }
  return {
    origin: to.origin,
    from: from.size,
    to: to.size,
    fromRoot: base64(from.root),
    toRoot: base64(to.root),
    proof: tree.consistencyProof(from.size, to.size).map(base64),
  };
}

function notOfThisLog({ origin, size }: Checkpoint): CountersignError {
  return new CountersignError({
    code: 'AUDIT_MISMATCH',
    message: `The checkpoint of ${size} events of ${origin} is not of this journal, or not of its past.`,
    meaning: 'The journal was cut off, exchanged or altered after that checkpoint was signed, or it is another one.',
    hint: 'Run “countersign audit verify” against it, and keep the journal as it is, as evidence.',
    fault: 'operator',
  });
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
