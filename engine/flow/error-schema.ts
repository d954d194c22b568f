import { ERROR_CODES } from './error.ts';
import { z } from './zod.ts';

/** {@link ErrorShape} at a border. */
export const errorShapeSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  meaning: z.string().optional(),
  where: z
    .strictObject({
      file: z.string().optional(),
      path: z
        .array(z.union([z.string(), z.number()]))
        .readonly()
        .optional(),
      record: z.number().optional(),
      node: z.string().optional(),
      line: z.number().optional(),
      column: z.number().optional(),
    })
    .optional(),
  hint: z.string(),
  retryable: z.boolean(),
  fault: z.enum(['user', 'operator', 'other system', 'us']),
  cause: z.string().optional(),
});
