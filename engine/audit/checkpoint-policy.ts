/** When checkpoints leave the machine. */
export interface CheckpointPolicy {
  /** After so many new events … */
  everyEvents: number;
  /** … or so much time with at least one (milliseconds) … */
  everyMs: number;
  /** … but never two attempts within this time (milliseconds). */
  minGapMs: number;
}

export const CHECKPOINT_POLICY: CheckpointPolicy = { everyEvents: 1000, everyMs: 15 * 60_000, minGapMs: 1000 };

/** Where the checkpoints of a log stand. */
export interface CheckpointStanding {
  /** Leaves in the log. */
  size: number;
  /** Leaves that the last checkpoint covers; 0 when there is none. */
  covered: number;
  /** When the last checkpoint was written, milliseconds since 1970; null when not known. */
  writtenAt: number | null;
  /** When it was last tried, whether or not it worked. */
  triedAt: number | null;
}

/** Whether a checkpoint is due at `now`. A clock that went back makes it due: what it says of waiting is worth nothing. */
export function checkpointDue(
  standing: CheckpointStanding,
  now: number,
  policy: CheckpointPolicy = CHECKPOINT_POLICY,
): boolean {
  const { size, covered, writtenAt, triedAt } = standing;
  if (size <= covered) return false;
  if (triedAt !== null && now >= triedAt && now - triedAt < policy.minGapMs) return false;
  if (writtenAt === null || now < writtenAt) return true;
  return size - covered >= policy.everyEvents || now - writtenAt >= policy.everyMs;
}
