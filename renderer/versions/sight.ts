import { cardOf } from '../document/groups.ts';
import { showDrawn } from '../canvas/viewport.ts';
import { transit, useStudio } from '../state/store.ts';
import { selected } from '../state/transitions.ts';
import type { ChangeGroup } from './compare.ts';

/** Brings what a change is about into sight, and selects what of it is there. */
export function lookAtGroup({ nodes, edge }: ChangeGroup): void {
  const flow = useStudio.getState().document?.history.present;
  if (flow === undefined) return;
  const there = nodes.filter((id) => Object.hasOwn(flow.nodes, id));
  const hasEdge = edge !== null && Object.hasOwn(flow.edges, edge);
  transit((state) =>
    selected(state, hasEdge ? { nodes: [], edges: [edge] } : { nodes: edge === null ? there : [], edges: [] }),
  );
  showDrawn(nodes.map((id) => cardOf(flow, id)));
}
