import { z } from '../flow/zod.ts';
import type { JournalReader } from '../journal/reader.ts';

/** What is on record of a release that was accepted. */
export const acceptedSchema = z.strictObject({
  /** Path of the flow in its workspace. */
  flow: z.string(),
  release: z.number(),
  /** Digest of the manifest's statement. */
  digest: z.string(),
  program: z.string(),
  /** Name of the manifest in the runner's releases folder. */
  file: z.string(),
});
export type Accepted = z.infer<typeof acceptedSchema>;

/** Every release that was accepted, in order within each flow. */
export function acceptedIn(journal: Pick<JournalReader, 'subjects' | 'events'>): Accepted[] {
  return journal
    .subjects('release:')
    .flatMap((subject) =>
      journal
        .events(subject)
        .flatMap((event) => (event.type === 'release.accepted' ? [acceptedSchema.parse(event.open)] : [])),
    );
}
