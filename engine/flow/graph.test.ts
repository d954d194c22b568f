import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forwardPath,
  graphOf,
  precedence,
  reachable,
  topologicalOrder,
  unmarkedCycles,
  wireAt,
  type Graph,
} from './graph.ts';
import { controlDependence } from './marks.ts';
import { arbitraryFlow, START } from './testing/arbitrary.ts';
import { flowOf, idOf } from './testing/build.ts';
import { FAKE_KINDS } from './testing/kinds.ts';

const arbitraryGraph = (back = true) => arbitraryFlow({ back }).map((flow) => graphOf(flow, FAKE_KINDS));

/** Nodes reached from the starts, which are among them, without ever entering `without`: the plainest way to say it. */
function naiveReach(graph: Graph, starts: readonly string[], without: string | null = null): Set<string> {
  const reached = new Set(starts.filter((id) => id !== without));
  for (let grown = true; grown;) {
    grown = false;
    for (const { from, to } of graph.wires) {
      if (!reached.has(from) || reached.has(to) || to === without) continue;
      reached.add(to);
      grown = true;
    }
  }
  return reached;
}

const hasForwardCircle = (graph: Graph): boolean => {
  const forward: Graph = { ...graph, wires: graph.wires.filter((wire) => !wire.back) };
  return forward.wires.some((wire) => naiveReach(forward, [wire.to]).has(wire.from));
};

describe('graph', () => {
  it('reaches what following every wire reaches', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        expect(reachable(graph, [START])).toEqual(naiveReach(graph, [START]));
        for (const id of graph.nodes) {
          const against = reachable(graph, [id], { against: true });
          for (const other of graph.nodes) expect(against.has(other)).toBe(naiveReach(graph, [other]).has(id));
        }
      }),
    );
  });

  it('lets a node always precede another exactly when the other cannot be reached without it', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        const { alwaysPrecedes } = precedence(graph);
        for (const later of naiveReach(graph, [START])) {
          for (const earlier of graph.nodes) {
            const needed = earlier !== later && !naiveReach(graph, [START], earlier).has(later);
            expect(alwaysPrecedes(earlier, later)).toBe(needed);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets a node precede another exactly when a way of at least one wire leads there', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        const { canPrecede } = precedence(graph);
        for (const earlier of graph.nodes) {
          const after = naiveReach(
            graph,
            graph.wires.filter((wire) => wire.from === earlier).map((wire) => wire.to),
          );
          for (const later of graph.nodes) expect(canPrecede(earlier, later)).toBe(after.has(later));
        }
      }),
    );
  });

  it('takes the part that the trigger does not reach as if runs began where it begins', () => {
    const graph = graphOf(
      flowOf()
        .node('Start', 'start')
        .node('A', 'step')
        .node('B', 'step')
        .node('C', 'step')
        .chain('A', 'B', 'C')
        .build(),
      FAKE_KINDS,
    );
    const { alwaysPrecedes } = precedence(graph);
    expect(alwaysPrecedes(idOf('A'), idOf('C'))).toBe(true);
    expect(alwaysPrecedes(idOf('C'), idOf('A'))).toBe(false);
  });

  it('orders every node once, along all forward wires where they close no circle', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        const order = topologicalOrder(graph);
        expect(order.toSorted()).toEqual([...graph.nodes]);
        if (hasForwardCircle(graph)) return;
        for (const { from, to } of graph.wires.filter((wire) => !wire.back)) {
          expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds circles exactly where there are some, and marking the closing wires leaves none', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        const cycles = unmarkedCycles(graph);
        expect(cycles.length > 0).toBe(hasForwardCircle(graph));
        const closing = new Set(cycles.map((cycle) => cycle.closing.id));
        expect(hasForwardCircle({ ...graph, wires: graph.wires.filter((wire) => !closing.has(wire.id)) })).toBe(false);
        for (const { nodes, closing: wire } of cycles) {
          expect([nodes[0], nodes.at(-1)]).toEqual([wire.to, wire.from]);
          nodes.slice(1).forEach((to, i) => {
            expect(graph.wires.some((one) => !one.back && one.from === nodes[i] && one.to === to)).toBe(true);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('says what decides whether a node runs as the definition of control dependence does', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (graph) => {
        const exits = graph.nodes.filter((id) => graph.out.get(id)?.length === 0);
        const getsOut = (from: string, without: string | null) =>
          [...naiveReach(graph, [from], without)].some((id) => exits.includes(id));
        fc.pre(graph.nodes.every((id) => getsOut(id, null)));
        const onEveryWayFrom = (node: string, from: string) => node === from || !getsOut(from, node);
        const controllers = controlDependence(graph);
        for (const node of graph.nodes) {
          const expected = graph.nodes.filter((branch) => {
            const targets = graph.wires.filter((wire) => wire.from === branch).map((wire) => wire.to);
            const mustFollow = branch !== node && onEveryWayFrom(node, branch);
            return !mustFollow && new Set(targets).size > 1 && targets.some((to) => onEveryWayFrom(node, to));
          });
          expect(controllers.get(node)).toEqual(expected);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leaves out notes and wires that hang in the air, and finds a wire by its exit', () => {
    const graph = graphOf(
      flowOf()
        .node('Start', 'start')
        .node('Done', 'stop')
        .node('Remark', 'note')
        .edge('Start', 'next', 'Done')
        .edge('Start', 'other', 'Nowhere')
        .edge('Remark', 'next', 'Done')
        .build(),
      FAKE_KINDS,
    );
    expect(graph.nodes).toEqual([idOf('Done'), idOf('Start')]);
    expect(graph.wires).toHaveLength(1);
    expect(wireAt(graph, idOf('Start'), 'next')?.to).toBe(idOf('Done'));
    expect(wireAt(graph, idOf('Start'), 'other')).toBeNull();
    expect([graph.triggers, graph.ends]).toEqual([[idOf('Start')], [idOf('Done')]]);
    expect(forwardPath(graph, idOf('Done'), idOf('Start'))).toEqual([]);
  });

  it('bears with a chain as long as a document may be', () => {
    const builder = flowOf().node('N0', 'start');
    for (let i = 1; i < 2000; i++) builder.node(`N${i}`, 'step').edge(`N${i - 1}`, 'next', `N${i}`);
    const graph = graphOf(builder.build(), FAKE_KINDS);
    const { alwaysPrecedes } = precedence(graph);
    expect(alwaysPrecedes('n_n0', 'n_n1999')).toBe(true);
    expect(topologicalOrder(graph)[1999]).toBe('n_n1999');
  });
});
