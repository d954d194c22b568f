import { parseIn } from '../../engine/feel/compile.ts';
import { childrenOf, type Node } from '../../engine/feel/ast.ts';
import { compileExpression, describeType, type FeelScopeTypes } from '../../engine/feel/index.ts';
import { completionsAt, type Offer } from '../inspector/offers.ts';
import { FUNCTIONS, type OfferedFunction } from './functions.ts';

/** What an editor of formulas offers and tells, without the editor: pure. */

export interface Suggestion {
  /** What is shown, found by and put in. */
  text: string;
  /** The type of a field, or the signature of a function. */
  detail: string;
  help: string;
  kind: 'name' | 'function';
  /** Characters before the caret that it replaces. */
  replaces: number;
}

const MAX_NAMES = 200;
const WORD_BEFORE = /(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_ ]*$/u;

/**
 * What could stand at the end of what was written before the caret: the names in scope first, then functions. Where a
 * word has not begun, everything is offered, but functions only when they are asked for.
 */
export function suggestionsFor(before: string, offers: readonly Offer[], asked: boolean): Suggestion[] {
  if (isInText(before)) return [];
  const named = completionsAt(before, offers).map(({ offer, replaces }) => nameOf(offer, replaces));
  const word = WORD_BEFORE.exec(before)?.[0].trimStart() ?? '';
  if (word === '') {
    if (named.length > 0 || !asked || before.endsWith('.')) return named;
    return [...offers.slice(0, MAX_NAMES).map((offer) => nameOf(offer, 0)), ...FUNCTIONS.map((one) => callOf(one, 0))];
  }
  return [...named, ...functionsFor(word)].toSorted((a, b) => b.replaces - a.replaces);
}

const nameOf = ({ path, type }: Offer, replaces: number): Suggestion => ({
  text: path,
  detail: type,
  help: '',
  kind: 'name',
  replaces,
});

const callOf = ({ name, signatures, help }: OfferedFunction, replaces: number): Suggestion => ({
  text: name,
  detail: signatures[0] ?? name,
  help: [help, ...signatures.slice(1)].join('\n'),
  kind: 'function',
  replaces,
});

/** Functions whose name begins with what was written last: with the most words of it that fit. */
function functionsFor(written: string): Suggestion[] {
  const lower = written.toLowerCase();
  for (let from = 0; from >= 0; from = nextWord(lower, from)) {
    const part = lower.slice(from);
    const found = FUNCTIONS.filter(({ name }) => name.startsWith(part) && name !== part);
    if (part !== '' && found.length > 0) return found.map((one) => callOf(one, part.length));
  }
  return [];
}

function nextWord(text: string, from: number): number {
  const blank = text.indexOf(' ', from);
  return blank < 0 ? -1 : blank + 1;
}

/** Whether the caret stands in a text that is not closed. */
const isInText = (before: string): boolean =>
  before
    .replaceAll(/\\./g, '')
    .replaceAll(/\/\/.*$/gm, '')
    .split('"').length %
    2 ===
  0;

export interface Told {
  from: number;
  to: number;
  /** In words: the type, or how it is called. */
  title: string;
  help: string;
}

/** What stands at a place of a formula: a field with its type, or a function with how it is called. Null for anything else. */
export function toldAt(source: string, at: number, scope: FeelScopeTypes): Told | null {
  const parsed = parseIn(source, scope);
  if (!parsed.ok) return null;
  const node = nodeAt(parsed.node, at);
  if (node === null) return null;
  const text = source.slice(node.from, node.to);
  const called = FUNCTIONS.find(
    ({ name }) => node.kind === 'name' && name === node.name && !Object.hasOwn(scope, name),
  );
  if (called !== undefined)
    return { from: node.from, to: node.to, title: called.signatures.join('\n'), help: called.help };
  const compiled = compileExpression(text, scope);
  // What a formula declares for itself, such as the name in a “for”, means nothing outside of its place.
  if (compiled.problems.some(({ severity }) => severity === 'error')) return null;
  return { from: node.from, to: node.to, title: `${text}: ${describeType(compiled.type)}`, help: '' };
}

/** The longest chain of names and members that ends where the place is. */
function nodeAt(node: Node, at: number): Node | null {
  if (at < node.from || at > node.to) return null;
  if (node.kind === 'name') return node;
  if (node.kind === 'member' && at >= node.nameAt.from && at <= node.nameAt.to) return node;
  for (const child of childrenOf(node)) {
    const found = nodeAt(child, at);
    if (found !== null) return found;
  }
  return null;
}
