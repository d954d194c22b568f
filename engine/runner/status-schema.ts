import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';
import { stopHeldSchema } from './stops.ts';

const outage = errorShapeSchema.nullable();
/** Milliseconds since 1970. */
const moment = z.number().nullable();

/** What `GET /status` answers: {@link RunnerStatus}. */
export const statusSchema = z.object({
  engine: z.enum(['running', 'not running']),
  events: z.int(),
  checkpoint: z.object({ covered: z.int(), behind: z.int(), writtenAt: moment, outage }),
  sinks: z
    .array(
      z.object({
        name: z.string(),
        covered: z.int(),
        behind: z.int(),
        takenAt: moment,
        listed: z.boolean(),
        outage,
      }),
    )
    .nullable(),
  connections: z
    .array(
      z.object({ connection: z.string(), state: z.enum(['paused', 'probing']), since: z.number(), until: z.number() }),
    )
    .nullable(),
  stops: z.array(stopHeldSchema),
  suspended: z.int().default(0),
  troubles: z.array(z.string()),
});
