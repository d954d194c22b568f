import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { KeyPurpose } from '../manifest/keys.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { writeNewKey } from '../manifest/sign-keys.ts';

/** What opens sealed key files here. */
export const passphrase = (): string | null => process.env['COUNTERSIGN_PASSPHRASE'] ?? null;

/** Makes a key at a path; see {@link writeNewKey}. */
export function makeKey(purpose: KeyPurpose, path: string, name: string) {
  makeFolder(dirname(resolve(path)));
  return writeNewKey(path, purpose, name, (n) => new Uint8Array(randomBytes(n)), passphrase());
}
