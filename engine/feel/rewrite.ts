/** Rewriting by syntax tree: renaming what an expression reads, and one spelling for equal expressions. */
import type { Node } from './ast.ts';
import { bare, childrenOf } from './ast.ts';
import { parseIn } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { literalText, stringLiteral } from './format.ts';
import { canonicalName } from './names.ts';
import type { FeelScopeTypes } from './problem.ts';

interface Replacement {
  readonly from: number;
  readonly to: number;
}

/**
 * Replaces each mention of a variable of the scope by another name; what is called the same elsewhere (a field, a local
 * variable, a text) stays. With `oldName` as `variable.field` it is that field of the variable that gets the name
 * `newName`; no name has a dot. A source that does not parse is given back as it is.
 */
export function renameInExpression(
  source: string,
  scope: FeelScopeTypes,
  oldName: string,
  newName: string,
  options: CompileOptions = {},
): string {
  const [wanted = '', member = null] = oldName.split('.').map(canonicalName);
  const known = Object.hasOwn(scope, wanted) ? scope : { ...scope, [wanted]: { kind: 'any' as const } };
  const parsed = parseIn(source, known, options);
  if (!parsed.ok) return source;
  const found: Replacement[] = [];
  collect(parsed.node, { name: wanted, member }, new Set(), found);
  let result = source;
  for (const { from, to } of found.toSorted((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + newName + result.slice(to);
  }
  return result;
}

/** A variable, or a field of one. */
interface Wanted {
  readonly name: string;
  readonly member: string | null;
}

/** Collects the mentions of a name, or of a field of what has it, where no local of that name hides it. */
function collect(node: Node, name: Wanted, hidden: ReadonlySet<string>, found: Replacement[]): void {
  if (node.kind === 'name') {
    if (name.member === null && node.name === name.name && !hidden.has(name.name)) found.push(node);
    return;
  }
  if (node.kind === 'member' && node.name === name.member) {
    const base = bare(node.base);
    if (base.kind === 'name' && base.name === name.name && !hidden.has(name.name)) found.push(node.nameAt);
  }
  if (node.kind === 'for' || node.kind === 'quantified') {
    let inner = hidden;
    for (const iterator of node.iterators) {
      collect(iterator.domain, name, inner, found);
      if (iterator.end !== null) collect(iterator.end, name, inner, found);
      inner = new Set([...inner, iterator.name]);
    }
    collect(node.body, name, inner, found);
    return;
  }
  if (node.kind === 'function') {
    const inner = new Set([...hidden, ...node.parameters.map((parameter) => parameter.name)]);
    if (node.body !== null) collect(node.body, name, inner, found);
    return;
  }
  if (node.kind === 'context') {
    let inner = hidden;
    for (const entry of node.entries) {
      collect(entry.value, name, inner, found);
      inner = new Set([...inner, entry.key]);
    }
    return;
  }
  for (const child of childrenOf(node)) collect(child, name, hidden, found);
}

/**
 * One text for all spellings of an expression: white space, comments, needless parentheses and the forms of numbers and
 * names are made alike. Two sources with the same normal text are the same expression; a source that does not parse is
 * its own normal text.
 */
export function normalise(source: string, scope: FeelScopeTypes, options: CompileOptions = {}): string {
  const parsed = parseIn(source, scope, options);
  return parsed.ok ? textOf(parsed.node) : source.trim();
}

/** The normal text of a node. Operators are always grouped, so that no order of binding has to be known to compare. */
export function textOf(node: Node): string {
  const inner = bare(node);
  switch (inner.kind) {
    case 'literal':
      return literalOf(inner.value);
    case 'name':
      return inner.name;
    case 'input':
      return '?';
    case 'member':
      return `${operandOf(inner.base)}.${inner.name}`;
    case 'filter':
      return `${operandOf(inner.base)}[${textOf(inner.condition)}]`;
    case 'call':
      return `${operandOf(inner.callee)}(${inner.args
        .map((arg) => `${arg.name === null ? '' : `${arg.name}: `}${textOf(arg.value)}`)
        .join(', ')})`;
    case 'negate':
      return `-${operandOf(inner.operand)}`;
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return `${operandOf(inner.left)} ${inner.op} ${operandOf(inner.right)}`;
    default:
      return constructOf(inner);
  }
}

function constructOf(node: Node): string {
  switch (node.kind) {
    case 'between':
      return `${operandOf(node.value)} between ${operandOf(node.low)} and ${operandOf(node.high)}`;
    case 'in':
      return `${operandOf(node.value)} in (${node.tests.map(textOf).join(', ')})`;
    case 'instance':
      return `${operandOf(node.value)} instance of ${typeText(node.type)}`;
    case 'if':
      return `if ${textOf(node.condition)} then ${textOf(node.then)} else ${textOf(node.otherwise)}`;
    case 'for':
      return `for ${iteratorsOf(node)} return ${textOf(node.body)}`;
    case 'quantified':
      return `${node.every ? 'every' : 'some'} ${iteratorsOf(node)} satisfies ${textOf(node.body)}`;
    case 'list':
      return `[${node.items.map(textOf).join(', ')}]`;
    case 'context':
      return `{${node.entries.map((entry) => `${stringLiteral(entry.key)}: ${textOf(entry.value)}`).join(', ')}}`;
    case 'range':
      return `${node.lowIncluded ? '[' : '('}${textOf(node.low)}..${textOf(node.high)}${node.highIncluded ? ']' : ')'}`;
    case 'test':
      return `${node.op} ${operandOf(node.operand)}`;
    case 'tests':
      return testsText(node);
    case 'function':
      return `function(${node.parameters.map((p) => (p.type === null ? p.name : `${p.name}: ${typeText(p.type)}`)).join(', ')}) ${node.body === null ? 'external' : textOf(node.body)}`;
    default:
      return textOf(node);
  }
}

function testsText(node: Node & { kind: 'tests' }): string {
  if (node.items.length === 0) return '-';
  const items = node.items.map(textOf).join(', ');
  return node.negated ? `not(${items})` : items;
}

function literalOf(value: Parameters<typeof literalText>[0]): string {
  const text = literalText(value);
  const temporal = typeof value === 'object' && value !== null && !/^-?[\d.]+$/.test(text);
  return temporal ? `@"${text}"` : text;
}

const ATOMS: ReadonlySet<Node['kind']> = new Set([
  'literal',
  'name',
  'input',
  'member',
  'filter',
  'call',
  'list',
  'context',
  'range',
]);

function operandOf(node: Node): string {
  const text = textOf(node);
  return ATOMS.has(bare(node).kind) ? text : `(${text})`;
}

function iteratorsOf(node: Node & { kind: 'for' | 'quantified' }): string {
  return node.iterators
    .map((it) => `${it.name} in ${textOf(it.domain)}${it.end === null ? '' : `..${textOf(it.end)}`}`)
    .join(', ');
}

type TypeNode = (Node & { kind: 'instance' })['type'];

function typeText(type: TypeNode): string {
  switch (type.kind) {
    case 'named':
      return type.name;
    case 'list':
    case 'range':
      return `${type.kind}<${typeText(type.of)}>`;
    case 'context':
      return `context<${type.fields.map(([name, of]) => `${name}: ${typeText(of)}`).join(', ')}>`;
    case 'function':
      return `function<${type.parameters.map(typeText).join(', ')}> -> ${type.result === null ? 'Any' : typeText(type.result)}`;
  }
}
