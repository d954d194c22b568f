/** How an engine shows its own commands that it is the one on their folder, before they send it a token. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';

export interface Challenge {
  nonce: string;
  /** {@link folderId} of the runner folder. */
  folder: string;
  /** Where the engine was asked: whoever passes the question on to the right one has another address. */
  url: string;
}

/**
 * Names a folder on this machine. Its path does not: a copy may have been put in the place of a folder that was moved
 * away while its engine runs. What is in it does not either, as a copy has the same token and the same log.
 */
export function folderId(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}

export const newNonce = (): string => randomBytes(32).toString('hex');
export const isNonce = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** HMAC-SHA256 in hexadecimal, which only who has the token can give. */
export const proofOf = (token: string, { nonce, folder, url }: Challenge): string =>
  createHmac('sha256', token)
    .update(JSON.stringify(['countersign engine', nonce, folder, url]))
    .digest('hex');

export function isProof(given: string, token: string, challenge: Challenge): boolean {
  const wanted = Buffer.from(proofOf(token, challenge));
  const told = Buffer.from(given);
  return told.length === wanted.length && timingSafeEqual(told, wanted);
}
