import { z } from '../flow/zod.ts';

/** Base64 (RFC 4648, section 4) in its one canonical spelling: so that no bit of a text can change unnoticed. */
export const base64Schema = z.string().refine((text) => decodeBase64(text) !== null, 'canonical base64 is expected');

/** The bytes of a canonical base64 text; null for any other text. */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : null;
}

export const encodeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
