import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

/** Texts that stand in the code instead of the catalogue. */

const RENDERER = join(import.meta.dirname, '..');

/** Attributes and members whose texts are seen or read out. */
const TEXTS =
  /^(?:title|label|aria-(?:label|description|valuetext|roledescription)|placeholder|alt|text|description|legend|summary|help|example|hint|message|meaning)$/;
const LETTERS = /\p{L}/u;
/** Several words, begun or ended as a sentence is. */
const SENTENCE = /^(?=.*\p{L}{2,} \p{L}+)(?:\p{Lu}.*|.*[.…?])$/su;

/** Nobody may read these: they are thrown for whoever broke the code, and shown to no user. */
const THROWN = 'ThrowStatement';

interface Found {
  at: number;
  text: string;
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
const partsOf = (tree: Tree): Tree[] => Object.values(tree).flat().filter(isTree);

/** The texts that an expression may come to, of those that stand in it. */
function literals(node: unknown): Found[] {
  if (!isTree(node)) return [];
  switch (node['type']) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [{ at: Number(node['start']), text: node['value'] }] : [];
    case 'TemplateLiteral':
      return quasis(node);
    case 'ConditionalExpression':
      return [...literals(node['consequent']), ...literals(node['alternate'])];
    case 'LogicalExpression':
    case 'BinaryExpression':
      return [...literals(node['left']), ...literals(node['right'])];
    case 'JSXExpressionContainer':
      return literals(node['expression']);
    default:
      return [];
  }
}

const quasis = (template: Tree): Found[] =>
  partsOf({ all: template['quasis'] }).map((quasi) => ({
    at: Number(quasi['start']),
    text: isTree(quasi['value']) ? String(quasi['value']['cooked']) : '',
  }));

function nameOf(key: unknown): string {
  const name = isTree(key) ? (key['name'] ?? key['value']) : null;
  return typeof name === 'string' ? name : '';
}

function shownBy(node: Tree): Found[] {
  switch (node['type']) {
    case 'JSXText':
      return [{ at: Number(node['start']), text: String(node['value']) }];
    case 'JSXElement':
    case 'JSXFragment':
      return partsOf({ all: node['children'] }).flatMap((child) =>
        child['type'] === 'JSXExpressionContainer' ? literals(child) : [],
      );
    case 'JSXAttribute':
      return TEXTS.test(nameOf(node['name'])) ? literals(node['value']) : [];
    case 'Property':
      return TEXTS.test(nameOf(node['key'])) ? literals(node['value']) : [];
    case 'Literal':
      return literals(node).filter(({ text }) => SENTENCE.test(text));
    default:
      return [];
  }
}

/** Every text with letters in a source that a person would see, as `line: text`. */
function textsIn(source: string, tsx: boolean): string[] {
  const found: Found[] = [];
  const walk = (node: Tree): void => {
    if (node['type'] === THROWN) return;
    found.push(...shownBy(node).filter(({ text }) => LETTERS.test(text)));
    partsOf(node).forEach(walk);
  };
  partsOf({ all: parseAst(source, { lang: tsx ? 'tsx' : 'ts' }).body }).forEach(walk);
  const lines = found.map(({ at, text }) => `${source.slice(0, at).split('\n').length}: ${text.trim()}`);
  return [...new Set(lines)];
}

const SOURCES = globSync('**/*.{ts,tsx}', { cwd: RENDERER }).filter(
  (path) => !/\.test\.tsx?$|^test-kit\/|^words\//.test(path),
);

describe('texts outside of the catalogue', () => {
  it('W4 there are none', () => {
    expect(SOURCES.length).toBeGreaterThan(150);
    const found = SOURCES.flatMap((path) =>
      textsIn(readFileSync(join(RENDERER, path), 'utf8'), path.endsWith('x')).map((text) => `${path}:${text}`),
    );
    expect(found).toEqual([]);
  });

  it('W4 control: texts in elements, attributes, members and by themselves are found, and nothing else', () => {
    const source = `
      export const A = () => <p className="row wide" title={open ? 'Open it' : undefined}>Plain {count} things</p>;
      export const B = () => <A aria-label={\`\${count} problems\`}>{open && 'yes'}{words().shell.save}</A>;
      export const c = { label: 'Save', kind: 'ai-decision', className: 'row top' };
      export const d = ['Nothing was found.', 'n_topic', 'two words'];
      function e() { throw new Error('The studio has not started.'); }
    `;
    expect(textsIn(source, true)).toEqual([
      '2: Open it',
      '2: Plain',
      '2: things',
      '3: yes',
      '3: problems',
      '4: Save',
      '5: Nothing was found.',
    ]);
  });
});
