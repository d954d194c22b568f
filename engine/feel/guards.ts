/** Which kind of FEEL value is it? In a file of its own, so that every other can use it. */
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import type { FeelContext, FeelList, FeelTemporal, FeelValue } from './value.ts';

export function isFeelList(value: FeelValue | undefined): value is FeelList {
  return Array.isArray(value);
}

export function isFeelContext(value: FeelValue | undefined): value is FeelContext {
  return value instanceof Map;
}

export function isFeelTemporal(value: FeelValue): value is FeelTemporal {
  return (
    value instanceof FeelDate ||
    value instanceof FeelTime ||
    value instanceof FeelDateTime ||
    value instanceof DayTimeDuration ||
    value instanceof YearMonthDuration
  );
}
