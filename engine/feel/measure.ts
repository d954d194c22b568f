import { isFeelContext, isFeelList } from './guards.ts';
import type { Evaluation } from './evaluation.ts';
import type { FeelValue } from './value.ts';

/**
 * Pays for the size of a result. A list that holds one list many times over is small in memory and endless when written
 * out, so sharing counts each time it is met.
 */
export function measure(value: FeelValue, e: Evaluation): void {
  if (isFeelList(value)) {
    e.pay((value.length >> 2) + 1);
    for (const item of value) {
      if (typeof item === 'object' && item !== null) measure(item, e);
    }
  } else if (isFeelContext(value)) {
    e.pay((value.size >> 2) + 1);
    for (const item of value.values()) {
      if (typeof item === 'object' && item !== null) measure(item, e);
    }
  }
}
