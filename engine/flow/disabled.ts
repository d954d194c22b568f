/**
 * Nodes that are disabled: before anything else looks at a program they are taken out of it, as sub-flows are put in.
 *
 * What holds of the result:
 * - D1 A flow without disabled nodes is its own result, the very same object.
 * - D2 It is the flow that would be drawn if the node were not there: each wire that led to the node leads where its one
 *   exit led (`passes` of its kind), and goes back where either did, as often as the stricter of both bounds lets it.
 *   Wires keep their ids. The node's name is not in scope, so that formulas which read it are problems.
 * - D3 What only the other exits of disabled nodes led to is gone as well. What nothing led to before stays, and is told.
 * - D4 A node whose kind has no such exit stays, and is an error (check.ts): nothing with errors becomes a program.
 */
import type { Flow, FlowEdge, FlowNode } from './document.ts';
import { kindNamed, type Kinds } from './open.ts';

/** The exit by which a case passes the node where it is disabled; null for one that cannot be. */
export function passingExit(node: FlowNode, kinds: Kinds): string | null {
  const kind = kindNamed(kinds, node.kind);
  const config = kind?.schema.safeParse(node.config);
  return config?.success === true ? (kind?.passes?.(config.data) ?? null) : null;
}

/** The flow that its cases go through: without the nodes that are disabled. */
export function withoutDisabled(flow: Flow, kinds: Kinds): Flow {
  const passed = new Map<string, FlowEdge | null>();
  for (const [id, node] of Object.entries(flow.nodes)) {
    const port = node.disabled === true ? passingExit(node, kinds) : null;
    if (port !== null) passed.set(id, wireFrom(flow, id, port));
  }
  if (passed.size === 0) return flow;
  const edges: Record<string, FlowEdge> = {};
  for (const [id, edge] of Object.entries(flow.edges)) {
    if (passed.has(edge.from.node)) continue;
    const onward = follow(edge, passed);
    if (onward !== null) edges[id] = onward;
  }
  const nodes = Object.fromEntries(Object.entries(flow.nodes).filter(([id]) => !passed.has(id)));
  return withoutCutOff({ ...flow, nodes, edges }, flow, kinds);
}

const wireFrom = (flow: Flow, node: string, port: string): FlowEdge | null =>
  Object.values(flow.edges).find(({ from }) => from.node === node && from.port === port) ?? null;

/** An edge past all disabled nodes; null where that leads nowhere, or round and round. */
function follow(edge: FlowEdge, passed: ReadonlyMap<string, FlowEdge | null>): FlowEdge | null {
  let at = edge;
  const seen = new Set<string>();
  for (let node = at.to.node; passed.has(node); node = at.to.node) {
    const next = passed.get(node) ?? null;
    if (next === null || seen.has(node)) return null;
    seen.add(node);
    const bounds = [at.back?.maxVisits, next.back?.maxVisits].filter((one) => one !== undefined);
    at = {
      from: edge.from,
      to: next.to,
      ...(bounds.length === 0 ? {} : { back: { maxVisits: Math.min(...bounds) } }),
    };
  }
  return at;
}

/** Without the nodes that could be reached in `before` and can no longer be, and without their edges. */
function withoutCutOff(flow: Flow, before: Flow, kinds: Kinds): Flow {
  const [was, is] = [reached(before, kinds), reached(flow, kinds)];
  const cutOff = (id: string): boolean => was.has(id) && !is.has(id);
  return {
    ...flow,
    nodes: Object.fromEntries(Object.entries(flow.nodes).filter(([id]) => !cutOff(id))),
    edges: Object.fromEntries(
      Object.entries(flow.edges).filter(([, edge]) => !cutOff(edge.from.node) && !cutOff(edge.to.node)),
    ),
  };
}

function reached(flow: Flow, kinds: Kinds): Set<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of Object.values(flow.edges)) next.set(from.node, [...(next.get(from.node) ?? []), to.node]);
  const seen = new Set(
    Object.keys(flow.nodes).filter((id) => {
      const kind = kindNamed(kinds, flow.nodes[id]?.kind ?? '');
      return kind !== null && kind.inProgram && !kind.hasInput;
    }),
  );
  // A set's iteration also visits what is added while it runs.
  for (const id of seen) for (const to of next.get(id) ?? []) seen.add(to);
  return seen;
}
