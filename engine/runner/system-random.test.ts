import { expect, test } from 'vitest';
import { systemRandom } from './system-random.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('gives as many bytes as asked for, whatever was asked before', () => {
  const random = systemRandom();
  for (const bytes of [0, 1, 10, 1_024, 1_025, 8_192, 100_000, 10]) expect(random(bytes)).toHaveLength(bytes);
});

test('never hands out the same bytes twice, also across fillings of its pool', () => {
  const random = systemRandom();
  const seen = new Set(Array.from({ length: 5_000 }, () => hex(random(16))));
  expect(seen.size).toBe(5_000);
  expect([...seen].some((text) => text === '0'.repeat(32))).toBe(false);
});

test('what was handed out belongs to whoever asked: writing to it changes nothing else', () => {
  const random = systemRandom();
  const first = random(16);
  const copy = hex(first);
  const second = random(16);
  second.fill(0xff);
  expect(hex(first)).toBe(copy);
});
