import type { StudioAnswer } from '../../../engine/studio/contract.ts';

type Release = StudioAnswer<'releases'>['releases'][number];

/** Flow by flow, and of each the newest release first. */
export const newestFirst = (releases: readonly Release[]): Release[] =>
  releases.toSorted((a, b) => a.flow.localeCompare(b.flow) || b.release - a.release);

/** The release of the same flow that came before; null for the first. */
export const releaseBefore = (releases: readonly Release[], of: Pick<Release, 'flow' | 'release'>): Release | null =>
  newestFirst(releases).find(({ flow, release }) => flow === of.flow && release < of.release) ?? null;
