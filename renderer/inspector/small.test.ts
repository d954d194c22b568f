import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationSchema } from '../../engine/connections/contract.ts';
import { durationParts, durationText, UNITS, type Unit } from './duration-parts.ts';
import { completionsAt, offersOf } from './offers.ts';

describe('durations', () => {
  it('D1 what is shown says the same time as what is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...UNITS), (count, { unit, seconds }) => {
        const text = durationText(count, unit);
        expect(durationSchema.safeParse(text).success).toBe(true);
        const parts = durationParts(text);
        const shown = UNITS.find((one) => one.unit === parts?.unit)?.seconds ?? 0;
        expect((parts?.count ?? 0) * shown).toBe(count * seconds);
      }),
    );
    expect(durationParts('P1DT12H')).toEqual({ count: 36, unit: 'h' });
    expect(durationParts('soon')).toBeNull();
  });

  it('D2 what is written digit by digit in a unit is what was written, in that unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...UNITS), (count, { unit }) => {
        let shown: { count: number; unit: Unit } = { count: 0, unit };
        for (const digit of String(count)) {
          // Into the field as it stands, and in the unit that stands beside it.
          const text = durationText(Number(`${shown.count}${digit}`), shown.unit);
          shown = durationParts(text, shown.unit) ?? shown;
        }
        expect(shown).toEqual({ count, unit });
      }),
    );
    // What came from elsewhere and is not whole in that unit is shown in one in which it is.
    expect(durationParts('PT36H', 'd')).toEqual({ count: 36, unit: 'h' });
    // The control: without it the digits land in another unit.
    expect(durationParts(durationText(24, 'h'))).toEqual({ count: 1, unit: 'd' });
  });
});

const offers = offersOf({
  input: {
    kind: 'context',
    open: false,
    fields: { message: { kind: 'string' }, 'due date': { kind: 'date', nullable: true } },
  },
  'last order': { kind: 'number' },
});

describe('names that are offered', () => {
  const found = (before: string) => completionsAt(before, offers).map(({ offer, replaces }) => [offer.path, replaces]);

  it('O1 fields follow what holds them, with their types', () => {
    expect(offers.map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'input: record',
      'input.message: text',
      'input.due date: date or nothing',
      'last order: number',
    ]);
  });

  it('O2 names with spaces are found, from the beginning of a word only', () => {
    expect(found('1 + last or')).toEqual([['last order', 7]]);
    expect(found('input.d')).toEqual([['input.due date', 7]]);
    expect(found('xinput.d')).toEqual([]);
    expect(found('last order')).toEqual([]);
    expect(found('')).toEqual([]);
  });

  it('O3 a value in quotes is found with them and without; a quote that closes a text offers nothing', () => {
    const values = [{ path: '"late payer"', type: 'value', also: 'late payer' }];
    const at = (before: string) => completionsAt(before, values).map(({ replaces }) => replaces);
    expect(at('lat')).toEqual([3]);
    expect(at('not("la')).toEqual([3]);
    expect(at('"late payer"')).toEqual([]);
    expect(at('""')).toEqual([]);
  });
});
