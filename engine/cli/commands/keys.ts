import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { KEY_PURPOSES, type KeyPurpose } from '../../manifest/keys.ts';
import { writeNewKey } from '../../manifest/sign-keys.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';

export const passphrase = (): string | null => process.env['COUNTERSIGN_PASSPHRASE'] ?? null;

export function addKeys(program: Command, wiring: Wiring): void {
  const keys = program.command('keys').description('Make signing keys. A key has one purpose and never changes it.');
  keys
    .command('new')
    .description(
      'Make an Ed25519 key: PATH.key.json (private, under COUNTERSIGN_PASSPHRASE where it is set) and PATH.pub.json.',
    )
    .argument('<purpose>', KEY_PURPOSES.join(', '))
    .argument('<path>', 'where the two files go, without their endings')
    .requiredOption('--name <name>', 'whose key it is')
    .action(
      body(wiring, (_talk, purpose: string, path: string, options: { name: string }) =>
        newKey(purpose, path, options.name),
      ),
    );
}

export function newKey(purpose: string, path: string, name: string): Answer {
  const known = KEY_PURPOSES.find((one) => one === purpose);
  if (known === undefined)
    throw usage(`“${purpose}” is no purpose of a key.`, `Choose one of: ${KEY_PURPOSES.join(', ')}.`);
  const made = makeKey(known, path, name);
  return {
    holds: true,
    json: made,
    lines: [
      `wrote ${made.privatePath} (keep it) and ${made.publicPath} (hand it out)`,
      `key ${made.keyId}, for ${purpose}`,
    ],
  };
}

export function makeKey(purpose: KeyPurpose, path: string, name: string) {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  return writeNewKey(path, purpose, name, (n) => new Uint8Array(randomBytes(n)), passphrase());
}
