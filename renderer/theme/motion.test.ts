import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { theme } from './theme.ts';

/** Whoever asks the system for less motion gets none, and nobody else loses it. */

const ROOT = join(import.meta.dirname, '..');
const REDUCED = '@media (prefers-reduced-motion: reduce)';
const plain = (css: string): string => css.replaceAll(/\/\*.*?\*\//gs, '');

/** A style sheet's rules within a media query, and the others. */
function split(css: string, query: string): { within: string; others: string } {
  let [within, others] = ['', plain(css)];
  for (let at = others.indexOf(query); at >= 0; at = others.indexOf(query)) {
    let end = others.indexOf('{', at) + 1;
    for (let depth = 1; depth > 0 && end < others.length; end++)
      depth += others[end] === '{' ? 1 : others[end] === '}' ? -1 : 0;
    within += others.slice(at, end);
    others = others.slice(0, at) + others.slice(end);
  }
  return { within, others };
}

const sheets = globSync('**/*.css', { cwd: ROOT }).map((path) => ({
  path,
  css: readFileSync(join(ROOT, path), 'utf8'),
}));
const vendors = ['@mantine/core/styles.css', '@mantine/notifications/styles.css', '@xyflow/react/dist/style.css'].map(
  (path) => ({ path, css: readFileSync(join(ROOT, '..', 'node_modules', path), 'utf8') }),
);
const MOVES = /(?:^|[\s;{])(?:transition|animation)(?:-duration)?:\s*([^;}]+)/g;
const movesIn = (css: string): string[] => [...css.matchAll(MOVES)].map(([, value]) => value?.trim() ?? '');

describe('motion', () => {
  const base = sheets.find(({ path }) => path.endsWith('base.css'))?.css ?? '';

  it('is none for anything where less of it is asked for, whatever another rule says', () => {
    const { within } = split(base, REDUCED);
    expect(within.replaceAll(/\s+/g, ' ')).toContain(
      '*, *::before, *::after { animation-duration: 0s !important; transition-duration: 0s !important; }',
    );
    // Only a rule that insists as well could move in spite of it.
    const insisting = [...sheets, ...vendors].flatMap(({ path, css }) =>
      movesIn(split(css, REDUCED).others)
        .filter((value) => value.includes('!important') && !/^(?:none|0s|0ms)\b/.test(value))
        .map((value) => `${path}: ${value}`),
    );
    expect(insisting).toEqual([]);
  });

  it('is there otherwise, and is not written as scripts that ask nobody', () => {
    const moving = sheets.flatMap(({ css }) => movesIn(split(css, REDUCED).others));
    expect(moving.length).toBeGreaterThan(3);
    expect(moving.filter((value) => /^(?:none|0s)/.test(value))).toEqual([]);
    const quick = sheets.map(({ css }) => /--quick:\s*([\d.]+)(m?s)/.exec(css)).find((one) => one !== null);
    expect(Number(quick?.[1])).toBeGreaterThan(0);
    expect(theme.respectReducedMotion).toBe(true);
    const scripts = globSync('**/*.{ts,tsx,css}', { cwd: ROOT, exclude: (path) => path.endsWith('.test.ts') });
    const smooth = scripts.filter((path) =>
      /behavior: ?'smooth'|scroll-behavior: ?smooth/.test(readFileSync(join(ROOT, path), 'utf8')),
    );
    expect(smooth.filter((path) => !path.endsWith('motion.test.ts'))).toEqual([]);
  });
});
