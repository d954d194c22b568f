import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../flow/json.ts';
import { readBytes } from '../manifest/atomic.ts';
import { type PublicKeyFile, readPublicKey } from '../manifest/keys.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { localHome } from './local-home.ts';
import { loadKey, writeNewKey, type PrivateKey } from '../manifest/sign-keys.ts';

const PURPOSES = ['author', 'release', 'approver', 'policy'] as const;
type Purpose = (typeof PURPOSES)[number];

/** The keys of the person at this machine: one for each thing that the studio signs for them. */
export interface LocalKeys {
  author: PrivateKey<'author'>;
  release: PrivateKey<'release'>;
  approver: PrivateKey<'approver'>;
  policy: PrivateKey<'policy'>;
}

/**
 * The person's keys in the workspace's `.countersign/keys`, made at first use, readable by their owner only and under
 * the passphrase if there is one. Throws KEY_INVALID, ENVIRONMENT.
 */
export function localKeys(root: string, person: string, passphrase: string | null): LocalKeys {
  const load = <P extends Purpose>(purpose: P): PrivateKey<P> =>
    loadKey(`${made(root, person, purpose, passphrase)}.key.json`, purpose, passphrase);
  return { author: load('author'), release: load('release'), approver: load('approver'), policy: load('policy') };
}

/** The public part of one of the person's keys, made at first use. */
export const localPublicKey = (
  root: string,
  person: string,
  purpose: Purpose,
  passphrase: string | null,
): PublicKeyFile => readPublicKey(readBytes(`${made(root, person, purpose, passphrase)}.pub.json`));

function made(root: string, person: string, purpose: Purpose, passphrase: string | null): string {
  const folder = join(localHome(root), 'keys');
  const path = join(folder, `${fileNameOf(person)}.${purpose}`);
  if (!existsSync(`${path}.key.json`)) {
    makeFolder(folder, 0o700);
    writeNewKey(path, purpose, person, (bytes) => new Uint8Array(randomBytes(bytes)), passphrase);
  }
  return path;
}

/** A file name for a person; two people never share one. */
export function fileNameOf(person: string): string {
  if (/^[a-z][a-z0-9_-]{0,39}$/.test(person)) return person;
  const readable = (
    person
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  )
    .join('-')
    .slice(0, 30);
  return `${readable || 'person'}.${sha256Hex(person.toWellFormed()).slice(0, 8)}`;
}
