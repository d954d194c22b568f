import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What is told by a ground or a shadow alone is told by the system's colours where it draws with its own. */

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const css = read('theme/forced-colors.css');

describe('in the system’s own colours', () => {
  const told = [
    ['a switch', '.mantine-Switch-track'],
    ['where one is', ".rail-item[aria-current='page']"],
    ['the flow that is open', ".flow-item[aria-current='true']"],
    ['the tab that is open', ".fold-tab[aria-selected='true']"],
    ['a step that is selected', '.card.selected'],
    ['whether the engine is there', '.status-dot'],
    ['what cases came to', '.outcomes'],
    ['progress', '.mantine-Progress-section'],
    ['a chip', '.chip'],
  ] as const;
  it.each(told)('%s is seen', (_, selector) => expect(css).toContain(selector));

  it('no colour is the studio’s own, and the rules come after all others', () => {
    expect(css.match(/var\(--(?!far-size)[\w-]+\)|#[\da-f]{3,8}\b|rgb|hsl/g)).toBeNull();
    expect(css).toMatch(/@media \(forced-colors: active\)/);
    const sheets = [...read('main.tsx').matchAll(/import '([^']+\.css)'/g)].map(([, path]) => path);
    expect(sheets.at(-1)).toBe('./theme/forced-colors.css');
  });
});
