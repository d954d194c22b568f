import { rmSync, statSync } from 'node:fs';
import { CountersignError } from '../flow/error.ts';
import { fileError, readBytes, writeFileAtomic } from './atomic.ts';
import { makeKeyFile, type NewKey, type Random } from './key-file.ts';
import { type KeyPurpose, readPublicKey } from './keys.ts';

/** Where a key was written. */
export interface KeyPaths {
  privatePath: string;
  publicPath: string;
  keyId: string;
}

/**
 * Makes a key and writes `<path>.key.json` (readable by its owner only) and `<path>.pub.json`, never over a file that is
 * there. Throws FILE_EXISTS, KEY_INVALID, ENVIRONMENT.
 */
export function writeNewKey(
  path: string,
  purpose: KeyPurpose,
  name: string,
  random: Random,
  passphrase: string | null,
): KeyPaths {
  const made: NewKey = makeKeyFile(purpose, name, random, passphrase);
  const paths = { privatePath: `${path}.key.json`, publicPath: `${path}.pub.json`, keyId: made.keyId };
  writeFileAtomic(paths.privatePath, made.private, { mode: 0o600, exclusive: true });
  try {
    writeFileAtomic(paths.publicPath, made.public, { exclusive: true });
  } catch (error) {
    rmSync(paths.privatePath, { force: true });
    throw error;
  }
  return paths;
}

/** The bytes of a private key file; refused with KEY_INVALID for a public one, and when others on the machine may read it. */
export function readPrivateKey(path: string): Uint8Array {
  const bytes = readBytes(path);
  if (isPublicHalf(bytes)) {
    throw new CountersignError({
      code: 'KEY_INVALID',
      message: `“${path}” is the public half of a key; only the private half signs.`,
      where: { file: path },
      hint: 'Give the file that ends in .key.json; it was written beside this one.',
    });
  }
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (cause) {
    throw fileError(path, cause, 'read');
  }
  // Windows keeps other permissions, which these bits say nothing about.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CountersignError({
      code: 'KEY_INVALID',
      message: `The private key “${path}” may be read by other users of this machine.`,
      where: { file: path },
      hint: `Run: chmod 600 ${path}`,
      fault: 'operator',
    });
  }
  return bytes;
}

function isPublicHalf(bytes: Uint8Array): boolean {
  try {
    readPublicKey(bytes);
    return true;
  } catch {
    return false;
  }
}
