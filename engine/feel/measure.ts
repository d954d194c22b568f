import type { Evaluation } from './evaluation.ts';
import type { FeelContext, FeelList, FeelValue } from './value.ts';

/**
 * Pays for the size of a result. A list that holds one list many times over is small in memory and endless when written
 * out, so sharing counts each time it is met.
 */
export function measure(value: FeelValue, e: Evaluation): void {
  if (Array.isArray(value)) {
    e.pay((value.length >> 2) + 1);
    for (const item of value as FeelList) {
      if (typeof item === 'object' && item !== null) measure(item, e);
    }
  } else if (value instanceof Map) {
    e.pay((value.size >> 2) + 1);
    for (const item of (value as FeelContext).values()) {
      if (typeof item === 'object' && item !== null) measure(item, e);
    }
  }
}
