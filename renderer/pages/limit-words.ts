import type { Action, Limit } from '../../engine/connections/contract.ts';
import { plainNumber } from '../ui/format.ts';
import { words } from '../words/index.ts';

/** What an action's contract says of its effects across cases, in plain words. */
export function acrossCases({ businessKey, limits }: Pick<Action, 'businessKey' | 'limits'>): string[] {
  const said = words().connections.across;
  const once =
    businessKey === undefined
      ? []
      : [said.once(businessKey.fields.map((field) => `“${field}”`).join(said.and), length(businessKey.within))];
  return [...once, ...(limits ?? []).map(limitLine)];
}

/** The same as short as a card has room for, in the same order. */
export function acrossShort({
  businessKey,
  limits,
}: Pick<Action, 'businessKey' | 'limits'>): { what: 'once' | 'limit'; text: string }[] {
  const said = words().connections.across;
  const once =
    businessKey === undefined
      ? []
      : [
          {
            what: 'once' as const,
            text: said.onceShort(businessKey.fields.join(said.and), length(businessKey.within)),
          },
        ];
  return [
    ...once,
    ...(limits ?? []).map((limit) => ({
      what: 'limit' as const,
      text:
        'sum' in limit
          ? said.sumShort(limit.sum, plainNumber(limit.max), length(limit.per))
          : said.countShort(plainNumber(limit.count), length(limit.per)),
    })),
  ];
}

const limitLine = (limit: Limit): string =>
  'sum' in limit
    ? words().connections.across.sum(limit.sum, plainNumber(limit.max), length(limit.per))
    : words().connections.across.count(plainNumber(limit.count), length(limit.per));

const length = (duration: string): string => words().durations.inWords(duration);
