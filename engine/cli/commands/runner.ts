import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { policySchema, STRICT_POLICY, type Policy } from '../../connections/contract.ts';
import { bindingSchema, type Binding } from '../../connections/binding.ts';
import { CountersignError } from '../../flow/error.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { inFile, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { readPublicKey, type PublicKeyFile } from '../../manifest/keys.ts';
import { PEOPLE_FORMAT, readPeople, type PeopleFile } from '../../manifest/people.ts';
import { readDocument } from '../../manifest/read-document.ts';
import { makeKeyFile, openKeyFile, loadKey, type PrivateKey } from '../../manifest/sign-keys.ts';
import { signPolicy } from '../../manifest/sign-policy.ts';
import { readTrust, trustedKey, TRUST_FORMAT, type Trust } from '../../manifest/trust.ts';
import { makeRunnerFolders, runnerPaths } from '../../runner/folder.ts';
import { passphrase } from './keys.ts';
import { addStatus } from './runner-status.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';

interface InitOptions {
  trust: string[];
  person?: string[];
  policy?: string;
  policyKey?: string;
  binding?: string[];
}

export interface RunnerFolderParts {
  /** Signs the policy; without one it is signed by a key that nobody keeps, and changing it takes a new one in trust.json. */
  policyKey?: PrivateKey<'policy'> | null;
  keys: readonly PublicKeyFile[];
  people: PeopleFile['people'];
  policy: Policy;
  bindings: readonly Binding[];
}

export function addRunner(program: Command, wiring: Wiring): void {
  const runner = program
    .command('runner')
    .description('Runner folders: what a local engine trusts, may do, and remembers.');
  runner
    .command('init')
    .description('Make a runner folder.')
    .argument('<folder>')
    .requiredOption('--trust <file...>', '.pub.json of those whose signatures it asks for: an author and a release key')
    .option(
      '--person <id:roles:file...>',
      'who may decide: id, roles separated by commas, and their approver’s .pub.json',
    )
    .option('--policy <file>', 'what may run without a person')
    .option('--policy-key <file>', 'private policy key that signs it; kept by whoever may change it')
    .option('--binding <file...>', 'how connections are bound to real systems')
    .action(body(wiring, (_talk, folder: string, options: InitOptions) => init(folder, options)));
  addStatus(runner, wiring);
}

export function init(folder: string, options: InitOptions): Answer {
  const keys = options.trust.map(publicKeyIn);
  const people = (options.person ?? []).map(personOf);
  const read = <T>(file: string, schema: Parameters<typeof readDocument<T>>[1]) =>
    readDocument(readBytes(file), schema, {
      code: 'DOCUMENT_INVALID',
      what: `the document ${file}`,
      hint: 'Correct it at that place.',
      file,
    });
  const policy = options.policy === undefined ? STRICT_POLICY : read(options.policy, policySchema);
  const bindings = (options.binding ?? []).map((file) => read(file, bindingSchema));
  const policyKey = options.policyKey === undefined ? null : loadKey(options.policyKey, 'policy', passphrase());
  writeRunnerFolder(folder, { keys, people, policy, bindings, policyKey });
  return { holds: true, json: { folder, keys: keys.length, people: people.length }, lines: [`wrote ${folder}`] };
}

function onceOnlyKey(): PrivateKey<'policy'> {
  const made = makeKeyFile('policy', 'policy, as the folder was made', (n) => new Uint8Array(randomBytes(n)), null);
  return openKeyFile(Buffer.from(made.private), 'policy', null);
}

const publicKeyIn = (file: string): PublicKeyFile => inFile(file, () => readPublicKey(readBytes(file)));

function personOf(text: string): PeopleFile['people'][number] {
  const [id, roles, ...rest] = text.split(':');
  const file = rest.join(':');
  if (id === undefined || roles === undefined || file === '') throw usage(`--person is id:roles:file, and is ${text}.`);
  const key = publicKeyIn(file);
  return { id, name: key.name, roles: roles.split(','), keys: [{ keyId: key.keyId, publicKey: key.publicKey }] };
}

/** Writes a new runner folder. Refused with FILE_EXISTS when it is one already: what restrains is changed by hand. */
export function writeRunnerFolder(folder: string, parts: RunnerFolderParts): void {
  const paths = runnerPaths(folder);
  if (existsSync(paths.trust))
    throw new CountersignError({
      code: 'FILE_EXISTS',
      message: `${folder} is a runner folder already.`,
      where: { file: paths.trust },
      hint: 'Edit its documents, or name another folder.',
      fault: 'operator',
    });
  const asked = (purpose: 'author' | 'release') => (parts.keys.some((key) => key.purpose === purpose) ? 1 : 0);
  if (asked('release') === 0)
    throw usage(
      'A runner asks for the signature of a release key.',
      'Name a .pub.json of purpose release with --trust.',
    );
  const policyKey = parts.policyKey ?? onceOnlyKey();
  const policy = document(parts.policy);
  const trust: Trust = {
    format: TRUST_FORMAT,
    version: 1,
    keys: [...parts.keys, policyKey].map(trustedKey),
    release: { roles: { author: asked('author'), release: 1 } },
    revoked: [],
  };
  const people: PeopleFile = { format: PEOPLE_FORMAT, version: 1, people: parts.people };
  // Whatever the runner would refuse to read later is refused now, before anything is made.
  readTrust(Buffer.from(document(trust)));
  readPeople(Buffer.from(document(people)));
  makeRunnerFolders(paths);
  for (const binding of parts.bindings)
    writeFileAtomic(join(paths.bindings, `${binding.connection}.binding.json`), document(binding));
  writeFileAtomic(paths.policySignature, signPolicy(policyKey, Buffer.from(policy)));
  writeFileAtomic(paths.policy, policy);
  writeFileAtomic(paths.people, document(people));
  // Last, because it is what makes the folder a runner's.
  writeFileAtomic(paths.trust, document(trust));
}

const document = (value: object): string => prettyJson(asJson(JSON.parse(JSON.stringify(value))));
