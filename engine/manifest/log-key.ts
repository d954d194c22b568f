import { sign } from 'node:crypto';
import { readPrivateKey, writeNewKey, type KeyPaths } from './key-disk.ts';
import { openKeyFile, type PrivateKey, type Random } from './key-file.ts';

/** The runner's own key: it signs checkpoints of its log and nothing else. */
export type LogKey = PrivateKey<'log'>;

/** Makes a log key as `<path>.key.json` and `<path>.pub.json`. Throws as {@link writeNewKey}. */
export function writeNewLogKey(path: string, name: string, random: Random, passphrase: string | null): KeyPaths {
  return writeNewKey(path, 'log', name, random, passphrase);
}

/** Loads a log key; a key of any other purpose is refused with KEY_PURPOSE. */
export function loadLogKey(path: string, passphrase: string | null): LogKey {
  return openLogKey(readPrivateKey(path), passphrase);
}

/** {@link loadLogKey} of the bytes of the file. */
export function openLogKey(bytes: Uint8Array, passphrase: string | null): LogKey {
  return openKeyFile(bytes, 'log', passphrase);
}

/** The Ed25519 signature, 64 bytes, over the text of a checkpoint. Checked with `verifyBytes` of keys.ts. */
export function signCheckpoint(key: LogKey, checkpoint: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, checkpoint, key.key));
}
