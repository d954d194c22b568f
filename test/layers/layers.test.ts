import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkLayers } from './check-layers.ts';

const root = join(import.meta.dirname, '../..');
const fixtures = join(import.meta.dirname, 'fixtures');

/** What the fixtures ask for: each line that ends in `// refused: <rule>` must be refused, by that rule, and no other line. */
function askedFor(): string[] {
  return readdirSync(fixtures, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const rule = /\/\/ refused: ([a-z-]+)$/.exec(text)?.[1];
          return rule === undefined ? [] : [`${relative(fixtures, path)}:${index + 1} ${rule}`];
        });
    });
}

describe('who may know whom', () => {
  test('no room of the house imports what it may not, and pure rooms touch no clock, chance or I/O', () => {
    const refusals = checkLayers(root).map((one) => `${one.file}:${one.line} ${one.rule}: ${one.what} (${one.hint})`);
    expect(refusals).toEqual([]);
  });

  test('control: every forbidden import of the fixtures is refused by the rule it breaks, and nothing allowed is', () => {
    const found = new Set(checkLayers(fixtures).map((one) => `${one.file}:${one.line} ${one.rule}`));
    const asked = askedFor();
    expect(asked.length).toBeGreaterThan(100);
    expect([...found].toSorted()).toEqual(asked.toSorted());
  });
});
