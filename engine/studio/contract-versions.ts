import { flowSchema } from '../flow/document.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { pinnedSchema } from '../flow/pinned.ts';
import { z } from '../flow/zod.ts';
import { carriedSchema, savedRenames } from './contract-renames.ts';

/** Versions of flows, what is compared with them, and drafts that are kept so that nothing drawn is lost. */

const path = z.string();
const number = z.number().int().min(1).max(999_999);

/** A version as it is listed. */
export const versionEntrySchema = z.strictObject({
  number,
  name: z.string(),
  note: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  by: z.string(),
  /** `sha256-…` of everything that the version says. */
  digest: z.string(),
  /** `sha256-…` of the flow's file as it was. */
  text: z.string(),
});
export type VersionEntry = z.infer<typeof versionEntrySchema>;

/** A case of the flow that was being made, as the window writes it. */
const making = z.string().optional();

/** Each draft has an id of its own, so that two windows on one flow never write over what the other keeps. */
const draftId = z.string().regex(/^[a-z0-9_]{1,40}$/);

/** A draft that was kept while somebody drew, and was neither saved nor discarded. */
export const keptDraftSchema = z.strictObject({
  /** Null where an earlier Countersign kept it, which had one for each flow. */
  id: draftId.nullable().default(null),
  path,
  text: z.string(),
  /** Digest of the file that it began from. */
  base: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  by: z.string(),
  making,
});
export type KeptDraft = z.infer<typeof keptDraftSchema>;

export const versionNaming = { name: z.string().trim().min(1).max(120), note: z.string().max(2000) };

export const VERSION_METHODS = {
  /** The versions of a flow, newest first; what cannot be read, or was altered, is in `errors`. */
  versions: {
    request: z.strictObject({ path }),
    answer: z.strictObject({ versions: z.array(versionEntrySchema), errors: z.array(errorShapeSchema) }),
  },
  /** Saves the flow as `saveFlow` does and sets it down as the next version. Refused with FILE_CHANGED as saving is. */
  saveVersion: {
    request: z.strictObject({ path, text: z.string(), base: z.string(), ...versionNaming, ...savedRenames }),
    answer: z.strictObject({
      digest: z.string(),
      savedAt: z.number(),
      carried: carriedSchema,
      version: versionEntrySchema,
    }),
  },
  /** A flow as it was in a version or a release, with what it leaned on. */
  pastFlow: {
    request: z.strictObject({
      path,
      of: z.union([z.strictObject({ version: number }), z.strictObject({ release: z.string() })]),
    }),
    answer: z.strictObject({ flow: flowSchema, pinned: pinnedSchema }),
  },
  /** Writes a flow under a free name of its own. */
  saveCopy: {
    request: z.strictObject({ title: z.string().min(1).max(120), text: z.string() }),
    answer: z.strictObject({ path, text: z.string(), digest: z.string() }),
  },
  /** Keeps what is drawn and not saved, outside of the flows, in the place of the draft with the same id. */
  keepDraft: {
    request: z.strictObject({ id: draftId, path, text: z.string(), base: z.string(), making }),
    answer: z.strictObject({ at: z.number() }),
  },
  /** The drafts that are kept, without those of the other windows that are open now. */
  drafts: { request: z.strictObject({}), answer: z.strictObject({ drafts: z.array(keptDraftSchema) }) },
  /** Lets a kept draft go: it was saved, or a person discarded it. One of another window that is open now stays. */
  dropDraft: { request: z.strictObject({ id: draftId.nullable(), path }), answer: z.strictObject({}) },
} as const;
