import { existsSync } from 'node:fs';
import { policySchema, STRICT_POLICY, type Connection, type Policy } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { asJson, prettyJson, sha256Hex } from '../flow/json.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import { policyFindings } from '../program/policy-findings.ts';
import { onDisk } from './paths.ts';
import { readText } from './text-file.ts';

/** The workspace's policy, which lies in one file at its root. */
export const POLICY_FILE = 'policy.json';

/** The policy as it is on disk, and the digest of its file. Throws DOCUMENT_INVALID, FILE_UNREADABLE. */
export function openPolicy(root: string): { policy: Policy; digest: string | null } {
  const file = onDisk(root, POLICY_FILE);
  if (!existsSync(file)) return { policy: STRICT_POLICY, digest: null };
  const { bytes } = readText(file);
  const policy = readDocument(bytes, policySchema, {
    code: 'DOCUMENT_INVALID',
    what: 'the policy',
    hint: 'Correct policy.json at that place, or take it away: nothing irreversible goes without a person then.',
    file: POLICY_FILE,
  });
  return { policy, digest: digestOf(bytes) };
}

/**
 * Writes the policy, whole or not at all; gives the digest of its file. Refused with FILE_CHANGED when the file is not the
 * one that was opened, and with DOCUMENT_INVALID for an entry that could never be held against a request.
 */
export function savePolicy(
  root: string,
  { policy, base }: { policy: Policy; base: string | null },
  connections: Readonly<Record<string, Connection>>,
): string {
  const file = onDisk(root, POLICY_FILE);
  const wrong = policyFindings(policy, connections).find(({ severity }) => severity === 'error');
  if (wrong !== undefined)
    throw new CountersignError({
      code: 'DOCUMENT_INVALID',
      message: `The policy was not saved: ${wrong.message}`,
      meaning: 'The file on disk is as it was.',
      where: { file: POLICY_FILE, path: ['withoutPerson', wrong.entry] },
      hint: wrong.hint,
    });
  const now = existsSync(file) ? digestOf(readText(file).bytes) : null;
  if (now !== base)
    throw new CountersignError({
      code: 'FILE_CHANGED',
      message: 'The policy was changed on disk since it was opened.',
      meaning: 'Nothing was saved, and nothing was overwritten.',
      where: { file: POLICY_FILE },
      hint: 'Look at what it says now, and make your change again.',
    });
  const text = prettyJson(asJson(policy));
  writeFileAtomic(file, text);
  return digestOf(new TextEncoder().encode(text));
}

const digestOf = (bytes: Uint8Array): string => `sha256-${sha256Hex(bytes)}`;
