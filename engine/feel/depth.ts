/** How deep a syntax tree is. Walks keep their place on the stack, so a tree has a greatest depth. */
import { childrenOf } from './ast.ts';
import type { Node } from './ast.ts';

/** Levels of a tree: `1 + 1 + 1` has two, however it is written. */
export const MAX_DEPTH = 1000;

/** Variables stand inside each other. */
function levelsOf(node: Node): number {
  if (node.kind === 'for' || node.kind === 'quantified') return 1 + node.iterators.length;
  return node.kind === 'function' ? 1 + node.parameters.length : 1;
}

/** A node that lies deeper than the limit; null when there is none. */
export function beyondDepth(root: Node, limit: number): Node | null {
  const open: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const depth = top.depth + levelsOf(top.node);
    if (depth > limit) return top.node;
    for (const node of childrenOf(top.node)) open.push({ node, depth });
  }
  return null;
}
