import type { Command } from 'commander';
import { STRICT_POLICY } from '../../connections/contract.ts';
import { readEnvelope } from '../../manifest/dsse.ts';
import { openManifest } from '../../manifest/disk.ts';
import { inFile, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { readDocument } from '../../manifest/read-document.ts';
import { signManifestFile } from '../../manifest/sign-file.ts';
import { readPrivateKey } from '../../manifest/key-disk.ts';
import { loadKey } from '../../manifest/sign-keys.ts';
import { signPolicy } from '../../manifest/sign-policy.ts';
import { privateKeyFileSchema } from '../../manifest/keys.ts';
import { momentOf } from '../../manifest/statement.ts';
import { readTrust } from '../../manifest/trust.ts';
import { verifyManifest } from '../../manifest/verify.ts';
import { compileVerified } from '../../runner/release.ts';
import { exportFlow } from '../../studio/export.ts';
import { scenariosOf } from '../../studio/workspace.ts';
import { body, usage, type Answer, type Talk, type Wiring } from '../command.ts';
import { flowAt } from '../place.ts';
import { passphrase } from './keys.ts';

interface ExportOptions {
  release: string;
  notAfter: string;
  author: string;
  key?: string[];
  out?: string;
}

export function addManifest(program: Command, wiring: Wiring): void {
  program
    .command('export')
    .description('Test, prove, build and sign a flow: refused when a scenario fails or a path is unsafe.')
    .argument('[path]', 'a flow, or a workspace for its main flow', '.')
    .requiredOption('--release <number>', 'number of the release; it only grows')
    .requiredOption('--not-after <moment>', 'until when it may be started, such as 2027-12-31T23:59:59Z')
    .requiredOption('--author <name>', 'who exports it')
    .option('--key <file...>', 'private keys to sign with at once')
    .option('--out <folder>', 'where it goes; the workspace’s releases by default')
    .action(body(wiring, (talk, path: string, options: ExportOptions) => exportCommand(talk, path, options)));
  program
    .command('sign')
    .description('Add a signature to a manifest.')
    .argument('<manifest>')
    .requiredOption('--key <file>', 'private key of the signer')
    .action(body(wiring, (_talk, manifest: string, options: { key: string }) => sign(manifest, options.key)));
  program
    .command('sign-policy')
    .description('Sign a runner’s policy with its policy key: writes FILE.sig beside it.')
    .argument('<file>', 'policy.json')
    .requiredOption('--key <file>', 'private policy key')
    .action(body(wiring, (_talk, file: string, options: { key: string }) => signPolicyFile(file, options.key)));
  program
    .command('verify')
    .description(
      'Verify a manifest: signatures as a trust file asks, every pinned file, and that the program is the signed one.',
    )
    .argument('<manifest>')
    .requiredOption('--trust <file>', 'trust.json')
    .action(
      body(wiring, (_talk, manifest: string, options: { trust: string }) =>
        verify(manifest, options.trust, Date.now()),
      ),
    );
}

export async function exportCommand(talk: Talk, path: string, options: ExportOptions): Promise<Answer> {
  const release = Number(options.release);
  if (!Number.isSafeInteger(release) || release < 1)
    throw usage(`--release is a whole number from 1, and is ${options.release}.`);
  if (momentOf(options.notAfter) === null)
    throw usage(`--not-after is a moment such as 2027-12-31T23:59:59Z, and is ${options.notAfter}.`);
  const { workspace, flow } = flowAt(path);
  let done = 0;
  const all = scenariosOf(workspace.root, flow).length;
  const exported = await exportFlow(
    workspace,
    {
      flow,
      release,
      notAfter: options.notAfter,
      author: options.author,
      out: options.out,
      keys: (options.key ?? []).map(anyKey),
    },
    () => talk.progress('scenarios', ++done, all),
  );
  talk.endProgress();
  return {
    holds: true,
    json: {
      manifest: exported.path,
      digest: exported.digest,
      program: exported.program,
      scenarios: exported.tests.results.length,
      warnings: exported.warnings,
    },
    lines: [
      `wrote ${exported.path}`,
      `release ${release}, program ${exported.program}`,
      `${exported.tests.results.length} scenarios hold; every effect is safe: ${exported.proof.effects.length} looked at`,
      ...exported.warnings.map((warning) => `warning: ${warning}`),
      ...signatureLines(exported.path, options.key?.length ?? 0),
    ],
  };
}

/** Where the very same was exported before, its signatures are there still. */
function signatureLines(manifest: string, given: number): string[] {
  const there = readEnvelope(readBytes(manifest)).signatures.length;
  if (there === 0) return ['It is not signed yet: countersign sign MANIFEST --key FILE'];
  if (there <= given) return [];
  return [
    `The same was exported before: it is there with ${there === 1 ? '1 signature, which stays' : `${there} signatures, which stay`}`,
  ];
}

export function sign(manifest: string, keyFile: string): Answer {
  const key = anyKey(keyFile);
  signManifestFile(manifest, key);
  return {
    holds: true,
    json: { manifest, keyId: key.keyId, purpose: key.purpose },
    lines: [`signed by ${key.name} (${key.purpose}, ${key.keyId})`],
  };
}

export function signPolicyFile(file: string, keyFile: string): Answer {
  const key = loadKey(keyFile, 'policy', passphrase());
  const signature = `${file}.sig`;
  writeFileAtomic(signature, signPolicy(key, readBytes(file)));
  return { holds: true, json: { signature, keyId: key.keyId }, lines: [`wrote ${signature}, signed by ${key.name}`] };
}

export function verify(manifest: string, trustFile: string, now: number): Answer {
  const { bytes, readBlob } = openManifest(manifest);
  const trust = inFile(trustFile, () => readTrust(readBytes(trustFile)));
  const verified = inFile(manifest, () => verifyManifest(bytes, readBlob, trust, { now }));
  const release = inFile(manifest, () => compileVerified(verified, STRICT_POLICY));
  const { predicate } = verified.statement;
  return {
    holds: true,
    json: {
      manifest,
      digest: verified.digest,
      release: release.release,
      program: release.program.digest,
      signers: verified.signers,
      warnings: verified.warnings,
      pins: predicate.pins.length,
    },
    lines: [
      `verified: release ${predicate.release} of “${predicate.flow.title}”, good until ${predicate.notAfter}`,
      ...verified.signers.map((signer) => `  signed by ${signer.name} (${signer.role}, ${signer.keyId})`),
      `  ${predicate.pins.length} pinned files, each as signed; program ${release.program.digest}`,
      ...verified.warnings.map((warning) => `  note: ${warning}`),
    ],
  };
}

/** A private key of whatever purpose its own file states. */
export function anyKey(file: string) {
  const { purpose } = readDocument(readPrivateKey(file), privateKeyFileSchema, {
    code: 'KEY_INVALID',
    what: `the key file ${file}`,
    hint: 'Give the file that ends in .key.json.',
    file,
  });
  return loadKey(file, purpose, passphrase());
}
