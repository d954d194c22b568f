/** A duration as a person sets it: a number of one unit. */
export type Unit = 'd' | 'h' | 'min' | 's';

export const UNITS: readonly { unit: Unit; seconds: number }[] = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
];

const PART = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * `P1DT12H` is 36 hours: the largest unit in which the number is whole. Null for what is not such a duration.
 * @param wanted the unit in which it is being written: it stays, as long as the number is whole in it, so that who writes
 *   245 hours is not left with days at 24
 */
export function durationParts(duration: string, wanted: Unit | null = null): { count: number; unit: Unit } | null {
  const match = PART.exec(duration);
  if (match === null) return null;
  const seconds = match.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * (UNITS[i]?.seconds ?? 0), 0);
  const whole = UNITS.filter((one) => (seconds > 0 || one.unit === wanted) && seconds % one.seconds === 0);
  const fit = whole.find((one) => one.unit === wanted) ?? whole[0];
  return fit === undefined ? { count: seconds, unit: 's' } : { count: seconds / fit.seconds, unit: fit.unit };
}

export function durationText(count: number, unit: Unit): string {
  const whole = Math.max(0, Math.round(count));
  switch (unit) {
    case 'd':
      return `P${whole}D`;
    case 'h':
      return `PT${whole}H`;
    case 'min':
      return `PT${whole}M`;
    case 's':
      return `PT${whole}S`;
  }
}
