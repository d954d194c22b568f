import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeValue, toJson } from '../feel/value.ts';
import type { Fields } from './document.ts';
import { CountersignError } from './error.ts';
import { inputOf } from './input.ts';

const FIELDS: Fields = {
  text: { type: 'string' },
  kind: { type: 'string', values: ['a', 'b'], optional: true },
  count: { type: 'number', optional: true },
  flag: { type: 'boolean', optional: true },
  day: { type: 'date', optional: true },
  moment: { type: 'date and time', optional: true },
};

const refused = (given: Record<string, unknown>): { code: string; path: unknown } => {
  try {
    inputOf(FIELDS, given);
  } catch (error) {
    if (error instanceof CountersignError) return { code: error.code, path: error.where?.path };
    throw error;
  }
  return { code: 'accepted', path: null };
};

describe('an input', () => {
  it('is what its fields say, in their order, and null where a field is left out', () => {
    const input = inputOf(FIELDS, { moment: '2026-03-02T10:00:00+01:00', day: '2026-03-02', text: 't', count: 0.1 });
    expect([...input.keys()]).toEqual(Object.keys(FIELDS));
    expect(encodeValue(input)).toEqual({
      text: 't',
      kind: null,
      count: { $number: '0.1' },
      flag: null,
      day: { $date: '2026-03-02' },
      moment: { $datetime: '2026-03-02T10:00:00+01:00' },
    });
  });

  it.each([
    ['a field that is missing', {}, 'text'],
    ['null for a field that must be there', { text: null }, 'text'],
    ['a number for a text', { text: 5 }, 'text'],
    ['a list for a text', { text: ['a'] }, 'text'],
    ['a text that is not among the values', { text: 't', kind: 'c' }, 'kind'],
    ['a text that is no number', { text: 't', count: 'many' }, 'count'],
    ['true for a number', { text: 't', count: true }, 'count'],
    ['a text for true', { text: 't', flag: 'true' }, 'flag'],
    ['a day that is not in the calendar', { text: 't', day: '2026-02-30' }, 'day'],
    ['a moment that no day has', { text: 't', moment: '2026-03-02T25:00:00Z' }, 'moment'],
    ['a field that the flow does not know', { text: 't', more: 1 }, 'more'],
    ['a name of every object', { text: 't', constructor: 1 }, 'constructor'],
  ])('is refused with the path of the field: %s', (_, given, name) => {
    expect(refused(given)).toEqual({ code: 'INPUT_INVALID', path: ['input', name] });
  });

  it('a field from nowhere is not taken from the prototype', () => {
    const given = Object.setPrototypeOf({}, { text: 'inherited' }) as unknown;
    if (typeof given !== 'object' || given === null) throw new Error('it is an object');
    expect(refused({ ...given }).code).toBe('INPUT_INVALID');
    expect(refused(Object.assign(given, { count: 1 })).code).toBe('INPUT_INVALID');
  });

  it('P29 what a personal field was given is not in the refusal, of whichever sort it is: it may be kept in a log', () => {
    const said = (fields: Fields, given: Record<string, unknown>, what: 'input' | 'answer'): string => {
      try {
        inputOf(fields, given, what);
      } catch (error) {
        if (error instanceof CountersignError) return JSON.stringify(error.toShape());
        throw error;
      }
      return 'accepted';
    };
    const wrong: readonly [Fields[string], unknown][] = [
      [{ type: 'string' }, 4711],
      [{ type: 'string' }, { name: 4711 }],
      [{ type: 'string', values: ['a', 'b'] }, 'Larkin 4711'],
      [{ type: 'number' }, 'Larkin 4711'],
      [{ type: 'boolean' }, 'Larkin 4711'],
      [{ type: 'date' }, '4711-13-45'],
      [{ type: 'list', of: 'number' }, ['Larkin 4711']],
    ];
    for (const [field, given] of wrong)
      for (const mark of [{ personal: true }, { identifies: true }])
        for (const what of ['input', 'answer'] as const) {
          const refusal = said({ who: { ...field, ...mark } }, { who: given }, what);
          expect(refusal).toContain('INPUT_INVALID');
          expect(refusal).toContain('“who”');
          expect(refusal).not.toContain('4711');
          // The control: of a field that is nobody’s it is told, as whoever sent it looks for it.
          expect(said({ who: field }, { who: given }, what)).toContain('4711');
        }
    // Of a field that nobody declared its name alone is told.
    expect(said({}, { who: 'Larkin 4711' }, 'input')).not.toContain('4711');
  });

  it('whatever JSON is given: an input of the declared types, or a refusal, and never anything else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(FIELDS), 'other'), fc.jsonValue()), (given) => {
        const { code } = refused(given);
        expect(['accepted', 'INPUT_INVALID']).toContain(code);
        const text = code === 'accepted' ? toJson(inputOf(FIELDS, given).get('text') ?? null) : '';
        expect(typeof text).toBe('string');
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
