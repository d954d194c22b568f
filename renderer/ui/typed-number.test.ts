import { expect, test } from 'vitest';
import { shownNumber, typedNumber } from './typed-number.ts';

/** Types a text key by key into a field that shows what it is told to. */
function typeInto(text: string): { shown: string; value: number | null } {
  let shown = '';
  let value: number | null = null;
  for (const key of text) {
    const typed = shown + key;
    value = typedNumber(typed);
    shown = String(shownNumber(typed, value));
  }
  return { shown, value };
}

test('any number can be typed key by key, and is the one that was typed', () => {
  for (const text of ['12.5', '0.05', '-7', '-0.5', '1.50', '100', '0.001'])
    expect(typeInto(text)).toEqual({ shown: text, value: Number(text) });
});

test('what is no number is none, and a value from elsewhere is shown as it is', () => {
  for (const text of ['', '-', '.', '99999999999999999999']) expect(typedNumber(text)).toBeNull();
  expect(shownNumber('12.', 3)).toBe(3);
  expect(shownNumber('', 3)).toBe(3);
  expect(shownNumber('12.', null)).toBe('');
});
