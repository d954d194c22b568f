import type { Command } from 'commander';
import { KEY_PURPOSES } from '../../manifest/keys.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';
import { makeKey, passphrase } from '../make-key.ts';
import { addKeyChanges } from './keys-change.ts';

export { makeKey, passphrase };

export function addKeys(program: Command, wiring: Wiring): void {
  const keys = program
    .command('keys')
    .description('Make, rotate and revoke signing keys. A key has one purpose and never changes it.');
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
  addKeyChanges(keys, wiring);
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
