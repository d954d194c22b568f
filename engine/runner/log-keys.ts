import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFile, readBytes } from '../manifest/atomic.ts';
import { rawPublicKey, readPublicKey, type PublicKeyFile } from '../manifest/keys.ts';
import { runnerPaths } from './folder.ts';

/** The public half of a key file that is named by its private half. */
export const publicHalf = (keyFile: string): string => keyFile.replace(/\.key\.json$/, '.pub.json');

/** Where the public halves of keys stay that were rotated or revoked: what they signed before needs them. */
export const retiredKeysFolder = (folder: string): string => join(folder, 'retired-keys');

/** The keys that were rotated or revoked here. Errors: KEY_INVALID, FILE_UNREADABLE. */
export function retiredKeysOf(folder: string): PublicKeyFile[] {
  const retired = retiredKeysFolder(folder);
  const files = existsSync(retired) ? readdirSync(retired).filter((name) => name.endsWith('.pub.json')) : [];
  return files.sort().map((name) => publicKeyIn(join(retired, name)));
}

/** Every key that this runner's checkpoints were ever signed with, the present one first. */
export function logKeysOf(folder: string): PublicKeyFile[] {
  const present = publicHalf(runnerPaths(folder).logKey);
  const earlier = retiredKeysOf(folder).filter(({ purpose }) => purpose === 'log');
  return [...(existsSync(present) ? [publicKeyIn(present)] : []), ...earlier];
}

export const publicKeyIn = (file: string): PublicKeyFile => inFile(file, () => readPublicKey(readBytes(file)));

/** The 32 bytes of a public key file, which its reader has checked. */
export const rawOf = (key: Pick<PublicKeyFile, 'publicKey'>): Uint8Array =>
  rawPublicKey(key.publicKey) ?? new Uint8Array(0);
