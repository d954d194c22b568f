const PART = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * As long as any duration is taken for: 100,000 years. What is further off no clock can say, and no record can hold the time
 * at which it would be over.
 */
const LONGEST_MS = 36_500_000 * 86_400_000;

/** Milliseconds of a duration such as PT4H or P14D, which the schema has already checked. */
export function durationMs(duration: string): number {
  const match = PART.exec(duration);
  if (match === null) throw new RangeError(`not a duration: ${duration}`);
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const ms = ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
  return Math.min(ms, LONGEST_MS);
}

/** A duration in short words: `4 h`, `30 min`, `14 d`. */
export function durationWords(duration: string): string {
  const match = PART.exec(duration);
  if (match === null) return duration;
  const units = ['d', 'h', 'min', 's'];
  return match
    .slice(1)
    .map((part, i) => (part === undefined ? '' : `${part} ${units[i] ?? ''}`))
    .filter((part) => part !== '')
    .join(' ');
}
