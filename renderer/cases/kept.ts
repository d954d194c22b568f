import { z } from '../../engine/flow/zod.ts';
import { scenarioSchema } from '../../engine/sandbox/scenario.ts';
import type { CaseDraft } from './draft.ts';

/** A case that is being made, as it is kept beside the draft of its flow until it lies in a file of its own. */
export interface KeptCase {
  making: CaseDraft;
  /** The flow was changed as well: its draft is more than what the case is of. */
  drawn: boolean;
}

const given = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const { people, messages, answers, expect } = scenarioSchema.shape;

/** A new case has no name yet. */
const schema = z.strictObject({
  drawn: z.boolean(),
  making: z.strictObject({
    place: z.strictObject({ path: z.string(), base: z.string() }).nullable(),
    name: z.string(),
    scenario: scenarioSchema.extend({ name: z.string() }),
    given,
    people: z.array(people.unwrap().element.extend({ given: given.optional() })),
    messages: z.array(messages.unwrap().element.extend({ given: given.optional() })),
    answers: answers.unwrap(),
    expect,
    chose: z.boolean(),
    touched: z.boolean(),
    tried: z.boolean(),
    ran: z.null(),
  }),
});

/** How it ran is left out: it can be run again. */
export const writeCase = ({ making, drawn }: KeptCase): string =>
  JSON.stringify({ drawn, making: { ...making, ran: null } });

/** Null where the text is of no case, or of a later Countersign. */
export function readCase(text: string): KeptCase | null {
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
