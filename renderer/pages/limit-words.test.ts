import { expect, it } from 'vitest';
import { acrossCases, acrossShort } from './limit-words.ts';

it('says business key and limits in plain words', () => {
  const said = acrossCases({
    businessKey: { fields: ['customer', 'ticket'], within: 'PT48H' },
    limits: [
      { count: 200, per: 'PT1H' },
      { sum: 'amount', max: 5000, per: 'PT24H' },
    ],
  });
  expect(said).toEqual([
    'Done once for the same “customer” and “ticket” in 2 days; after that it is refused.',
    'More than 200 in 1 hour wait for a person.',
    'More than 5,000 of “amount” in 1 day waits for a person.',
  ]);
  expect(acrossCases({})).toEqual([]);
  expect(acrossShort({ businessKey: { fields: ['customer', 'ticket'], within: 'PT48H' } })).toEqual([
    { what: 'once', text: 'once per customer and ticket in 2 days' },
  ]);
  const limits = [
    { count: 200, per: 'PT1H' },
    { sum: 'amount', max: 5000, per: 'PT24H' },
  ];
  expect(acrossShort({ limits }).map(({ text }) => text)).toEqual([
    'up to 200 in 1 hour',
    'amount up to 5,000 in 1 day',
  ]);
  expect(acrossShort({})).toEqual([]);
});
