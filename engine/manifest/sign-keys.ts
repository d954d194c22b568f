import { readPrivateKey } from './key-disk.ts';
import { openKeyFile, type PrivateKey } from './key-file.ts';
import type { KeyPurpose } from './keys.ts';

export { writeNewKey, type KeyPaths } from './key-disk.ts';
export { makeKeyFile, openKeyFile, type NewKey, type PrivateKey, type Random } from './key-file.ts';

/**
 * Loads the private key at `path` for one purpose. `passphrase` is that of a sealed key (the CLI takes it from
 * COUNTERSIGN_PASSPHRASE). Throws FILE_UNREADABLE, KEY_INVALID, KEY_PURPOSE.
 */
export function loadKey<P extends KeyPurpose>(path: string, purpose: P, passphrase: string | null): PrivateKey<P> {
  return openKeyFile(readPrivateKey(path), purpose, passphrase);
}
