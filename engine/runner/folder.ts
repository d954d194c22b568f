import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bindingSchema, type Binding } from '../connections/binding.ts';
import { policySchema, STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { inFile, readBytes } from '../manifest/atomic.ts';
import { readPeople, type PeopleFile } from '../manifest/people.ts';
import { readDocument } from '../manifest/read-document.ts';
import { readTrust, type Trust } from '../manifest/trust.ts';

/** Where things lie in a runner folder, which is IT's. */
export const runnerPaths = (folder: string) => ({
  trust: join(folder, 'trust.json'),
  policy: join(folder, 'policy.json'),
  people: join(folder, 'people.json'),
  bindings: join(folder, 'bindings'),
  releases: join(folder, 'releases'),
  journal: join(folder, 'journal.sqlite'),
  checkpoints: join(folder, 'checkpoints'),
  logKey: join(folder, 'log.key.json'),
  address: join(folder, 'engine.json'),
  token: join(folder, 'token'),
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
 * Reads the runner folder's own documents. Trust and people must be there; without a policy the strictest holds.
 * Errors: FILE_UNREADABLE, TRUST_INVALID, POLICY_INVALID, DOCUMENT_INVALID.
 */
export function readRunnerConfig(folder: string): RunnerConfig {
  const paths = runnerPaths(folder);
  if (!existsSync(paths.trust))
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `${folder} is not a runner folder: it has no trust.json.`,
      where: { file: paths.trust },
      hint: 'Make one with “countersign runner init”, which asks whom this runner trusts.',
      fault: 'operator',
    });
  const policy = existsSync(paths.policy)
    ? readDocument(readBytes(paths.policy), policySchema, {
        code: 'POLICY_INVALID',
        what: 'the policy',
        hint: 'Correct policy.json in the runner folder.',
        file: paths.policy,
      })
    : STRICT_POLICY;
  return {
    trust: inFile(paths.trust, () => readTrust(readBytes(paths.trust))),
    policy,
    people: inFile(paths.people, () => readPeople(readBytes(paths.people))),
    bindings: readBindings(paths.bindings),
  };
}

function readBindings(folder: string): Record<string, Binding> {
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

/** The folders that a runner writes into. */
export function makeRunnerFolders(paths: RunnerPaths): void {
  for (const folder of [paths.bindings, paths.releases, paths.checkpoints]) mkdirSync(folder, { recursive: true });
}
