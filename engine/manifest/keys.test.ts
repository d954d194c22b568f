import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asJson, parseStrictBytes, prettyJson, sha256Hex } from '../flow/json.ts';
import { makeKeyFile, openKeyFile } from './key-file.ts';
import { KEY_PURPOSES, keyIdOf, publicKeyOfRaw, rawPublicKey, readPublicKey, verifyBytes } from './keys.ts';
import { loadLogKey, signCheckpoint, writeNewLogKey } from './log-key.ts';
import { loadKey, writeNewKey } from './sign-keys.ts';
import { keyOf, refusal, seeded, utf8 } from './testing/manifest-kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const edited = (path: string, change: object): Uint8Array =>
  utf8(prettyJson(asJson({ ...Object(parseStrictBytes(readFileSync(path))), ...change })));

describe('a key', () => {
  it('has one purpose, and opens for no other', () => {
    for (const purpose of KEY_PURPOSES) {
      const file = utf8(makeKeyFile(purpose, 'Ada', seeded(purpose), null).private);
      for (const other of KEY_PURPOSES) {
        const opened = (): string => openKeyFile(file, other, null).purpose;
        expect(other === purpose ? opened() : refusal(opened).code).toBe(other === purpose ? purpose : 'KEY_PURPOSE');
      }
    }
  });

  it('is named by the first 16 digits of SHA-256 over its raw bytes', () => {
    const { publicKey, keyId } = keyOf('author', 'Ada');
    const raw = rawPublicKey(publicKey) ?? new Uint8Array();
    expect(keyId).toBe(sha256Hex(raw).slice(0, 16));
    expect(publicKeyOfRaw(raw)).toBe(publicKey);
    expect(keyIdOf('AAAA')).toBe('');
  });

  it('goes to disk as a file for its owner and one for everybody, which hold no more than they should', () => {
    const paths = writeNewKey(join(folder, 'ada'), 'author', 'Ada', seeded('ada'), null);
    expect(process.platform === 'win32' ? 0o600 : statSync(paths.privatePath).mode & 0o777).toBe(0o600);
    const open = readPublicKey(readFileSync(paths.publicPath));
    expect(open).toMatchObject({ purpose: 'author', name: 'Ada', keyId: paths.keyId });
    expect(readFileSync(paths.publicPath, 'utf8')).not.toMatch(/private/i);
    expect(loadKey(paths.privatePath, 'author', null).publicKey).toBe(open.publicKey);
    expect(refusal(() => readPublicKey(readFileSync(paths.privatePath))).code).toBe('KEY_INVALID');
  });

  it('is never written over another, nor half', () => {
    writeNewKey(join(folder, 'once'), 'author', 'Ada', seeded('1'), null);
    const before = readFileSync(join(folder, 'once.key.json'), 'utf8');
    expect(refusal(() => writeNewKey(join(folder, 'once'), 'author', 'Ada', seeded('2'), null)).code).toBe(
      'FILE_EXISTS',
    );
    expect(readFileSync(join(folder, 'once.key.json'), 'utf8')).toBe(before);
    writeFileSync(join(folder, 'half.pub.json'), '');
    expect(refusal(() => writeNewKey(join(folder, 'half'), 'author', 'Ada', seeded('2'), null)).code).toBe(
      'FILE_EXISTS',
    );
    expect(existsSync(join(folder, 'half.key.json'))).toBe(false);
    expect(refusal(() => makeKeyFile('author', '', seeded('x'), null)).code).toBe('KEY_INVALID');
    const missing = () => writeNewKey(join(folder, 'no', 'folder'), 'author', 'Ada', seeded('3'), null);
    expect(refusal(missing).code).toBe('ENVIRONMENT');
  });

  it.skipIf(process.platform === 'win32')('is refused when others may read it', () => {
    const { privatePath } = writeNewKey(join(folder, 'wide'), 'author', 'Ada', seeded('wide'), null);
    expect(loadKey(privatePath, 'author', null).name).toBe('Ada');
    chmodSync(privatePath, 0o640);
    expect(refusal(() => loadKey(privatePath, 'author', null))).toMatchObject({
      code: 'KEY_INVALID',
      hint: `Run: chmod 600 ${privatePath}`,
    });
  });

  it('is refused as the public half where that is given, whoever may read it', () => {
    const { privatePath, publicPath } = writeNewKey(join(folder, 'halves'), 'author', 'Ada', seeded('halves'), null);
    for (const mode of [0o644, 0o600]) {
      chmodSync(publicPath, mode);
      const error = refusal(() => loadKey(publicPath, 'author', null));
      expect(error.code).toBe('KEY_INVALID');
      expect(error.message).toContain('public half');
      expect(error.hint).toContain('.key.json');
    }
    expect(loadKey(privatePath, 'author', null).name).toBe('Ada');
  });

  it('opens under a passphrase with that passphrase and unchanged only', () => {
    const { privatePath } = writeNewKey(join(folder, 'sealed'), 'author', 'Ada', seeded('sealed'), 'a long sentence');
    expect(loadKey(privatePath, 'author', 'a long sentence').name).toBe('Ada');
    expect(readFileSync(privatePath, 'utf8')).not.toContain('BEGIN PRIVATE KEY');
    for (const wrong of [null, '', 'a long sentenc']) {
      const error = refusal(() => loadKey(privatePath, 'author', wrong));
      expect(error.code).toBe('KEY_INVALID');
      expect(error.hint).toContain('COUNTERSIGN_PASSPHRASE');
    }
    const moved = edited(privatePath, { purpose: 'release' });
    expect(refusal(() => openKeyFile(moved, 'release', 'a long sentence')).code).toBe('KEY_INVALID');
    const renamed = edited(privatePath, { name: 'Eve' });
    expect(refusal(() => openKeyFile(renamed, 'author', 'a long sentence')).code).toBe('KEY_INVALID');
  });

  it('is refused when its file was changed, without a word of what is in it', () => {
    const { privatePath } = writeNewKey(join(folder, 'plain'), 'author', 'Ada', seeded('plain'), null);
    const other = writeNewKey(join(folder, 'other'), 'author', 'Eve', seeded('other'), null);
    const { publicKey, keyId } = readPublicKey(readFileSync(other.publicPath));
    const secret = readFileSync(privatePath, 'utf8').match(/MC4C[^\\]+/)?.[0] ?? 'no secret found';
    expect(secret).toHaveLength(64);
    for (const change of [
      { publicKey, keyId },
      { publicKey },
      { keyId },
      { privateKey: `-----BEGIN PRIVATE KEY-----\n${secret.slice(1)}` },
      { more: 1 },
    ]) {
      const error = refusal(() => openKeyFile(edited(privatePath, change), 'author', null));
      expect(error.code).toBe('KEY_INVALID');
      expect(JSON.stringify(error.toShape())).not.toContain(secret.slice(4, 20));
    }
    const twice = utf8(readFileSync(privatePath, 'utf8').replace('{', '{"name":"Eve",'));
    expect(refusal(() => openKeyFile(twice, 'author', null)).code).toBe('KEY_INVALID');
    const text = JSON.stringify(loadKey(privatePath, 'author', null));
    expect(text).not.toContain(secret.slice(4, 20));
  });
});

describe('the log key', () => {
  it('signs checkpoints, and is the only key that opens for it', () => {
    const { privatePath, publicPath } = writeNewLogKey(join(folder, 'log'), 'runner 1', seeded('log'), null);
    const { publicKey } = readPublicKey(readFileSync(publicPath));
    const signature = signCheckpoint(loadLogKey(privatePath, null), utf8('a checkpoint'));
    expect(verifyBytes(publicKey, utf8('a checkpoint'), signature)).toBe(true);
    expect(verifyBytes(publicKey, utf8('a checkpoinT'), signature)).toBe(false);
    expect(verifyBytes(keyOf('log', 'another').publicKey, utf8('a checkpoint'), signature)).toBe(false);
    expect(verifyBytes('AAAA', utf8('a checkpoint'), signature)).toBe(false);
    const release = writeNewKey(join(folder, 'release'), 'release', 'Ben', seeded('release'), null);
    expect(refusal(() => loadLogKey(release.privatePath, null)).code).toBe('KEY_PURPOSE');
  });
});
