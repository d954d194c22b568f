/** What one turn of a loop, or one call of a function, costs by the size of its body: paid in advance, branches and all. */
import { childrenOf } from './ast.ts';
import type { Node } from './ast.ts';

/** Nodes that are run for one step; what costs more than a node pays for itself. */
const NODES_PER_STEP = 16;

const sizes = new WeakMap<Node, number>();

/** Steps for the nodes of a body; none for a small one. */
export function weightOf(body: Node): number {
  return Math.floor(sizeOf(body) / NODES_PER_STEP);
}

/** The nodes of a tree. Bodies in bodies are counted once. */
function sizeOf(root: Node): number {
  const known = sizes.get(root);
  if (known !== undefined) return known;
  let size = 0;
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const inner = sizes.get(node);
    size += inner ?? 1;
    if (inner === undefined) open.push(...childrenOf(node));
  }
  sizes.set(root, size);
  return size;
}

/** Whether a body speaks of a name anywhere in it. */
export function speaksOf(root: Node, name: string): boolean {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'name' && node.name === name) return true;
    open.push(...childrenOf(node));
  }
  return false;
}
