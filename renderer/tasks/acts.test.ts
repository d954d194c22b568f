import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '../ui/numbers.ts';
import { approveLabel, byWeight } from './acts.ts';
import { saidOf } from './said.ts';

type Said = Parameters<typeof saidOf>[0];

const effect = (kind: 'read' | 'reversible' | 'irreversible', sentence: string) => ({
  node: 'n',
  name: 'pay',
  connection: 'billing',
  action: 'pay',
  class: kind,
  sentence,
  said: [sentence] as Said[number][],
  request: {},
});
const task = (...effects: ReturnType<typeof effect>[]) => ({ type: 'approve' as const, title: 'Credit', effects });

describe('the approver’s buttons', () => {
  it('A1 name the act, without what explains it', () => {
    expect(approveLabel(task(effect('irreversible', 'Credit 340 € to Ada; it cannot be called back')))).toBe(
      'Approve: credit 340 € to Ada',
    );
    expect(approveLabel(task(effect('reversible', 'PIN is reset'), effect('irreversible', 'Pay')))).toBe(
      'Approve: PIN is reset, and 1 more',
    );
  });

  it('A2 say plainly when nothing is done, and what a case in doubt asks', () => {
    expect(approveLabel(task(effect('read', 'Read the account')))).toBe('Approve');
    expect(approveLabel({ ...task(), type: 'settle' })).toBe('It happened');
  });

  it('A3 what cannot be taken back stands first', () => {
    const list = [effect('read', 'a'), effect('reversible', 'b'), effect('irreversible', 'c')];
    expect(byWeight(list).map(({ sentence }) => sentence)).toEqual(['c', 'b', 'a']);
  });
});

describe('what will be done, as where the person lives', () => {
  afterEach(() => setLocale(null));
  const pay: Said[number][] = [
    'Pay ',
    { value: 905.5 },
    ' € to ',
    { value: 'Ada 5 €' },
    '; ',
    { value: 1200 },
    ' pieces',
  ];

  it('A4 money and numbers are written in the locale, and texts of the request as they came', () => {
    setLocale('en-GB');
    expect(saidOf(pay)).toBe('Pay €905.50 to Ada 5 €; 1,200 pieces');
    setLocale('de-DE');
    expect(saidOf(pay)).toBe('Pay 905,50\u00a0€ to Ada 5 €; 1.200 pieces');
    expect(saidOf(['Pay USD ', { value: 3 }, ' now'])).toBe('Pay 3,00\u00a0$ now');
    setLocale('en-GB');
    expect(approveLabel(task({ ...effect('irreversible', ''), said: pay }))).toBe('Approve: pay €905.50 to Ada 5 €');
  });

  it('A5 what is not known is said to be so; a sign that is part of a word, or stands by a text, is no currency', () => {
    expect(saidOf(['Pay ', { value: null }, ' €'])).toBe('Pay … €');
    expect(saidOf(['Take ', { value: 2 }, ' EURO'])).toBe('Take 2 EURO');
    expect(saidOf(['To ', { value: 'x' }, ' €'])).toBe('To x €');
  });
});
