import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';
import { PIN_KINDS } from '../flow/pin-kinds.ts';

/** What a release says of itself, whether it holds here, and what the connections of this machine grant. */

const releasePath = z.strictObject({ path: z.string() });

/**
 * Where the local engine stands with a release: it starts cases from it, it took a newer one since, it accepted it and
 * can no longer use it, or it never took it.
 */
const localStateSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('in force') }),
  z.strictObject({ state: z.literal('replaced'), by: z.number() }),
  z.strictObject({ state: z.literal('held'), error: errorShapeSchema }),
  z.strictObject({ state: z.literal('never accepted') }),
]);

export const releaseDetailSchema = z.strictObject({
  path: z.string(),
  flow: z.string(),
  title: z.string(),
  release: z.number(),
  program: z.string(),
  /** `sha256-…` of the statement that is signed. */
  digest: z.string(),
  author: z.string(),
  /** Milliseconds since 1970; null for a release without an end. */
  notAfter: z.number().nullable(),
  note: z.string(),
  pins: z.array(
    z.strictObject({
      kind: z.enum(PIN_KINDS),
      name: z.string(),
      path: z.string(),
      sha256: z.string(),
      size: z.number(),
    }),
  ),
  requires: z.array(
    z.strictObject({
      connection: z.string(),
      actions: z.array(z.strictObject({ name: z.string(), class: z.enum(['read', 'reversible', 'irreversible']) })),
    }),
  ),
  /** Ids of the keys that the signatures name. Whether they fit is for verifying to say. */
  signatures: z.array(z.string().nullable()),
  local: localStateSchema,
});
export type ReleaseDetail = z.infer<typeof releaseDetailSchema>;

export const RELEASE_METHODS = {
  /** What is written in a manifest. Nothing of it is believed yet. Throws FILE_UNREADABLE, MANIFEST_INVALID. */
  release: { request: releasePath, answer: releaseDetailSchema },
  /**
   * Verifies every signature by the trust file of the local engine, every pinned file by its digest, and the date.
   * `refused` says why it does not hold; it is null when it does.
   */
  verifyRelease: {
    request: releasePath,
    answer: z.strictObject({
      refused: errorShapeSchema.nullable(),
      signers: z.array(z.strictObject({ role: z.enum(['author', 'release']), name: z.string(), keyId: z.string() })),
      /** Pinned files whose bytes are those that were signed. */
      files: z.number(),
      warnings: z.array(z.string()),
    }),
  },
  /** By connection, how this machine meets it: a simulated system, and the actions that its binding grants. */
  bindings: {
    request: z.strictObject({}),
    answer: z.strictObject({
      bindings: z.record(
        z.string(),
        z.strictObject({
          simulated: z.boolean(),
          /** Null where the local engine has no binding, because nothing was exported yet. */
          grants: z.array(z.string()).nullable(),
        }),
      ),
    }),
  },
} as const;
