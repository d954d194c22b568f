import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { LogSigner } from './checkpoint.ts';

/** A key of purpose `log`, made for one test. */
export function testSigner(name = 'test.log'): LogSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { name, publicKey: raw, sign: (bytes) => sign(null, bytes, privateKey) };
}

/** A root that stands for nothing but its number. */
export const someRoot = (n: number): Uint8Array => createHash('sha256').update(String(n)).digest();
