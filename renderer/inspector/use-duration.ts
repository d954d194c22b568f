import { useState } from 'react';
import { durationParts, durationText, type Unit } from './duration-parts.ts';

/**
 * A duration as a number of one unit. The unit that a person writes in stays, also where another one would say it
 * shorter; `parts` is null where the text is no duration.
 */
export function useDuration(text: string, onChange: (text: string) => void) {
  const [chosen, setChosen] = useState<Unit | null>(null);
  const parts = durationParts(text, chosen);
  const unit: Unit = parts?.unit ?? chosen ?? 'h';
  const set = (count: number, to: Unit): void => {
    setChosen(to);
    onChange(durationText(count, to));
  };
  return { parts, unit, set };
}
