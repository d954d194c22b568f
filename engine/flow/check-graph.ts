import { blockProblems } from './check-blocks.ts';
import type { FlowEdge } from './document.ts';
import { forwardPath, reachable, unmarkedCycles, type Graph } from './graph.ts';
import { isInProgram, type OpenFlow, type OpenNode } from './open.ts';
import type { Problem } from './problem.ts';
import { listOf, quote } from './words.ts';

interface Drawing {
  opened: OpenFlow;
  graph: Graph;
}

/** What is wrong with how steps and wires hang together. */
export function graphProblems(opened: OpenFlow, graph: Graph): Problem[] {
  const drawing: Drawing = { opened, graph };
  return [
    ...beginAndEnd(drawing),
    ...edgeProblems(drawing),
    ...unwiredPorts(drawing),
    ...unreachable(drawing),
    ...trapped(drawing),
    ...circles(drawing),
    ...idleBackEdges(drawing),
    ...blockProblems(opened, graph),
  ];
}

const nameOf = ({ opened }: Drawing, id: string): string => opened.nodes.get(id)?.node.name ?? id;

const atNode = (id: string): Pick<Problem, 'severity' | 'path' | 'node'> => ({
  severity: 'error',
  path: ['nodes', id],
  node: id,
});

const atEdge = (id: string, ...rest: string[]): Pick<Problem, 'severity' | 'path' | 'edge'> => ({
  severity: 'error',
  path: ['edges', id, ...rest],
  edge: id,
});

function beginAndEnd(drawing: Drawing): Problem[] {
  const { triggers, ends } = drawing.graph;
  const problems: Problem[] = [];
  const [first, ...others] = triggers;
  if (first === undefined) {
    problems.push({
      code: 'TRIGGER_MISSING',
      severity: 'error',
      path: ['nodes'],
      message: 'The flow has no start.',
      hint: 'Draw a start and lead its wire to the first step.',
    });
  }
  for (const id of others) {
    problems.push({
      ...atNode(id),
      code: 'TRIGGER_SEVERAL',
      message: `The flow has more than one start: ${listOf(triggers.map((trigger) => nameOf(drawing, trigger)))}.`,
      hint: `Keep one, such as ${quote(nameOf(drawing, first ?? id))}, and remove the others.`,
    });
  }
  if (ends.length === 0) {
    problems.push({
      code: 'END_MISSING',
      severity: 'error',
      path: ['nodes'],
      message: 'The flow has no end.',
      hint: 'Draw an end with a result and lead the last wire to it.',
    });
  }
  return problems;
}

function edgeProblems(drawing: Drawing): Problem[] {
  const problems: Problem[] = [];
  const leaving = new Map<string, string>();
  for (const [id, edge] of Object.entries(drawing.opened.flow.edges).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const from = drawing.opened.nodes.get(edge.from.node);
    const to = drawing.opened.nodes.get(edge.to.node);
    if (from === undefined) problems.push(dangling(id, 'from', edge.from.node, to));
    else problems.push(...portProblems(id, edge, from, leaving));
    if (to === undefined) problems.push(dangling(id, 'to', edge.to.node, from));
    else if (to.kind !== null && !to.kind.hasInput) problems.push(closedInput(id, edge, from, to));
  }
  return problems;
}

function dangling(id: string, side: 'from' | 'to', missing: string, other: OpenNode | undefined): Problem {
  const wire = other === undefined ? 'A wire' : `The wire ${side === 'from' ? 'to' : 'from'} ${quote(other.node.name)}`;
  return {
    ...atEdge(id, side, 'node'),
    code: 'EDGE_DANGLING',
    message: `${wire} ${side === 'from' ? 'comes from' : 'leads to'} a step that is not there (${quote(missing)}).`,
    hint: 'Remove the wire, or lead it to a step of the flow.',
  };
}

function portProblems(id: string, edge: FlowEdge, from: OpenNode, leaving: Map<string, string>): Problem[] {
  const { port } = edge.from;
  const name = quote(from.node.name);
  if (from.sound !== null && !from.sound.ports.some((known) => known.id === port)) {
    const known = from.sound.ports.map((one) => one.id);
    return [
      {
        ...atEdge(id, 'from', 'port'),
        code: 'PORT_UNKNOWN',
        message: `A wire leaves ${name} by the exit ${quote(port)}, which the step does not have.`,
        hint:
          known.length === 0 ? 'Nothing leaves this step: remove the wire.' : `Lead it from ${listOf(known, 'or')}.`,
        node: edge.from.node,
      },
    ];
  }
  const key = JSON.stringify([edge.from.node, port]);
  if (!leaving.has(key)) {
    leaving.set(key, id);
    return [];
  }
  return [
    {
      ...atEdge(id, 'from', 'port'),
      code: 'PORT_TAKEN',
      message: `Two wires leave ${name} by the exit ${quote(port)}; a case can only take one.`,
      hint: 'Remove one of them, or let it leave by another exit.',
      node: edge.from.node,
    },
  ];
}

function closedInput(id: string, edge: FlowEdge, from: OpenNode | undefined, to: OpenNode): Problem {
  const source = from === undefined ? '' : ` from ${quote(from.node.name)}`;
  return {
    ...atEdge(id, 'to', 'node'),
    code: 'INPUT_CLOSED',
    message: `A wire leads${source} to ${quote(to.node.name)}, which nothing can enter.`,
    hint: 'Lead the wire to another step, or remove it.',
    node: edge.to.node,
  };
}

function unwiredPorts({ opened }: Drawing): Problem[] {
  const wired = new Set(Object.values(opened.flow.edges).map(({ from }) => JSON.stringify([from.node, from.port])));
  return [...opened.nodes.values()].filter(isInProgram).flatMap(({ id, node, sound }) =>
    (sound?.ports ?? [])
      .filter((port) => port.optional !== true && !wired.has(JSON.stringify([id, port.id])))
      .map((port) => ({
        ...atNode(id),
        code: 'PORT_UNWIRED' as const,
        port: port.id,
        message: `The exit ${quote(port.label)} of ${quote(node.name)} leads nowhere.`,
        hint: `Draw a wire from ${quote(port.label)} to the step that comes next, or to an end.`,
      })),
  );
}

function unreachable(drawing: Drawing): Problem[] {
  const { graph } = drawing;
  if (graph.triggers.length === 0) return [];
  const reached = reachable(graph, graph.triggers);
  return graph.nodes
    .filter((id) => !reached.has(id))
    .map((id) => ({
      ...atNode(id),
      code: 'NODE_UNREACHABLE',
      message: `No way leads from the start to ${quote(nameOf(drawing, id))}.`,
      hint: 'Lead a wire to it from a step that runs, or remove it.',
    }));
}

/**
 * Nodes that a case could never leave. Where an exit that needs a wire has none, or a node could not be opened, the
 * way on is not drawn yet; that is reported there and not once more for every node before it.
 */
function trapped(drawing: Drawing): Problem[] {
  const { opened, graph } = drawing;
  if (graph.ends.length === 0) return [];
  const isOpen = (id: string): boolean => {
    const sound = opened.nodes.get(id)?.sound ?? null;
    const wired = new Set(graph.out.get(id)?.map((wire) => wire.port));
    return sound === null || sound.ports.some((port) => port.optional !== true && !wired.has(port.id));
  };
  const leadsOut = reachable(graph, [...graph.ends, ...graph.nodes.filter(isOpen)], { against: true });
  return graph.nodes
    .filter((id) => !leadsOut.has(id))
    .map((id) => ({
      ...atNode(id),
      code: 'NODE_NO_WAY_OUT',
      message: `No way leads from ${quote(nameOf(drawing, id))} to an end: a case that gets there would go round for ever or stop without a result.`,
      hint: 'Lead an exit of it, or of a step after it, to an end.',
    }));
}

function circles(drawing: Drawing): Problem[] {
  return unmarkedCycles(drawing.graph).map(({ nodes, closing }) => {
    const names = nodes.map((id) => nameOf(drawing, id));
    const wire = `the wire from ${quote(nameOf(drawing, closing.from))} (${closing.port}) to ${quote(nameOf(drawing, closing.to))}`;
    const round = names.length === 1 ? `${listOf(names)} leads to itself` : `${listOf(names)} go round in a circle`;
    return {
      ...atEdge(closing.id),
      code: 'CYCLE_UNMARKED',
      message: `${round}; ${wire} closes it.`,
      hint: `Mark ${wire} as going back, with how often a case may take it, or lead it elsewhere.`,
      node: closing.from,
    };
  });
}

function idleBackEdges(drawing: Drawing): Problem[] {
  const { graph } = drawing;
  return graph.wires
    .filter((wire) => wire.back && forwardPath(graph, wire.to, wire.from).length === 0)
    .map((wire) => ({
      ...atEdge(wire.id, 'back'),
      code: 'BACK_EDGE_IDLE',
      message: `The wire from ${quote(nameOf(drawing, wire.from))} (${wire.port}) to ${quote(nameOf(drawing, wire.to))} is marked as going back, but ${quote(nameOf(drawing, wire.to))} does not come before ${quote(nameOf(drawing, wire.from))}.`,
      hint: 'Take the mark off, or lead the wire to an earlier step.',
      node: wire.from,
    }));
}
