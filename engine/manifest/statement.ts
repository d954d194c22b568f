import { CountersignError } from '../flow/error.ts';
import { canonicalBytes, sha256Hex } from '../flow/json.ts';
import { PIN_KINDS, type PinKind } from '../flow/pin-kinds.ts';
import { z } from '../flow/zod.ts';
import { checkDocument, type DocumentErrors, parseDocument } from './read-document.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const MANIFEST_PREDICATE_TYPE = 'https://countersign.dev/manifest/v1';

export type { PinKind };

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 small hexadecimal digits');
const digestSchema = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'a digest is sha256- and 64 small hexadecimal digits');

// A path that leaves the workspace would let whoever unpacks a manifest write anywhere.
const pathSchema = z
  .string()
  .max(300)
  .refine(
    (path) => /^[^\\\0:]+$/.test(path) && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..'),
    'a relative path with forward slashes is expected',
  );

/** A moment to the second in UTC, such as 2027-06-30T23:59:59Z. */
export const momentSchema = z
  .string()
  .refine((text) => momentOf(text) !== null, 'a moment in UTC such as 2027-06-30T23:59:59Z is expected');

const pinSchema = z.strictObject({
  kind: z.enum(PIN_KINDS),
  name: z.string().min(1).max(120),
  path: pathSchema,
  sha256: sha256Schema,
  size: z.number().int().nonnegative(),
});
/** A file that the program depends on, by the digest of its bytes. */
export type Pin = z.infer<typeof pinSchema>;

const requiredSchema = z.strictObject({
  connection: z.string().min(1).max(60),
  actions: z
    .array(z.strictObject({ name: z.string().min(1).max(60), class: z.enum(['read', 'reversible', 'irreversible']) }))
    .min(1),
});
/** What a program asks for: actions of a connection, each with its side-effect class. */
export type Required = z.infer<typeof requiredSchema>;

const predicateSchema = z.strictObject({
  release: z.number().int().positive(),
  flow: z.strictObject({ title: z.string().min(1).max(120) }),
  program: z.strictObject({ digest: digestSchema }),
  author: z.string().min(1).max(120),
  notAfter: momentSchema,
  pins: z.array(pinSchema).min(1).max(2000),
  requires: z.array(requiredSchema).max(200),
  testReport: digestSchema,
  proof: digestSchema,
});

/** The in-toto Statement (v1) of a manifest. Unknown fields are refused at every level. */
export const statementSchema = z
  .strictObject({
    _type: z.literal(STATEMENT_TYPE),
    subject: z.array(z.strictObject({ name: pathSchema, digest: z.strictObject({ sha256: sha256Schema }) })).length(1),
    predicateType: z.literal(MANIFEST_PREDICATE_TYPE),
    predicate: predicateSchema,
  })
  .superRefine(({ subject, predicate }, ctx) => {
    const refuse = (path: (string | number)[], message: string): void =>
      ctx.addIssue({ code: 'custom', path, message });
    const only = (kind: PinKind): Pin | undefined => {
      const pins = predicate.pins.filter((pin) => pin.kind === kind);
      if (pins.length !== 1) refuse(['predicate', 'pins'], `exactly one pin of kind ${kind} is expected`);
      return pins[0];
    };
    if (only('flow')?.path !== subject[0]?.name)
      refuse(['subject', 0, 'name'], 'the path of the pinned flow is expected');
    if (`sha256-${subject[0]?.digest.sha256}` !== predicate.program.digest)
      refuse(['subject', 0, 'digest'], 'the digest of the program is expected');
    if (`sha256-${only('tests')?.sha256}` !== predicate.testReport)
      refuse(['predicate', 'testReport'], 'the digest of the pinned test report is expected');
    if (`sha256-${only('proof')?.sha256}` !== predicate.proof)
      refuse(['predicate', 'proof'], 'the digest of the pinned safety proof is expected');
    refuseUnsorted(predicate.pins.map(pinKey), (at) =>
      refuse(['predicate', 'pins', at], 'pins are sorted by kind and name, each once'),
    );
    if (new Set(predicate.pins.map((pin) => pin.path)).size !== predicate.pins.length)
      refuse(['predicate', 'pins'], 'each path is pinned once');
    refuseUnsorted(
      predicate.requires.map((one) => one.connection),
      (at) => refuse(['predicate', 'requires', at], 'connections are sorted by name, each once'),
    );
    for (const [at, { actions }] of predicate.requires.entries()) {
      refuseUnsorted(
        actions.map((action) => action.name),
        () => refuse(['predicate', 'requires', at, 'actions'], 'actions are sorted by name, each once'),
      );
    }
  });
export type Statement = z.infer<typeof statementSchema>;

/** The key by which pins are sorted and unique. */
export const pinKey = (pin: Pick<Pin, 'kind' | 'name'>): string => `${pin.kind} ${pin.name}`;

function refuseUnsorted(keys: readonly string[], refuse: (at: number) => void): void {
  for (let at = 1; at < keys.length; at++) if ((keys[at - 1] ?? '') >= (keys[at] ?? '')) refuse(at);
}

const errors: DocumentErrors = {
  code: 'MANIFEST_INVALID',
  what: 'the statement of the manifest',
  hint: 'Export the flow again with this version of Countersign, and have it signed again.',
};

/** Checks a statement that was put together. Throws MANIFEST_INVALID with the path. */
export const checkStatement = (value: unknown): Statement => checkDocument(value, statementSchema, errors);

/**
 * Reads the payload of a manifest. It must be strict JSON, exactly the canonical bytes of what it says, and hold no
 * field that is not known. Throws MANIFEST_INVALID.
 */
export function readStatement(payload: Uint8Array): Statement {
  const value = parseDocument(payload, errors);
  if (Buffer.compare(canonicalBytes(value), payload) !== 0) {
    throw new CountersignError({
      code: 'MANIFEST_INVALID',
      message: 'The statement of the manifest is not in its canonical form (RFC 8785).',
      hint: errors.hint,
    });
  }
  return checkStatement(value);
}

/** `sha256-<hex>` of a statement's bytes: names one manifest, whoever signed it. */
export const manifestDigest = (payload: Uint8Array): string => `sha256-${sha256Hex(payload)}`;

/** Milliseconds since 1970 of a moment such as 2027-06-30T23:59:59Z; null for any other text. */
export function momentOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const at = Date.parse(text);
  // Date.parse carries 30 February over into March; the round trip does not.
  return Number.isNaN(at) || new Date(at).toISOString().replace('.000Z', 'Z') !== text ? null : at;
}
