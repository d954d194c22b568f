/** The value below which so great a share of all lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One sample: when it was taken, in milliseconds, and what was there. */
export interface Sample {
  at: number;
  value: number;
}

/** Units a minute by least squares; 0 of fewer than two samples or of one moment. */
export function slopePerMinute(samples: readonly Sample[]): number {
  const n = samples.length;
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / n;
  const [at, value] = [mean((s) => s.at), mean((s) => s.value)];
  const spread = samples.reduce((sum, s) => sum + (s.at - at) ** 2, 0);
  if (n < 2 || spread === 0) return 0;
  return (60_000 * samples.reduce((sum, s) => sum + (s.at - at) * (s.value - value), 0)) / spread;
}

/**
 * How much more there is in the last third than in the middle one, as a ratio of what is left after a collection: the lower
 * quartile of each. The first third is warming up. NaN of fewer than three samples.
 */
export function growth(samples: readonly Sample[]): number {
  const third = Math.floor(samples.length / 3);
  const low = (part: readonly Sample[]) =>
    quantile(
      part.map(({ value }) => value),
      0.25,
    );
  return low(samples.slice(2 * third)) / low(samples.slice(third, 2 * third));
}
