/**
 * Branches that run at once, and all come together: what a case did is then what it did in each of them. So whatever led
 * to an effect behind the join led there through every one, and it is enough that none gets through one of them.
 */
import type { Graph } from '../flow/graph.ts';
import type { Step } from './proof-steps.ts';

/** By node of a block, the exits of the node that opened it behind which it stands; more than one where branches meet before the join. */
export function branchesOf({ out, blocks }: Pick<Graph, 'out' | 'blocks'>, split: string): Map<string, Set<string>> {
  const branches = new Map<string, Set<string>>();
  for (const { port, to } of out.get(split) ?? []) {
    const branch = new Set([to]);
    // A set's iteration also visits what is added while it runs.
    for (const id of branch) {
      if (blocks.around.get(id)?.includes(split) !== true) continue;
      branches.set(id, (branches.get(id) ?? new Set()).add(port));
      for (const wire of out.get(id) ?? []) branch.add(wire.to);
    }
  }
  return branches;
}

/** A node that opens branches of which all are waited for, and in some of them somebody approves. */
export interface Fork {
  readonly split: string;
  readonly branches: ReadonlyMap<string, ReadonlySet<string>>;
  /** The exits of the branches in which a step approves, sorted. */
  readonly approving: readonly string[];
}

export function forksOf(graph: Graph, steps: ReadonlyMap<string, Step>): Fork[] {
  const { joinOf, iterates, any } = graph.blocks;
  return [...joinOf].flatMap(([split, join]): Fork[] => {
    // A list may have no items, and where the first is enough the others may have done anything.
    if (iterates.has(split) || any.has(join)) return [];
    const branches = branchesOf(graph, split);
    const approving = new Set<string>();
    for (const [id, ports] of branches)
      if (typeof steps.get(id)?.approves === 'string') for (const port of ports) approving.add(port);
    return approving.size === 0 ? [] : [{ split, branches, approving: [...approving].sort() }];
  });
}

/** By node that opens branches, the exits that are followed; a node that is not in it is followed by all. */
export type Lane = ReadonlyMap<string, ReadonlySet<string>>;

/** Lanes that are tried for one effect; of more, the last forks are followed by all of their branches. */
const MOST_LANES = 64;

/**
 * The ways to follow a case through one branch of each fork. Where one of the two nodes stands in a fork, the branch that
 * it stands in is followed there, since what goes on beside it need not have come before.
 */
export function lanesBetween(forks: readonly Fork[], from: string, to: string): Lane[] {
  let lanes: Lane[] = [new Map<string, ReadonlySet<string>>()];
  for (const { split, branches, approving } of forks) {
    const own = new Set([...(branches.get(from) ?? []), ...(branches.get(to) ?? [])]);
    const kept = own.size > 0 ? [own] : approving.map((port) => new Set([port]));
    if (lanes.length * kept.length > MOST_LANES) break;
    lanes = lanes.flatMap((lane) => kept.map((ports): Lane => new Map([...lane, [split, ports]])));
  }
  return lanes;
}
