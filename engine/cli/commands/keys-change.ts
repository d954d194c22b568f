import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { Checkpointer } from '../../audit/checkpointer.ts';
import { CountersignError } from '../../flow/error.ts';
import { asJson, prettyJson, type JsonInput } from '../../flow/json.ts';
import { openJournal, type SqliteJournal } from '../../journal/sqlite-journal.ts';
import { inFile, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { KEY_FORMAT, type PublicKeyFile } from '../../manifest/keys.ts';
import { loadLogKey, signCheckpoint, writeNewLogKey } from '../../manifest/log-key.ts';
import { makeFolder } from '../../manifest/make-folder.ts';
import { readPeople, type PeopleFile } from '../../manifest/people.ts';
import { loadKey } from '../../manifest/sign-keys.ts';
import { signPolicy } from '../../manifest/sign-policy.ts';
import { momentOf } from '../../manifest/statement.ts';
import { readTrust, trustedKey, type Trust } from '../../manifest/trust.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { publicHalf, publicKeyIn, rawOf, retiredKeysFolder } from '../../runner/log-keys.ts';
import { systemRandom } from '../../runner/system-random.ts';
import { body, usage, type Answer, type Talk, type Wiring } from '../command.ts';
import { givenOut } from '../given-out.ts';
import { makeKey, passphrase } from '../make-key.ts';

const DAYS_OF_GRACE = 30;
const OPERATOR = { issuer: 'command line', subject: userInfo().username, role: 'operator', method: 'shell' };

/** `keys rotate` and `keys revoke`: what a runner trusts, changed in one step and put on record. */
export function addKeyChanges(keys: Command, wiring: Wiring): void {
  keys
    .command('rotate')
    .description(
      'Put a new key in the place of one that a runner knows; what the old one signed before still verifies.',
    )
    .argument(
      '<key>',
      'the .pub.json of the old key, or the word log for the runner’s own, while no engine runs on the folder',
    )
    .argument('[path]', 'where the new key goes, without its endings; not for log')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--until <moment>', `until when signatures by the old key count; ${DAYS_OF_GRACE} days from now by default`)
    .action(
      body(wiring, (talk, key: string, path: string | undefined, options: RotateOptions) =>
        rotate(talk, key, path, options),
      ),
    );
  keys
    .command('revoke')
    .description('From now on nothing that a key signs counts at a runner.')
    .argument('<key>', 'the .pub.json of the key')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (talk, key: string, options: { runner: string }) => revoke(talk, key, options.runner)));
}

interface RotateOptions {
  runner: string;
  until?: string;
}

async function rotate(talk: Talk, key: string, path: string | undefined, options: RotateOptions): Promise<Answer> {
  if (key === 'log') {
    if (path !== undefined || options.until !== undefined)
      throw usage('The log’s key takes neither a path nor --until.');
    return rotateLog(talk, options.runner);
  }
  if (path === undefined) throw usage('Say where the new key goes.');
  const until = options.until ?? momentAfter(DAYS_OF_GRACE);
  if (momentOf(until) === null) throw usage(`--until is a moment such as 2027-12-31T23:59:59Z, and is ${until}.`);
  const old = publicKeyIn(key);
  const place = placeOf(options.runner, old);
  const made = makeKey(old.purpose, path, old.name);
  const next = publicKeyIn(made.publicPath);
  retire(options.runner, old);
  if (place.people !== null) writePeople(options.runner, exchanged(place.people, old, next));
  else {
    const keys = place.trust.keys.map((one) => (one.publicKey === old.publicKey ? { ...one, notAfter: until } : one));
    writeTrust(options.runner, { ...place.trust, keys: [...keys, trustedKey(next)] });
    if (old.purpose === 'policy') signPolicyAgain(options.runner, made.privatePath);
  }
  const noted = await note(talk, options.runner, 'key.rotated', { from: nameOf(old), to: nameOf(next) });
  return {
    holds: true,
    json: {
      from: old.keyId,
      to: next.keyId,
      purpose: old.purpose,
      until: place.people === null ? until : null,
      onRecord: noted === null,
      ...made,
    },
    lines: [
      `wrote ${made.privatePath} (keep it) and ${made.publicPath} (hand it out)`,
      place.people === null
        ? `signatures by ${old.keyId} count until ${until}; sign what is still to be accepted after that with ${next.keyId}`
        : `decisions by ${old.keyId} count no more from now on; those that were made stay as they are`,
      ...(noted === null ? [] : [noted]),
    ],
  };
}

/** The key of the log: the old one signs, last of all, the checkpoint over the event that names the new one. */
async function rotateLog(talk: Talk, folder: string): Promise<Answer> {
  const paths = runnerPaths(folder);
  const old = publicKeyIn(publicHalf(paths.logKey));
  const next = join(retiredKeysFolder(folder), 'next');
  makeFolder(retiredKeysFolder(folder));
  if (!existsSync(`${next}.key.json`))
    writeNewLogKey(next, old.name, (n) => new Uint8Array(randomBytes(n)), passphrase());
  const made = publicKeyIn(`${next}.pub.json`);
  const key = loadLogKey(paths.logKey, passphrase());
  const journal = journalOf(folder);
  try {
    record(journal, 'key.rotated', { from: nameOf(old), to: nameOf(made) });
    const signer = { name: key.name, publicKey: rawOf(old), sign: (bytes: Uint8Array) => signCheckpoint(key, bytes) };
    const { outage } = new Checkpointer(paths.checkpoints, signer).flush(journal, Date.now());
    if (outage !== null) throw new CountersignError(outage);
    await givenOut(talk, folder, journal);
  } finally {
    journal.close();
  }
  retire(folder, old);
  // Wherever this ends, every checkpoint that can be signed has its key in one of the two places.
  renameSync(`${next}.pub.json`, publicHalf(paths.logKey));
  renameSync(`${next}.key.json`, paths.logKey);
  return {
    holds: true,
    json: { from: old.keyId, to: made.keyId, purpose: 'log', onRecord: true },
    lines: [
      `the log is signed by ${made.keyId} from now on; ${old.keyId} signed a checkpoint over that`,
      `hand ${publicHalf(paths.logKey)} to everybody who verifies; they keep the old one for what it signed`,
    ],
  };
}

async function revoke(talk: Talk, key: string, folder: string): Promise<Answer> {
  const old = publicKeyIn(key);
  if (old.purpose === 'log')
    throw usage(
      'The key of a log is not revoked: its checkpoints stand or fall with the journal.',
      'Rotate it with “countersign keys rotate log”, and verify old evidence with “countersign audit reverify”.',
    );
  const place = placeOf(folder, old);
  retire(folder, old);
  if (place.people !== null) writePeople(folder, exchanged(place.people, old, null));
  writeTrust(folder, { ...place.trust, revoked: [...new Set([...place.trust.revoked, old.keyId])] });
  const noted = await note(talk, folder, 'key.revoked', { key: nameOf(old) });
  return {
    holds: true,
    json: { keyId: old.keyId, purpose: old.purpose, onRecord: noted === null },
    lines: [
      `nothing that ${old.name} signs with ${old.keyId} counts here from now on`,
      ...(old.purpose === 'policy'
        ? ['The policy has to be signed by another key before the engine starts again.']
        : []),
      ...(noted === null ? [] : [noted]),
    ],
  };
}

/** Where a runner knows a key from. KEY_INVALID where it does not. */
function placeOf(folder: string, key: PublicKeyFile): { trust: Trust; people: PeopleFile | null } {
  const paths = runnerPaths(folder);
  const trust = inFile(paths.trust, () => readTrust(readBytes(paths.trust)));
  const people = inFile(paths.people, () => readPeople(readBytes(paths.people)));
  const isPerson = people.people.some(({ keys }) => keys.some(({ publicKey }) => publicKey === key.publicKey));
  if (isPerson || trust.keys.some(({ publicKey }) => publicKey === key.publicKey))
    return { trust, people: isPerson ? people : null };
  throw new CountersignError({
    code: 'KEY_INVALID',
    message: `${folder} knows no key ${key.keyId}.`,
    where: { file: paths.trust },
    hint: 'Give the .pub.json of a key that is in trust.json or people.json.',
    fault: 'operator',
  });
}

const exchanged = (file: PeopleFile, old: PublicKeyFile, next: PublicKeyFile | null): PeopleFile => ({
  ...file,
  people: file.people.map((person) => ({
    ...person,
    keys: person.keys.flatMap((one) => {
      if (one.publicKey !== old.publicKey) return [one];
      return next === null ? [] : [{ keyId: next.keyId, publicKey: next.publicKey }];
    }),
  })),
});

function retire(folder: string, { purpose, name, keyId, publicKey }: PublicKeyFile): void {
  const file: PublicKeyFile = { format: KEY_FORMAT, version: 1, purpose, name, keyId, publicKey };
  makeFolder(retiredKeysFolder(folder));
  writeFileAtomic(join(retiredKeysFolder(folder), `${keyId}.pub.json`), document(file));
}

const writeTrust = (folder: string, trust: Trust): void => {
  const text = document(trust);
  readTrust(Buffer.from(text));
  writeFileAtomic(runnerPaths(folder).trust, text);
};

const writePeople = (folder: string, people: PeopleFile): void => {
  const text = document(people);
  readPeople(Buffer.from(text));
  writeFileAtomic(runnerPaths(folder).people, text);
};

function signPolicyAgain(folder: string, keyFile: string): void {
  const { policy, policySignature } = runnerPaths(folder);
  if (existsSync(policy))
    writeFileAtomic(policySignature, signPolicy(loadKey(keyFile, 'policy', passphrase()), readBytes(policy)));
}

/** Puts a change on record where no engine holds the journal; otherwise says why not. */
async function note(talk: Talk, folder: string, type: string, open: JsonInput): Promise<string | null> {
  if (!existsSync(runnerPaths(folder).journal)) return 'It is not on record: no engine has run here yet.';
  try {
    const journal = journalOf(folder);
    try {
      record(journal, type, open);
      await givenOut(talk, folder, journal);
    } finally {
      journal.close();
    }
    return null;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'JOURNAL_LOCKED')
      return 'An engine runs here: people count at once, the rest at its next start; the change is not on its record.';
    throw error;
  }
}

const journalOf = (folder: string): SqliteJournal =>
  openJournal({ path: runnerPaths(folder).journal, now: () => Date.now(), random: systemRandom() });

const record = (journal: SqliteJournal, type: string, open: JsonInput): void =>
  void journal.append([{ subject: 'runner', type, v: 1, at: Date.now(), actor: OPERATOR, open }]);

const nameOf = ({ keyId, purpose, name, publicKey }: PublicKeyFile) => ({ keyId, purpose, name, publicKey });
const document = (value: object): string => prettyJson(asJson(JSON.parse(JSON.stringify(value))));
const momentAfter = (days: number): string =>
  new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000).toISOString().replace('.000Z', 'Z');
