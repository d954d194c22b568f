import { itemOf, type BlockFault } from './blocks.ts';
import type { Graph } from './graph.ts';
import { nameFault } from './names.ts';
import type { OpenFlow } from './open.ts';
import type { Problem } from './problem.ts';
import { listOf, quote } from './words.ts';

/** What is wrong with how branches begin and come together. */
export function blockProblems(opened: OpenFlow, graph: Graph): Problem[] {
  const name = (id: string): string => quote(opened.nodes.get(id)?.node.name ?? id);
  return [...graph.blocks.faults.map((fault) => told(fault, name)), ...itemNames(opened, graph)];
}

const atNode = (id: string) => ({ severity: 'error', path: ['nodes', id], node: id }) as const;

function told(fault: BlockFault, name: (id: string) => string): Problem {
  switch (fault.fault) {
    case 'crossed': {
      const { wire, around, expected } = fault;
      const inner = around.length > expected.length ? around : expected;
      const split = inner.find((id, i) => (around.length > expected.length ? expected : around)[i] !== id) ?? '';
      const leaves = around.length > expected.length;
      return {
        severity: 'error',
        path: ['edges', wire.id],
        edge: wire.id,
        node: wire.from,
        code: 'BLOCK_CROSSED',
        message: `The wire from ${name(wire.from)} (${wire.port}) to ${name(wire.to)} ${leaves ? 'leaves' : 'enters'} the branches of ${name(split)} ${leaves ? 'without passing the step where they come together' : 'from outside'}.`,
        hint: leaves
          ? `Lead it to the join of ${name(split)}, or to a step of the same branch.`
          : `Lead it to ${name(split)}, or to a step outside of its branches.`,
      };
    }
    case 'end inside':
      return {
        ...atNode(fault.node),
        code: 'BLOCK_END',
        message: `The case would end at ${name(fault.node)} while other branches of ${name(fault.split)} still run.`,
        hint: `Lead every branch to the join of ${name(fault.split)}, and end the case after it.`,
      };
    case 'join without':
      return {
        ...atNode(fault.node),
        code: 'JOIN_ALONE',
        message: `No branches are open at ${name(fault.node)}, so that nothing comes together there.`,
        hint: 'Put a parallel step or a “for each” before it, or remove it: ways that exclude each other need no join.',
      };
    case 'two joins':
      return {
        ...atNode(fault.node),
        code: 'BLOCK_CROSSED',
        message: `The branches of ${name(fault.split)} do not all come together at one step: ${name(fault.node)} is one of several, or closes other branches too.`,
        hint: `Lead all branches of ${name(fault.split)}, and no others, to one join.`,
      };
    case 'no join':
      return {
        ...atNode(fault.node),
        code: 'BLOCK_OPEN',
        message: `The branches of ${name(fault.node)} come together nowhere.`,
        hint: 'Draw a join and lead every branch to it.',
      };
  }
}

/** The names that iterations see their item under are names like those of steps. */
function itemNames(opened: OpenFlow, graph: Graph): Problem[] {
  const problems: Problem[] = [];
  const names = new Set([...opened.nodes.values()].map(({ node }) => node.name));
  for (const id of graph.blocks.iterates) {
    const node = opened.nodes.get(id);
    const item = itemOf(node?.sound ?? null);
    if (item === null) continue;
    const at = { ...atNode(id), path: ['nodes', id, 'config', 'item'], code: 'CONFIG' } as const;
    const fault = nameFault(item);
    const taken = names.has(item) || item === 'input' || namesAround(opened, graph, id).includes(item);
    if (fault !== null) problems.push({ ...at, message: fault.message, hint: fault.hint });
    else if (taken)
      problems.push({
        ...at,
        message: `${quote(item)} is the name of something else that formulas see here.`,
        hint: `Give each item another name; taken are ${listOf([...names].sort())}.`,
      });
  }
  return problems;
}

const namesAround = (opened: OpenFlow, graph: Graph, id: string): (string | null)[] =>
  (graph.blocks.around.get(id) ?? []).map((split) => itemOf(opened.nodes.get(split)?.sound ?? null));
