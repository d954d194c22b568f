/** A duration as a person sets it: a number of one unit. */
export type Unit = 'd' | 'h' | 'min' | 's';

export const UNITS: readonly { unit: Unit; seconds: number }[] = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
];

const PART = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** `P1DT12H` is 36 hours: the largest unit in which the number is whole. Null for what is not such a duration. */
export function durationParts(duration: string): { count: number; unit: Unit } | null {
  const match = PART.exec(duration);
  if (match === null) return null;
  const seconds = match.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * (UNITS[i]?.seconds ?? 0), 0);
  const fit = UNITS.find((one) => seconds > 0 && seconds % one.seconds === 0);
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
