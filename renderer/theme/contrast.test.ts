import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookOf } from './use-look.ts';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** The colours of a theme, by the selector under which they stand. */
function tokensOf(selector: string): ReadonlyMap<string, string> {
  const from = css.indexOf(selector);
  if (from === -1) throw new Error(`there is no theme under ${selector}`);
  const block = css.slice(css.indexOf('{', from), css.indexOf('}', from));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ['ink', 'ink-2', 'ink-3', 'accent', 'red', 'amber', 'green', 'violet', 'gold', 'teal', 'plum', 'slate'];
const GROUNDS = ['paper', 'raised', 'sunken'];
const TONES = ['accent', 'red', 'amber', 'green', 'violet', 'gold', 'teal', 'plum', 'slate'];
const FRAMES = ['line-strong', 'accent-line', 'red-line', 'amber-line', 'green-line', 'wire'];

/** Every text of a theme on every ground on which it stands. */
const textPairs = (): [string, string][] => [
  ...TEXT.flatMap((text) => GROUNDS.map((ground): [string, string] => [text, ground])),
  ...TONES.map((tone): [string, string] => [tone, `${tone}-soft`]),
  ...TONES.map((tone): [string, string] => ['ink', `${tone}-soft`]),
  ...['ink', 'ink-2'].map((text): [string, string] => [text, 'hover']),
  ['ink', 'note'],
  ['on-red', 'red-fill'],
  ['on-red', 'red-fill-hover'],
  ['on-accent', 'accent-fill'],
  ['on-accent', 'accent-fill-hover'],
];

function tooWeak(selector: string, pairs: readonly (readonly [string, string])[], least: number): string[] {
  const tokens = tokensOf(selector);
  const colour = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`${selector} has no --${name}`);
    return value;
  };
  return pairs.flatMap(([a, b]) => {
    const found = contrast(colour(a), colour(b));
    return found < least ? [`${a} on ${b}: ${found.toFixed(2)}`] : [];
  });
}

const THEMES = [
  { theme: 'light', selector: "[data-mantine-color-scheme='light']", text: 4.5 },
  { theme: 'dark', selector: "[data-mantine-color-scheme='dark']", text: 4.5 },
  { theme: 'high contrast', selector: ':root[data-high-contrast]', text: 7 },
];

describe('colours', () => {
  it.each(THEMES)('C1 every text of $theme has a contrast of at least $text', ({ selector, text }) => {
    expect(tooWeak(selector, textPairs(), text)).toEqual([]);
  });

  it.each(THEMES)('C2 frames and marks of $theme have a contrast of at least 3', ({ selector }) => {
    const pairs = FRAMES.flatMap((frame) => GROUNDS.map((ground): [string, string] => [frame, ground]));
    expect(tooWeak(selector, pairs, 3)).toEqual([]);
  });

  it('C3 the check tells weak from strong', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(tooWeak(':root[data-high-contrast]', [['hover', 'paper']], 3)).toHaveLength(1);
    expect(tooWeak("[data-mantine-color-scheme='light']", textPairs(), 7).length).toBeGreaterThan(0);
  });

  it('C4 all themes name the same colours', () => {
    const [light, dark, high] = THEMES.map(({ selector }) => [...tokensOf(selector).keys()].sort());
    expect(dark).toEqual(light);
    expect(high).toEqual(light);
  });

  it('C5 who leaves it to the system gets what the system asks for', () => {
    expect(lookOf('system', { dark: true, contrast: false })).toEqual({ scheme: 'dark', contrast: false });
    expect(lookOf('system', { dark: false, contrast: true })).toEqual({ scheme: 'dark', contrast: true });
    expect(lookOf('light', { dark: true, contrast: true })).toEqual({ scheme: 'light', contrast: false });
    expect(lookOf('contrast', { dark: false, contrast: false })).toEqual({ scheme: 'dark', contrast: true });
  });
});
