import { durationParts } from '../../inspector/duration-parts.ts';
import { counted } from '../../ui/numbers.ts';

/** Lengths of time that a document declares: a contract, a policy. */

const UNIT_WORDS = {
  d: ['day', 'days'],
  h: ['hour', 'hours'],
  min: ['minute', 'minutes'],
  s: ['second', 'seconds'],
} as const;

export const durations = {
  /** `48 hours`, as it was declared; what has no words of its own stands as it is written. */
  inWords: (duration: string): string => {
    const parts = durationParts(duration);
    if (parts === null) return duration;
    const [one, many] = UNIT_WORDS[parts.unit];
    return counted(parts.count, one, many);
  },
};
