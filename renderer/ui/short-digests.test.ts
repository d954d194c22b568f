import { expect, it } from 'vitest';
import { shortDigests } from './format.ts';

it('digests in a sentence are told by their beginnings, and nothing else is shortened', () => {
  const digest = `0123456789ab${'c'.repeat(52)}`;
  expect(shortDigests(`began with sha256-${digest}, release 1`)).toBe('began with sha256-0123456789ab…, release 1');
  expect(shortDigests(`${digest}0`)).toBe(`${digest}0`);
  expect(shortDigests('row 4 matched')).toBe('row 4 matched');
});
