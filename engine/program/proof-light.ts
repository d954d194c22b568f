/**
 * Whether an expression can outrun its budget of steps (engine/feel/evaluation.ts). One that does is null, and a table in
 * which one does gives null as a whole: a way out that the proof has to follow unless it can be ruled out.
 */
import type { Node } from '../feel/ast.ts';
import { childrenOf } from '../feel/ast.ts';
import { fieldOf, type FeelType } from '../feel/type.ts';
import type { Term } from './proof-expressions.ts';

/** Constructs that cost a fixed number of steps and give nothing that has a size. */
const LIGHT: ReadonlySet<Node['kind']> = new Set([
  'literal',
  'name',
  'member',
  'group',
  'negate',
  'arithmetic',
  'compare',
  'logic',
  'between',
  'if',
  'test',
  'tests',
  'range',
  'input',
]);
const LIGHT_CALLS: ReadonlySet<string> = new Set(['min', 'max', 'abs', 'floor', 'ceiling', 'not']);
/** Values of these kinds have a size, or may have. */
const SIZED: ReadonlySet<FeelType['kind']> = new Set(['any', 'list', 'context', 'range', 'function']);

/** Does the expression always end within its budget, and with a small value? */
export function isLight(term: Term): boolean {
  if (term.node === null || !isLightNode(term.node)) return false;
  const works = hasWork(term.node);
  if (works && asksInput(term.node)) return false;
  return term.reads.every((path) => {
    const type = typeAt(path, term);
    return type !== null && !SIZED.has(type.kind) && !(works && type.kind === 'string');
  });
}

function isLightNode(node: Node): boolean {
  if (node.kind === 'call') {
    const named = node.callee.kind === 'name' && LIGHT_CALLS.has(node.callee.name);
    return named && node.args.every((arg) => isLightNode(arg.value));
  }
  if (!LIGHT.has(node.kind)) return false;
  // A power takes as long as hundreds of other steps.
  if (node.kind === 'arithmetic' && node.op === '**') return false;
  return childrenOf(node).every(isLightNode);
}

/** Joining texts costs their length; comparing them does not. */
const hasWork = (node: Node): boolean =>
  node.kind === 'arithmetic' || node.kind === 'call' || childrenOf(node).some(hasWork);

const asksInput = (node: Node): boolean => node.kind === 'input' || childrenOf(node).some(asksInput);

function typeAt(path: readonly string[], { scope }: Term): FeelType | null {
  const [root = '', ...fields] = path;
  let type = Object.hasOwn(scope, root) ? (scope[root] ?? null) : null;
  for (const field of fields) {
    if (type === null || type.kind !== 'context') return type;
    type = fieldOf(type, field) ?? null;
  }
  return type;
}
