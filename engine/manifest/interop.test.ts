import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseStrictBytes } from '../flow/json.ts';
import { buildManifest } from './build.ts';
import { openManifest, replaceManifest, writeManifest } from './disk.ts';
import { readEnvelope } from './dsse.ts';
import { publicKeyPem } from './keys.ts';
import { loadKey, writeNewKey } from './sign-keys.ts';
import { signManifest } from './sign.ts';
import { refusal, sampleInput, seeded, signed, keyOf } from './testing/manifest-kit.ts';

const script = join(import.meta.dirname, 'verify-with-openssl.sh');
const lacking = ['sh', 'openssl', 'jq', 'base64', 'sha256sum'].filter(
  (tool) => spawnSync('which', [tool]).status !== 0,
);

describe('P15 others verify our manifests with no code of ours', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-interop-'));
    const made = folder;
    onTestFinished(() => rmSync(made, { recursive: true }));
  });

  it('P15 with openssl and jq', (context) => {
    context.skip(lacking.length > 0, `not installed here: ${lacking.join(', ')}`);
    const built = buildManifest(sampleInput());
    const path = writeManifest(folder, 'credit', built);
    const keys = (['author', 'release'] as const).map((purpose) => {
      const paths = writeNewKey(join(folder, purpose), purpose, purpose, seeded(purpose), null);
      const { bytes, readBlob } = openManifest(path);
      replaceManifest(path, signManifest(bytes, readBlob, loadKey(paths.privatePath, purpose, null)));
      return paths.publicPath;
    });
    const check = (...by: string[]) => spawnSync('sh', [script, path, ...by], { encoding: 'utf8' });
    expect(check(...keys)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'Signature Verified Successfully\n'.repeat(2),
    });

    const stranger = writeNewKey(join(folder, 'stranger'), 'author', 'Eve', seeded('eve'), null);
    expect(check(stranger.publicPath).status).not.toBe(0);

    const whole = readFileSync(path, 'utf8');
    const { payload } = readEnvelope(readFileSync(path));
    const changed = Buffer.from(new TextDecoder().decode(payload).replace('"release":3', '"release":4')).toString(
      'base64',
    );
    writeFileSync(path, whole.replace(Buffer.from(payload).toString('base64'), changed));
    expect(check(...keys).status).not.toBe(0);
    writeFileSync(path, whole);
    expect(check(...keys).status).toBe(0);

    writeFileSync(join(folder, 'blobs', `sha256-${[...built.blobs.keys()][0]}`), 'something else');
    expect(check(...keys).status).not.toBe(0);
  });

  it('P15 jq -S gives the one form of the file, and the plain private key is read by openssl', (context) => {
    context.skip(lacking.length > 0, `not installed here: ${lacking.join(', ')}`);
    const path = writeManifest(folder, 'credit', buildManifest(sampleInput()));
    expect(spawnSync('jq', ['-S', '.', path], { encoding: 'utf8' }).stdout).toBe(readFileSync(path, 'utf8'));
    writeFileSync(path, spawnSync('jq', ['-c', '.', path]).stdout);
    expect(refusal(() => readEnvelope(readFileSync(path))).hint).toContain('jq -S .');
    const { privatePath, publicPath } = writeNewKey(join(folder, 'ada'), 'author', 'Ada', seeded('ada'), null);
    const pem = spawnSync('jq', ['-r', '.privateKey', privatePath]).stdout;
    const derived = spawnSync('openssl', ['pkey', '-pubout'], { input: pem, encoding: 'utf8' }).stdout;
    const publicKey = spawnSync('jq', ['-r', '.publicKey', publicPath], { encoding: 'utf8' }).stdout.trim();
    expect(derived).toBe(publicKeyPem(publicKey));
  });

  it('P15 a single-signature copy with @sigstore/verify, offline', () => {
    const ada = keyOf('author', 'Ada');
    const single = signed(sampleInput(), [ada]).bytes;
    const verifier = new Verifier(
      toTrustMaterial(
        { mediaType: '', certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
        () => ({ publicKey: createPublicKey(publicKeyPem(ada.publicKey)), validFor: () => true }),
      ),
      { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
    );
    const check = (bytes: Uint8Array) => {
      const bundle = bundleFromJSON({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: ada.keyId }, tlogEntries: [] },
        dsseEnvelope: parseStrictBytes(bytes),
      });
      return verifier.verify(toSignedEntity(bundle));
    };
    expect(check(single).key.asymmetricKeyType).toBe('ed25519');
    expect(() => check(signed({ ...sampleInput(), release: 4 }, [keyOf('author', 'Eve')]).bytes)).toThrow(/signature/);
    const { payload } = readEnvelope(single);
    const damaged = Buffer.from(payload.with(10, 0x20)).toString('base64');
    const text = new TextDecoder().decode(single).replace(Buffer.from(payload).toString('base64'), damaged);
    expect(() => check(new TextEncoder().encode(text))).toThrow(/signature/);
  });
});
