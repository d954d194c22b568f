import { durationSchema } from '../connections/contract.ts';
import { nameSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';
import { faultSchema, recordSchema } from './system-document.ts';

export const SCENARIO_FORMAT = 'countersign.scenario';

/** What the screen calls a step: its name or, for one of a sub-flow, `Check credit › Read account`. */
const stepNameSchema = z
  .string()
  .max(600)
  .refine(
    (name) => name.split(' › ').every((part) => nameSchema.safeParse(part).success),
    'the name of a step, such as “Read account”, or “Check credit › Read account” for a step of a sub-flow',
  );

/** A simulated answer of an AI decision, in place of the model's own. A choice that is none of the model's is no answer. */
const oneAnswer = {
  choice: z.string(),
  confidence: z.number().min(0).max(1),
  /** Answers `unlike anything seen`, whatever the confidence. */
  unlike: z.boolean().optional(),
  /** The model is down: the node leaves by `failed`. */
  down: z.boolean().optional(),
  /** The model gives no answer in time. */
  late: z.boolean().optional(),
};
const simulatedAnswer = z.strictObject({
  ...oneAnswer,
  /** Of the other model, which is asked where this answer does not count. */
  other: z.strictObject(oneAnswer).optional(),
});
export type SimulatedAnswer = z.infer<typeof simulatedAnswer>;

/** What a simulated person does with the next open task of a node. */
const personAct = z.strictObject({
  /** Name of the approval, of the step or AI decision that asks a person, or of the connector that is in doubt. */
  at: stepNameSchema,
  decide: z.enum(['approved', 'rejected', 'sent back', 'happened', 'did not happen', 'look again', 'answered']),
  /** With `answered`: what is chosen, as `{"choice": …}`, or the fields of the form. */
  answer: z.record(nameSchema, z.json()).optional(),
  /** How long after the task appeared. */
  after: durationSchema.optional(),
  /** Who decides; by default somebody who holds the role. */
  person: z.string().max(120).optional(),
  comment: z.string().max(500).optional(),
});
export type PersonAct = z.infer<typeof personAct>;

/** A message that some system sends once the case waits for it. */
const simulatedMessage = z.strictObject({
  name: z.string().min(1).max(60),
  /** What it is about: the text that the waiting step names. */
  about: z.string().max(300),
  /** How long after the case has come to wait for it. */
  after: durationSchema.optional(),
  brings: z.record(nameSchema, z.json()).optional(),
});
export type SimulatedMessage = z.infer<typeof simulatedMessage>;

const expectedEffect = z.strictObject({
  action: z.string().regex(/^[^.]+\.[^.]+$/, 'connection.action'),
  times: z.number().int().min(0),
  /** Fields of the request that must be so; others may be anything. */
  with: z.record(nameSchema, z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/** `tests/<flow>/<name>.scenario.json`: one case in the sandbox, and what must come of it. */
export const scenarioSchema = z.strictObject({
  format: z.literal(SCENARIO_FORMAT),
  version: z.literal(1),
  name: z.string().min(1).max(120),
  story: z.string().max(1000).optional(),
  input: z.record(nameSchema, z.json()),
  seed: z.number().int().min(0).optional(),
  /** Where the virtual clock stands when the case begins. */
  start: z.iso.datetime().optional(),
  /** Who starts the case. */
  initiator: z.string().max(120).optional(),
  /** By name of the AI decision; those not named ask their model. */
  answers: z.record(stepNameSchema, simulatedAnswer).optional(),
  /** Records that the simulated systems hold from the start: connection, collection, id. */
  records: z.record(z.string(), z.record(nameSchema, z.record(z.string(), recordSchema))).optional(),
  /** By connection. */
  faults: z.record(z.string(), z.array(faultSchema)).optional(),
  people: z.array(personAct).optional(),
  messages: z.array(simulatedMessage).optional(),
  expect: z.strictObject({
    status: z.enum(['completed', 'failed', 'cancelled', 'waiting', 'in doubt']).optional(),
    result: z.string().optional(),
    /** Names of nodes the case must pass, in any order. */
    passes: z.array(stepNameSchema).optional(),
    avoids: z.array(stepNameSchema).optional(),
    effects: z.array(expectedEffect).optional(),
    /** FEEL conditions over what is in scope at the end. */
    holds: z.array(z.string().max(1000)).optional(),
  }),
});
export type Scenario = z.infer<typeof scenarioSchema>;

/** By what an expected effect is named in a result: “billing.pay with amount 120”. */
export function wordsOfEffect({
  action,
  with: fields,
}: Pick<z.infer<typeof expectedEffect>, 'action' | 'with'>): string {
  if (fields === undefined) return action;
  const listed = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${action} with ${listed.join(', ')}`;
}
