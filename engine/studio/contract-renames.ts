import { z } from '../flow/zod.ts';

/** Renames that carry through to what lies beside a flow, and scenarios that do not fit their flow. */

/** What saving a flow changed beside it, by path. */
export const carriedSchema = z.strictObject({
  /** Scenarios that speak of steps and input fields under their new names now. */
  scenarios: z.array(z.string()),
  /** Flows that call this one and hand over its input under the new names now. */
  flows: z.array(z.string()),
  /** What could not follow, is as it was, and why. */
  left: z.array(z.strictObject({ path: z.string(), why: z.string() })),
});
export type Carried = z.infer<typeof carriedSchema>;

/** Input fields that were given another name since the flow was saved, by the name in the file. */
const renamedFields = z.record(z.string(), z.string()).optional();

/** What goes with a draft that is run, or whose scenarios are looked at. */
export const draftRenames = { renamedFields };

/** What goes with a flow that is saved; `callers` are the flows that a person let follow. */
export const savedRenames = { renamedFields, callers: z.array(z.string()).optional() };

/** What makes a scenario fit again. */
export const repairSchema = z.discriminatedUnion('repair', [
  z.strictObject({ repair: z.literal('rename step'), from: z.string(), to: z.string() }),
  z.strictObject({ repair: z.literal('rename field'), from: z.string(), to: z.string() }),
  z.strictObject({ repair: z.literal('rename result'), from: z.string(), to: z.string() }),
  z.strictObject({ repair: z.literal('drop step'), name: z.string() }),
  z.strictObject({ repair: z.literal('drop field'), name: z.string() }),
  z.strictObject({ repair: z.literal('drop condition'), condition: z.string() }),
]);
export type Repair = z.infer<typeof repairSchema>;

export const misfitSchema = z.strictObject({
  /** Path and name of the scenario. */
  path: z.string(),
  scenario: z.string(),
  message: z.string(),
  hint: z.string(),
  /** Is the first of the repairs most likely what is meant? */
  likely: z.boolean(),
  /** The likeliest first. */
  repairs: z.array(repairSchema),
});
export type Misfit = z.infer<typeof misfitSchema>;

export const RENAME_METHODS = {
  /** Where the scenarios of a flow do not fit the draft of it. */
  misfits: {
    request: z.strictObject({ path: z.string(), text: z.string(), ...draftRenames }),
    answer: z.strictObject({ misfits: z.array(misfitSchema) }),
  },
  /** Makes a scenario fit a draft, in its file as it is now. Refused with NOT_FOUND when nothing in it would change. */
  repairScenario: {
    request: z.strictObject({
      path: z.string(),
      text: z.string(),
      scenario: z.string(),
      repair: repairSchema,
      ...draftRenames,
    }),
    answer: z.strictObject({}),
  },
} as const;
