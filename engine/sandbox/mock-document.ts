import { idSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';

export const MOCKS_FORMAT = 'countersign.mocks';

/** A made-up outcome of a step: the exit that it takes and the value that it leaves, dates as ISO text. */
export const mockSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  port: z.string().min(1).max(60),
  value: z.json(),
});
export type Mock = z.infer<typeof mockSchema>;

/** One step has no more mocks than can be told apart. */
export const MAX_MOCKS = 20;

const ofStep = z
  .array(mockSchema)
  .max(MAX_MOCKS)
  .refine(
    (mocks) => new Set(mocks.map((mock) => mock.name)).size === mocks.length,
    'two mocks of a step have one name',
  );

/**
 * `tests/<flow>/mocks.json`: mocks by id of the step. It lies with the tests, so that no mock is ever part of a flow, of
 * its program's digest or of a release.
 */
export const mocksSchema = z.strictObject({
  format: z.literal(MOCKS_FORMAT),
  version: z.literal(1),
  mocks: z.record(idSchema, ofStep),
});
export type Mocks = z.infer<typeof mocksSchema>['mocks'];
