import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { LogSigner } from '../audit/checkpoint.ts';
import { CountersignError } from '../flow/error.ts';
import { rawPublicKey } from '../manifest/keys.ts';
import { loadLogKey, signCheckpoint, writeNewLogKey } from '../manifest/log-key.ts';
import type { RunnerPaths } from './folder.ts';

/** Signs checkpoints with the key of the runner's own log, which is made where there is none. Errors: KEY_INVALID. */
export function logSigner(paths: Pick<RunnerPaths, 'logKey'>, passphrase: string | null): LogSigner {
  const path = paths.logKey.replace(/\.key\.json$/, '');
  if (!existsSync(paths.logKey)) writeNewLogKey(path, 'runner-log', (n) => new Uint8Array(randomBytes(n)), passphrase);
  const key = loadLogKey(paths.logKey, passphrase);
  const publicKey = rawPublicKey(key.publicKey);
  if (publicKey === null)
    throw new CountersignError({
      code: 'KEY_INVALID',
      message: 'The log key is damaged.',
      hint: 'Restore log.key.json.',
      fault: 'operator',
    });
  return { name: key.name, publicKey, sign: (bytes) => signCheckpoint(key, bytes) };
}
