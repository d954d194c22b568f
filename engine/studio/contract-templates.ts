import { aboutSchema } from '../flow/document.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';

/** Flows that somebody can begin from, each with all that it needs and tests that hold. */

/** A template as the gallery shows it. */
export const templateSchema = z.strictObject({
  /** The name of its folder. */
  name: z.string(),
  about: aboutSchema,
  /** Steps on its canvas, notes not counted. */
  steps: z.number().int(),
  scenarios: z.number().int(),
  /** What it needs of the outside, by title. */
  connections: z.array(z.string()),
  /** The questions that its models answer, with whether that was learned from invented rows. */
  models: z.array(z.strictObject({ name: z.string(), question: z.string(), limits: z.string() })),
  /** What that cannot be taken back it does without a person, as its policy says: the action by its title, and up to how much. */
  alone: z.array(z.strictObject({ action: z.string(), field: z.string(), max: z.number() })),
});
export type Template = z.infer<typeof templateSchema>;

export const TEMPLATE_METHODS = {
  /** Templates, in the order of their names; what of them cannot be read is in `errors`. */
  templates: {
    request: z.strictObject({}),
    answer: z.strictObject({ templates: z.array(templateSchema), errors: z.array(errorShapeSchema) }),
  },
  /**
   * Copies a template into the workspace under free names: flow, connections, systems, models and tests, and what its
   * policy lets go without a person for connections that came with it. Nothing is overwritten. Refused with NOT_FOUND.
   */
  openTemplate: {
    request: z.strictObject({ name: z.string().max(120), about: aboutSchema }),
    answer: z.strictObject({
      path: z.string(),
      text: z.string(),
      digest: z.string(),
      /** Entries that were added to the policy, as `connection.action`. */
      policy: z.array(z.string()),
    }),
  },
} as const;
