import { z } from '../flow/zod.ts';
import { scenarioSchema } from '../sandbox/scenario.ts';
import { draftRenames } from './contract-renames.ts';

/** Scenarios as they are made in the studio: read for a form, kept, and taken away. */

/** A draft, and the flow that it is of. */
const draft = { path: z.string(), text: z.string(), ...draftRenames };

/** Stands for the digest of a file that is not there. */
const digest = z.string();

export const SCENARIO_METHODS = {
  /** A scenario as the draft says it: steps and input fields under the names that they have there. */
  openScenario: {
    request: z.strictObject({ ...draft, scenario: z.string() }),
    answer: z.strictObject({ scenario: scenarioSchema, digest }),
  },
  /**
   * Keeps a scenario of a draft in its file, under the names that the flow has in its own; a new one under a file name
   * made from its own. Refused with FILE_CHANGED where the file is no longer the one with digest `base`, and with
   * FILE_EXISTS where another scenario of the flow has that name; nothing is written then.
   */
  saveScenario: {
    request: z.strictObject({
      ...draft,
      scenario: scenarioSchema,
      /** Where it lies, and the digest of what it began from, `none` where it is to lie there again; null for a new one. */
      file: z.strictObject({ path: z.string(), base: digest }).nullable(),
    }),
    answer: z.strictObject({ path: z.string(), digest }),
  },
  /** Takes a scenario away. Refused with FILE_CHANGED where the file is no longer the one with digest `base`. */
  deleteScenario: {
    request: z.strictObject({ scenario: z.string(), base: digest }),
    answer: z.strictObject({}),
  },
} as const;
