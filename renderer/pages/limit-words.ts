import type { Action, Limit } from '../../engine/connections/contract.ts';
import { durationMs } from '../../nodes/duration.ts';
import { lengthOf, plainNumber } from '../ui/format.ts';

const words = {
  once: (fields: string, within: string) => `Done once for the same ${fields} in ${within}; after that it is refused.`,
  and: ' and ',
  count: (count: string, per: string) => `More than ${count} in ${per} wait for a person.`,
  sum: (field: string, max: string, per: string) => `More than ${max} of “${field}” in ${per} waits for a person.`,
};

/** What an action's contract says of its effects across cases, in plain words. */
export function acrossCases({ businessKey, limits }: Pick<Action, 'businessKey' | 'limits'>): string[] {
  const once =
    businessKey === undefined
      ? []
      : [words.once(businessKey.fields.map((field) => `“${field}”`).join(words.and), length(businessKey.within))];
  return [...once, ...(limits ?? []).map(limitLine)];
}

const limitLine = (limit: Limit): string =>
  'sum' in limit
    ? words.sum(limit.sum, plainNumber(limit.max), length(limit.per))
    : words.count(plainNumber(limit.count), length(limit.per));

const length = (duration: string): string => lengthOf(durationMs(duration));
