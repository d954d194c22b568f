import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf } from './text-search.ts';

const few = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 200 });

test('a text is found where the machine finds it, however often it almost is', () => {
  fc.assert(
    fc.property(few, few, fc.nat(4), (text, wanted, times) => {
      const hay = text + wanted.repeat(times) + text;
      expect(positionOf(hay, wanted)).toBe(hay.indexOf(wanted));
      expect(positionOf(hay, `${wanted}b${wanted}`)).toBe(hay.indexOf(`${wanted}b${wanted}`));
      expect(positionOf(wanted, hay)).toBe(wanted.indexOf(hay));
    }),
    { numRuns: 1000 },
  );
});
