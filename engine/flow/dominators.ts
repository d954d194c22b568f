/** Nodes as numbers from 0, with the numbers of their neighbours. */
export type Neighbours = readonly (readonly number[])[];

/** No dominator but the root itself. */
export const ROOT = -1;
/** Not reachable from any root. */
export const UNREACHED = -2;

/** The nodes reachable from `roots`, each after its children in a depth-first walk. */
export function postorder(roots: readonly number[], next: Neighbours): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(next.length);
  const stack: { node: number; at: number }[] = [];
  for (const root of roots) {
    if (seen[root] === 1) continue;
    seen[root] = 1;
    stack.push({ node: root, at: 0 });
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = next[top.node]?.[top.at];
      if (child === undefined) {
        order.push(top.node);
        stack.pop();
        continue;
      }
      top.at += 1;
      if (seen[child] === 1) continue;
      seen[child] = 1;
      stack.push({ node: child, at: 0 });
    }
  }
  return order;
}

/**
 * The immediate dominator of each node: the last other node that every path from the roots passes before it; `ROOT` where
 * there is none, `UNREACHED` where no path leads. Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001),
 * with one node set before all roots. `previous` is `next` turned round.
 */
export function immediateDominators(roots: readonly number[], next: Neighbours, previous: Neighbours): Int32Array {
  const count = next.length;
  const order = postorder(roots, next);
  const rank = new Int32Array(count + 1).fill(UNREACHED);
  order.forEach((node, i) => {
    rank[node] = i;
  });
  // The node before all roots has the number `count` and ranks last.
  rank[count] = count;
  const idom = new Int32Array(count + 1).fill(UNREACHED);
  idom[count] = count;
  for (const root of roots) idom[root] = count;
  const isRoot = new Set(roots);
  const meet = (a: number, b: number): number => {
    let x = a;
    let y = b;
    while (x !== y) {
      while ((rank[x] ?? 0) < (rank[y] ?? 0)) x = idom[x] ?? count;
      while ((rank[y] ?? 0) < (rank[x] ?? 0)) y = idom[y] ?? count;
    }
    return x;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i] ?? 0;
      if (isRoot.has(node)) continue;
      let dominator = UNREACHED;
      for (const before of previous[node] ?? []) {
        if (idom[before] === UNREACHED) continue;
        dominator = dominator === UNREACHED ? before : meet(before, dominator);
      }
      if (idom[node] !== dominator) {
        idom[node] = dominator;
        changed = true;
      }
    }
  }
  return idom.subarray(0, count).map((dominator) => (dominator === count ? ROOT : dominator));
}

const at = (times: Int32Array, node: number): number => times[node] ?? -1;

/** Answers in constant time whether `a` is on the way from the root to `b` in a tree of immediate dominators, or is `b`. */
export function dominance(idom: Int32Array): (a: number, b: number) => boolean {
  const children: number[][] = Array.from(idom, () => []);
  const roots: number[] = [];
  idom.forEach((parent, node) => {
    if (parent === ROOT) roots.push(node);
    else if (parent >= 0) children[parent]?.push(node);
  });
  const entered = new Int32Array(idom.length).fill(-1);
  const left = new Int32Array(idom.length).fill(-1);
  let clock = 0;
  const stack = roots.toReversed().map((node) => ({ node, child: 0 }));
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.child === 0 && entered[top.node] === -1) entered[top.node] = clock++;
    const child = children[top.node]?.[top.child];
    if (child === undefined) {
      left[top.node] = clock++;
      stack.pop();
    } else {
      top.child += 1;
      stack.push({ node: child, child: 0 });
    }
  }
  return (a, b) => at(entered, a) !== -1 && at(entered, a) <= at(entered, b) && at(left, a) >= at(left, b);
}
