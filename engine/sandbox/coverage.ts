import type { Flow } from '../flow/document.ts';
import { graphOf } from '../flow/graph.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { StoryStep } from '../runtime/story.ts';

export interface Coverage {
  nodes: { covered: string[]; missed: string[] };
  edges: { covered: string[]; missed: string[] };
}

/** Which nodes and edges of the program some case has passed. */
export function coverageOf(flow: Flow, kinds: Kinds, stories: readonly (readonly StoryStep[])[]): Coverage {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  for (const story of stories)
    for (const step of story) {
      nodes.add(step.node);
      if (step.edge !== null) edges.add(step.edge);
    }
  const graph = graphOf(flow, kinds);
  const split = (all: readonly string[], seen: ReadonlySet<string>) => ({
    covered: all.filter((id) => seen.has(id)),
    missed: all.filter((id) => !seen.has(id)),
  });
  return {
    nodes: split(graph.nodes, nodes),
    edges: split(
      graph.wires.filter((wire) => wire.skips !== true).map((wire) => wire.id),
      edges,
    ),
  };
}
