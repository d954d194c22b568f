import { edgeSchema, fieldsSchema, flowSchema, nodeSchema } from '../flow/document.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';

/** Cases of the local runner: from which releases they start, which there are, and the program that each of them runs. */

const json = z.json();

/** What says by which flow, as it was in which release, a case runs. */
const ranBySchema = {
  /** Digest of its program; `ran` tells the flow as it is there. */
  program: z.string(),
  /** Path of its flow; null where no release of that program is served here any more. */
  flow: z.string().nullable(),
  /** What the flow is called in the release. */
  flowTitle: z.string().nullable(),
  release: z.string().nullable(),
};

export const runSchema = z.strictObject({
  ...ranBySchema,
  id: z.string(),
  status: z.string(),
  result: z.string().nullable(),
  started: z.number(),
  ended: z.number().nullable(),
  node: z.string().nullable(),
});

export const taskSchema = z.strictObject({
  ...ranBySchema,
  id: z.string(),
  run: z.string(),
  node: z.string(),
  type: z.enum(['approve', 'choose', 'fill in', 'settle']),
  title: z.string(),
  role: z.string(),
  created: z.number(),
  due: z.number().nullable(),
  /** What tells it from others of the same title: the first of what it shows, or of what the case began with. */
  facts: z.array(z.strictObject({ label: z.string(), value: json })),
});

const node = z.string();
/** A flow with its sub-flows in their places, whose ids and names no document has (engine/flow/inline.ts). */
const frozenFlowSchema = flowSchema.extend({
  nodes: z.record(z.string(), nodeSchema.extend({ name: z.string() })),
  edges: z.record(
    z.string(),
    edgeSchema.extend({ from: z.strictObject({ node, port: z.string() }), to: z.strictObject({ node }) }),
  ),
});

export const CASE_METHODS = {
  /** Flows that a case can start from, the one exported last first, with what a case of their newest release brings. */
  startable: {
    request: z.strictObject({}),
    answer: z.strictObject({
      flows: z.array(
        z.strictObject({
          flow: z.string(),
          title: z.string(),
          release: z.number(),
          input: fieldsSchema,
          /** Why no case can start from it now; null when one can. */
          problem: errorShapeSchema.nullable(),
        }),
      ),
    }),
  },
  /** Starts a real case on the local runner from the newest release of a flow, with this input. */
  startCase: {
    request: z.strictObject({ flow: z.string(), input: z.record(z.string(), json) }),
    answer: z.strictObject({ run: z.string() }),
  },
  /** Cases, the newest first, that fit all that is asked for. `after` is the last that was told before. */
  runs: {
    request: z.strictObject({
      limit: z.number().int().min(1).max(500),
      after: z.string().optional(),
      flow: z.string().optional(),
      /** One of the statuses, or `suspended`: those that somebody holds, whatever their status is. */
      status: z.string().optional(),
      result: z.string().optional(),
      /** Part of its number, or of the key that it was started with. */
      search: z.string().max(200).optional(),
    }),
    answer: z.strictObject({
      runs: z.array(runSchema),
      /** There are others after the last of these. */
      more: z.boolean(),
      /** Of all cases, whatever is asked for: how many there are of each status. */
      counts: z.record(z.string(), z.number()),
      /** How many of them are suspended, each counted under its status as well. */
      suspended: z.number(),
      /** Results that cases ended with, and flows that they ran by: what can be asked for. */
      results: z.array(z.string()),
      flows: z.array(z.strictObject({ flow: z.string(), title: z.string() })),
    }),
  },
  /** The flow of a program that cases run by, with its sub-flows in their places; null where it is not served here any more. */
  ran: {
    request: z.strictObject({ program: z.string() }),
    answer: z.strictObject({ flow: frozenFlowSchema.nullable() }),
  },
} as const;
