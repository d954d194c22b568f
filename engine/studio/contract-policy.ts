import { policySchema } from '../connections/contract.ts';
import { z } from '../flow/zod.ts';

/** The workspace's copy of the policy. A runner goes by its own, which is signed; flows are checked against this one. */
export const POLICY_METHODS = {
  policy: {
    request: z.strictObject({}),
    answer: z.strictObject({
      policy: policySchema,
      /** `sha256-…` of the file; null where there is none, and the empty policy holds: nothing irreversible alone. */
      digest: z.string().nullable(),
    }),
  },
  /**
   * Refused with FILE_CHANGED when the file is no longer the one with digest `base`, and with DOCUMENT_INVALID for a limit
   * on an action or a field that is not there.
   */
  savePolicy: {
    request: z.strictObject({ policy: policySchema, base: z.string().nullable() }),
    answer: z.strictObject({ digest: z.string() }),
  },
} as const;
