import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bindingSchema, type Binding } from '../connections/binding.ts';
import { STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { fileError, inFile, readBytes } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { readPeople, type PeopleFile } from '../manifest/people.ts';
import { readDocument } from '../manifest/read-document.ts';
import { verifyPolicy } from '../manifest/policy.ts';
import { readTrust, type Trust } from '../manifest/trust.ts';

/** Where things lie in a runner folder, which is IT's. */
export const runnerPaths = (folder: string) => ({
  trust: join(folder, 'trust.json'),
  policy: join(folder, 'policy.json'),
  policySignature: join(folder, 'policy.json.sig'),
  people: join(folder, 'people.json'),
  bindings: join(folder, 'bindings'),
  releases: join(folder, 'releases'),
  journal: join(folder, 'journal.sqlite'),
  checkpoints: join(folder, 'checkpoints'),
  sinks: join(folder, 'sinks.json'),
  logKey: join(folder, 'log.key.json'),
  address: join(folder, 'engine.json'),
  token: join(folder, 'token'),
  operatorToken: join(folder, 'operator-token'),
});
export type RunnerPaths = ReturnType<typeof runnerPaths>;

/** What restrains a runner: who is trusted, who may decide, what may run alone, and what is bound. */
export interface RunnerConfig {
  trust: Trust;
  policy: Policy;
  people: PeopleFile;
  /** By connection. */
  bindings: Record<string, Binding>;
}

/**
 * Reads the runner folder's own documents. Trust and people must be there; without a policy the strictest holds, and one
 * that no policy key of the trust file has signed is refused. `now` is in milliseconds since 1970.
 * Errors: FILE_UNREADABLE, TRUST_INVALID, POLICY_INVALID, DOCUMENT_INVALID.
 */
export function readRunnerConfig(folder: string, now: number): RunnerConfig {
  const paths = runnerPaths(folder);
  checkRunnerFolder(folder);
  const trust = inFile(paths.trust, () => readTrust(readBytes(paths.trust)));
  return {
    trust,
    policy: inFile(paths.policy, () => signedPolicy(paths, trust, now)),
    people: inFile(paths.people, () => readPeople(readBytes(paths.people))),
    bindings: readBindings(paths.bindings),
  };
}

/** Refuses with FILE_UNREADABLE what is no runner folder. */
export function checkRunnerFolder(folder: string): void {
  const { trust } = runnerPaths(folder);
  if (isThere(trust)) return;
  throw new CountersignError({
    code: 'FILE_UNREADABLE',
    message: `${folder} is not a runner folder: it has no trust.json.`,
    where: { file: trust },
    hint: 'Make one with “countersign runner init”, which asks whom this runner trusts.',
    fault: 'operator',
  });
}

/** Whether there is a file; FILE_UNREADABLE where that is not for this user to see, as then nothing is known. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw fileError(path, cause, 'read');
  }
}

/** What may run without a person is not for whoever can write a file to say. */
function signedPolicy(paths: RunnerPaths, trust: Trust, now: number): Policy {
  if (!existsSync(paths.policy)) return STRICT_POLICY;
  if (!existsSync(paths.policySignature))
    throw new CountersignError({
      code: 'POLICY_INVALID',
      message: 'The policy is not signed: there is no policy.json.sig beside it.',
      meaning: 'What may run without a person is decided by the holder of the policy key alone.',
      hint: 'Have it signed with “countersign sign-policy”, or remove it: then nothing irreversible runs without a person.',
      fault: 'operator',
    });
  return verifyPolicy(readBytes(paths.policy), readBytes(paths.policySignature), trust, now);
}

/**
 * The people file as it is now: read at every decision, since times on a file do not tell every change. One that cannot
 * be read decides nothing, so nobody may until it is repaired.
 */
export function currentPeople(path: string, first: PeopleFile): () => PeopleFile {
  let known: { file: PeopleFile; bytes: Uint8Array } | null = null;
  return () => {
    try {
      const bytes = readBytes(path);
      if (known === null || Buffer.compare(known.bytes, bytes) !== 0) known = { file: readPeople(bytes), bytes };
      return known.file;
    } catch {
      return { ...first, people: [] };
    }
  };
}

/** By connection, what the operator bound it to. Errors: FILE_UNREADABLE, DOCUMENT_INVALID. */
export function readBindings(folder: string): Record<string, Binding> {
  const bindings: Record<string, Binding> = {};
  if (!existsSync(folder)) return bindings;
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.binding.json'))
    .sort()) {
    const binding = readDocument(readBytes(join(folder, name)), bindingSchema, {
      code: 'DOCUMENT_INVALID',
      what: `the binding ${name}`,
      hint: 'Correct the binding in the runner folder.',
      file: join(folder, name),
    });
    bindings[binding.connection] = binding;
  }
  return bindings;
}

/** The folders that a runner writes into. Errors: ENVIRONMENT, DISK_FULL, and FILE_EXISTS where a file is in the way. */
export function makeRunnerFolders(paths: RunnerPaths): void {
  for (const folder of [paths.bindings, paths.releases, paths.checkpoints]) makeFolder(folder);
}
