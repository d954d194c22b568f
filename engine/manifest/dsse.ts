import { CountersignError } from '../flow/error.ts';
import { prettyJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { base64Schema, decodeBase64, encodeBase64 } from './base64.ts';
import { checkDocument, type DocumentErrors, parseDocument } from './read-document.ts';

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** How many signatures an envelope may have; one with more is not read. */
export const MOST_SIGNATURES = 32;

const envelopeSchema = z.strictObject({
  payload: base64Schema,
  payloadType: z.string().min(1).max(200),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(200).optional(), sig: base64Schema }))
    .max(MOST_SIGNATURES),
});

/** One signature of an envelope. `keyid` is a hint for people and decides nothing. */
export interface EnvelopeSignature {
  keyid: string | null;
  signature: Uint8Array;
}

/** A DSSE envelope in memory. */
export interface Envelope {
  payloadType: string;
  payload: Uint8Array;
  signatures: readonly EnvelopeSignature[];
}

/**
 * The bytes that a DSSE signature is over: the pre-authentication encoding of the DSSE protocol, version 1
 * (github.com/secure-systems-lab/dsse, protocol.md). Lengths are in bytes.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return new Uint8Array(Buffer.concat([Buffer.from(head, 'utf8'), payload]));
}

const errors: DocumentErrors = {
  code: 'MANIFEST_INVALID',
  what: 'the manifest',
  hint: 'Use the file as it was exported. After editing signatures with other tools, bring it into form with: jq -S .',
};

/**
 * Reads the DSSE file. Its bytes must be the one form that {@link writeEnvelope} gives (as `jq -S .` does), so that no
 * byte of the file can change unnoticed. Throws MANIFEST_INVALID. Says nothing about the signatures.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const value = parseDocument(bytes, errors);
  const file = checkDocument(value, envelopeSchema, errors);
  if (Buffer.compare(Buffer.from(prettyJson(value)), bytes) !== 0) {
    throw new CountersignError({
      code: 'MANIFEST_INVALID',
      message: 'The manifest says what it says in other bytes than its one form.',
      hint: errors.hint,
    });
  }
  return {
    payloadType: file.payloadType,
    payload: decodeBase64(file.payload) ?? new Uint8Array(),
    signatures: file.signatures.map(({ keyid, sig }) => ({
      keyid: keyid ?? null,
      signature: decodeBase64(sig) ?? new Uint8Array(),
    })),
  };
}

/** The envelope as bytes of its file: sorted keys, two spaces, a final newline. */
export function writeEnvelope(envelope: Envelope): Uint8Array {
  const text = prettyJson({
    payload: encodeBase64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: envelope.signatures.map(({ keyid, signature }) => ({
      ...(keyid === null ? {} : { keyid }),
      sig: encodeBase64(signature),
    })),
  });
  return new TextEncoder().encode(text);
}
