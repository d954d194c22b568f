import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { parseNote } from '../../audit/checkpoint.ts';
import { evidenceFile, type EvidenceFile } from '../../audit/evidence-file.ts';
import { MerkleTree, sameBytes } from '../../audit/merkle.ts';
import { parseStrictBytes } from '../../flow/json.ts';
import { z } from '../../flow/zod.ts';
import { openJournalReader, type JournalReader } from '../../journal/reader.ts';
import { inFile, readBytes } from '../../manifest/atomic.ts';
import { readPeople } from '../../manifest/people.ts';
import { readTrust } from '../../manifest/trust.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { logKeysOf, publicKeyIn, retiredKeysOf } from '../../runner/log-keys.ts';
import { body, type Answer, type Wiring } from '../command.ts';

/** The separate verifier: one implementation, whoever asks. */
const VERIFIER = new URL('../../../verifier/countersign-verify.mjs', import.meta.url);

const verdictSchema = z.object({ exitCode: z.int(), problems: z.array(z.string()), rests: z.array(z.string()) });
type Verdict = z.infer<typeof verdictSchema>;
const moduleSchema = z.object({
  verifyEvidence: z.function({ input: [z.string(), z.unknown()], output: z.unknown() }),
});

interface Key {
  purpose: string;
  publicKey: string;
}

/** `audit reverify`: evidence of any age, by every key that counted when it was made, and against the log of today. */
export function addReverify(audit: Command, wiring: Wiring): void {
  audit
    .command('reverify')
    .description(
      'Verify evidence files once more: by rotated and revoked keys for what they signed in their time, and that today’s log still has it.',
    )
    .argument('<evidence...>')
    .requiredOption('--runner <folder>', 'the runner folder that they are from')
    .option('--key <file...>', 'further .pub.json')
    .action(
      body(wiring, (_talk, files: string[], options: { runner: string; key?: string[] }) => reverify(files, options)),
    );
}

async function reverify(files: readonly string[], options: { runner: string; key?: string[] }): Promise<Answer> {
  const loaded: unknown = await import(VERIFIER.href);
  const { verifyEvidence } = moduleSchema.parse(loaded);
  const journal = openJournalReader(runnerPaths(options.runner).journal);
  try {
    const revoked = revocations(journal);
    const known = [...knownKeys(options.runner), ...(options.key ?? []).map(publicKeyIn)];
    const results = files.map((file) => {
      const bytes = readBytes(file);
      const read = evidenceFile.safeParse(inFile(file, () => parseStrictBytes(bytes)));
      if (!read.success) return { file, ...notEvidence(read.error.issues) };
      const evidence = read.data;
      const given = known.filter(({ publicKey }) => (revoked.get(publicKey) ?? Infinity) > lastOf(evidence));
      const verdict = verdictSchema.parse(verifyEvidence(Buffer.from(bytes).toString('utf8'), { given }));
      return { file, ...anchored(verdict, evidence, journal) };
    });
    const worst = results.some(({ exitCode }) => exitCode !== 0);
    return {
      holds: !worst,
      json: { verifier: fileURLToPath(VERIFIER), results },
      lines: results.flatMap(({ file, exitCode, problems, rests }) => [
        `${file}: ${exitCode === 0 ? 'holds, and today’s log has it' : exitCode === 1 ? 'DOES NOT HOLD' : 'holds in part'}`,
        ...[...problems, ...rests].map((line) => `  ${line}`),
      ]),
    };
  } finally {
    journal.close();
  }
}

/** Of a file of another form, or of a part of one. */
function notEvidence(issues: readonly { path: readonly PropertyKey[] }[]): Verdict {
  const place = issues[0]?.path.map(String).join('.') ?? '';
  const where = place === '' ? '' : `, first at ${place}`;
  return {
    exitCode: 1,
    problems: [`It is not an evidence file of “audit export”, or not a whole one${where}.`],
    rests: [],
  };
}

/** The checkpoint of the evidence has to be of the past of the log as it is now. */
function anchored(verdict: Verdict, evidence: EvidenceFile, journal: JournalReader): Verdict {
  if (verdict.exitCode === 1) return verdict;
  const { origin, size, root } = parseNote(evidence.checkpoint).checkpoint;
  const tree = new MerkleTree(journal.leaves(size));
  const same = origin === journal.origin && tree.size === size && sameBytes(tree.root(), root);
  if (same) return verdict;
  const problem = `Its checkpoint of ${size} events is not of the past of the log in the runner folder.`;
  return { ...verdict, exitCode: 1, problems: [...verdict.problems, problem] };
}

const headerSchema = z.looseObject({ seq: z.int() });

/** Number of the last event of the case: what a key signed up to there was on record before anything later. */
const lastOf = ({ events }: EvidenceFile): number =>
  Math.max(...events.map(({ header }) => headerSchema.parse(JSON.parse(header)).seq));

const revokedSchema = z.object({ key: z.looseObject({ publicKey: z.string() }) });

/** When keys were revoked, as numbers of the events that say so. */
function revocations(journal: JournalReader): Map<string, number> {
  return new Map(
    journal
      .events('runner')
      .filter(({ type }) => type === 'key.revoked')
      .map(({ open, seq }) => [revokedSchema.parse(open).key.publicKey, seq]),
  );
}

/** Every key that this runner trusts or did. One that was revoked and is not on record as such counts for nothing. */
function knownKeys(folder: string): Key[] {
  const paths = runnerPaths(folder);
  const trust = inFile(paths.trust, () => readTrust(readBytes(paths.trust)));
  const people = inFile(paths.people, () => readPeople(readBytes(paths.people)));
  const onRecord = retiredKeysOf(folder).map(({ publicKey }) => publicKey);
  const keys: Key[] = [
    ...logKeysOf(folder),
    ...trust.keys.filter(({ keyId, publicKey }) => !trust.revoked.includes(keyId) || onRecord.includes(publicKey)),
    ...people.people.flatMap((person) => person.keys.map(({ publicKey }) => ({ purpose: 'approver', publicKey }))),
    ...retiredKeysOf(folder),
  ];
  return [...new Map(keys.map(({ purpose, publicKey }) => [publicKey, { purpose, publicKey }])).values()];
}
