import { expect, test } from 'vitest';
import { draw, seedRecord } from './generate.ts';
import { collectionSchema, systemSchema, type Collection } from './system-document.ts';
import { shopSystem } from './shop.fixture.ts';

const people: Collection = collectionSchema.parse({
  generate: {
    name: { text: '{id} in {city} ##' },
    city: { choice: { Bern: 1, Graz: 3 } },
    age: { integer: { from: 18, to: 20 } },
    money: {
      oneOf: [
        { weight: 2, make: { decimal: { from: 0, to: 50, places: 2 } } },
        { weight: 1, make: { decimal: { from: 50.01, to: 90, places: 2 } } },
      ],
    },
    since: { date: { from: '2024-02-28', to: '2024-03-01' } },
    kind: { chance: 0.25 },
  },
});
const person = (seed: number, id: string) => seedRecord('people', people, seed, id);
const many = Array.from({ length: 4000 }, (_, i) => person(1, String(i)));

const share = (holds: (record: Record<string, unknown>) => boolean) =>
  many.filter((record) => record !== undefined && holds(record)).length / many.length;

test('the same seed, collection and id give the same record; each of them changes it', () => {
  expect(person(7, 'x')).toEqual(person(7, 'x'));
  const differs = (other: object | undefined) => JSON.stringify(other) !== JSON.stringify(person(7, 'x'));
  expect(differs(person(8, 'x'))).toBe(true);
  expect(differs(person(7, 'y'))).toBe(true);
  expect(differs(seedRecord('others', people, 7, 'x'))).toBe(true);
});

test('the order of fields and of choices in the document decides nothing', () => {
  const turned: Collection = {
    generate: {
      ...Object.fromEntries(Object.entries(people.generate ?? {}).toReversed()),
      city: { choice: { Graz: 3, Bern: 1 } },
    },
  };
  for (const id of ['1', '2', '3', '4', '5']) expect(seedRecord('people', turned, 1, id)).toEqual(person(1, id));
});

test('values keep their range and places, and spread by their weights', () => {
  for (const record of many) {
    expect([18, 19, 20]).toContain(record?.age);
    expect(['2024-02-28', '2024-02-29', '2024-03-01']).toContain(record?.since);
    expect(String(record?.money)).toMatch(/^\d+(\.\d{1,2})?$/);
    expect(record?.name).toMatch(new RegExp(`^\\d+ in ${String(record?.city)} \\d\\d$`));
  }
  expect(share((r) => r.city === 'Graz')).toBeCloseTo(0.75, 1);
  expect(share((r) => r.age === 18)).toBeCloseTo(1 / 3, 1);
  expect(share((r) => Number(r.money) > 50)).toBeCloseTo(1 / 3, 1);
  expect(share((r) => r.kind === true)).toBeCloseTo(0.25, 1);
});

test('draws of neighbouring words are spread evenly and do not follow each other', () => {
  const draws = Array.from({ length: 10_000 }, (_, i) => draw(1, 'a', i));
  for (let tenth = 0; tenth < 10; tenth++)
    expect(draws.filter((d) => Math.floor(d * 10) === tenth).length / 1000).toBeCloseTo(1, 0);
  const together = draws.slice(1).filter((d, i) => d < 0.5 === (draws[i] ?? 0) < 0.5).length / draws.length;
  expect(together).toBeCloseTo(0.5, 1);
});

test('only ids in range exist, each in one spelling; rows of the document win', () => {
  const orders = shopSystem.collections.orders;
  if (orders === undefined) throw new Error('no orders');
  const exists = (id: string) => seedRecord('orders', orders, 1, id) !== undefined;
  expect(['1', '10000', 'special'].map(exists)).toEqual([true, true, true]);
  expect(['0', '10001', '01', '-1', '1.0', '', 'x', 'constructor', '__proto__'].some(exists)).toBe(false);
  expect(seedRecord('orders', orders, 1, 'special')).toMatchObject({ total: 1000 });
  const padded: Collection = { ...orders, ids: { prefix: 'C-', digits: 5, from: 0, to: 99_999 } };
  expect(['C-00042', 'C-42', 'D-00042'].map((id) => seedRecord('orders', padded, 1, id) !== undefined)).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  ['a circle', { a: { copy: 'b' }, b: { text: 'x{a}' } }, 'circle'],
  ['a field that is not there', { a: { copy: 'nobody' } }, 'nobody'],
])('a document whose generated fields refer to %s is refused', (_what, generate, says) => {
  const parsed = systemSchema.safeParse({
    ...shopSystem,
    collections: { ...shopSystem.collections, letters: { generate } },
  });
  expect(parsed.error?.issues[0]?.message).toContain(says);
});
