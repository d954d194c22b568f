import { afterEach, describe, expect, it } from 'vitest';
import {
  clockTime,
  counted,
  decimalSign,
  exactTime,
  inOrder,
  lengthOf,
  LOCALES,
  longDate,
  money,
  percent,
  plainNumber,
  plainValue,
  setLocale,
  twoPlaces,
} from './format.ts';

afterEach(() => setLocale(null));

const NOON = new Date(2026, 2, 9, 13, 5).getTime();
/** Spaces of every width as one. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ');

describe('what people read, in their locale', () => {
  it.each([
    { locale: 'en-GB', number: '12,345.6', amount: '€1,234.50', date: '9 March 2026', share: '0.80', clock: '13:05' },
    {
      locale: 'en-US',
      number: '12,345.6',
      amount: '€1,234.50',
      date: 'March 9, 2026',
      share: '0.80',
      clock: '01:05 PM',
    },
    { locale: 'de-DE', number: '12.345,6', amount: '1.234,50 €', date: '9. März 2026', share: '0,80', clock: '13:05' },
    { locale: 'fr-FR', number: '12 345,6', amount: '1 234,50 €', date: '9 mars 2026', share: '0,80', clock: '13:05' },
  ])('L1 numbers, money and dates are written as in $locale', ({ locale, number, amount, date, share, clock }) => {
    setLocale(locale);
    expect(plain(plainNumber(12_345.6))).toBe(number);
    expect(plain(plainValue(12_345.6))).toBe(number);
    expect(plain(money(1234.5, 'EUR'))).toBe(amount);
    expect(longDate(NOON)).toBe(date);
    expect(twoPlaces(0.8)).toBe(share);
    expect(plain(clockTime(NOON))).toBe(clock);
    expect(share).toContain(decimalSign());
  });

  it('L1 what is empty is said in words', () => {
    expect([[], '', {}, [''], [[]]].map(plainValue)).toEqual([
      'empty list',
      'empty text',
      'nothing in it',
      'empty text',
      '[[]]',
    ]);
    expect([0, false, null].map(plainValue)).not.toContain('');
  });

  it('L2 everything that is written changes with the locale, and words do not', () => {
    const said = () => [exactTime(NOON), counted(12_345, 'case', 'cases'), lengthOf(2400), percent(0.5)].map(plain);
    setLocale('en-GB');
    const english = said();
    setLocale('de-DE');
    expect(said().map((text, i) => text === english[i])).toEqual([false, false, false, false]);
    expect(counted(2, 'case', 'cases')).toBe('2 cases');
  });

  it('P39 marks that turn the direction are shown, so that nothing is read in another order than it is signed', () => {
    expect(inOrder('to \u202E001 €')).toBe('to [U+202E]001 €');
    expect(plainValue(['\u2066a', 1])).toBe('[U+2066]a, 1');
    expect(plainValue({ name: 'a\u202D' })).toBe('{"name":"a[U+202D]"}');
    for (const text of ['שלום', 'a\u200Fb', 'Ada Moss', '']) expect(inOrder(text)).toBe(text);
  });

  it('L3 what is no locale is as none, and every one that can be chosen is one', () => {
    const own = plainNumber(12_345.6);
    for (const name of ['nowhere', 'x', '', 'de_DE']) {
      setLocale(name);
      expect(plainNumber(12_345.6)).toBe(own);
    }
    expect(Intl.NumberFormat.supportedLocalesOf([...LOCALES])).toHaveLength(LOCALES.length);
  });
});
