import { errorShapeSchema } from '../flow/error-schema.ts';
import { z } from '../flow/zod.ts';

/** What is said between `npm start` and the process of the browser host that it watches over. */

export const hostOrderSchema = z.discriminatedUnion('message', [
  z.strictObject({
    message: z.literal('open'),
    workspace: z.string(),
    renderer: z.string(),
    version: z.string(),
    person: z.string(),
    port: z.number().int(),
    /** The secret of the windows' cookie; the same for each host in turn, so that windows stay at home. */
    session: z.string().min(32),
  }),
  z.strictObject({ message: z.literal('close') }),
]);
export type HostOrder = z.infer<typeof hostOrderSchema>;

export const hostNewsSchema = z.discriminatedUnion('message', [
  z.strictObject({ message: z.literal('ready'), port: z.number().int(), link: z.string() }),
  z.strictObject({ message: z.literal('refused'), error: errorShapeSchema }),
]);
export type HostNews = z.infer<typeof hostNewsSchema>;
