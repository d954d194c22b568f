import { z } from '../flow/zod.ts';

/**
 * All that a page of the desktop shell can ask of it: a port to the studio's service, over which the studio contract is
 * spoken. `id` names the asking, so that the port that comes can be told from another.
 */
export const connectSchema = z.strictObject({ id: z.uuid() });
export type ConnectRequest = z.infer<typeof connectSchema>;

/** What the shell tells the engine's process: first who and what, then each window's port. */
export const engineMessageSchema = z.discriminatedUnion('message', [
  z.strictObject({
    message: z.literal('open'),
    workspace: z.string(),
    version: z.string(),
    person: z.string(),
    passphrase: z.string().nullable(),
  }),
  z.strictObject({ message: z.literal('window') }),
  z.strictObject({ message: z.literal('close') }),
]);
export type EngineMessage = z.infer<typeof engineMessageSchema>;
