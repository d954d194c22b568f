/** One sub-flow is put in the place of the node that stands for it; what holds of the result is said in inline.ts. */
import type { SubflowUse } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import { ANY } from '../feel/type.ts';
import { itemOf } from './blocks.ts';
import type { Flow, FlowEdge, FlowNode } from './document.ts';
import { copyOf, FAILED_RETURN, idWithin, shownName } from './inlined-ids.ts';
import { isEnd, isInProgram, isTrigger, type OpenNode } from './open.ts';
import type { FlowAnalysis } from './scope.ts';
import { isRecord } from './shape.ts';

/** The exit by which a node leaves when something in its sub-flow failed. */
const FAILED = 'failed';

/** A node that stands for another flow. */
export interface Use extends SubflowUse {
  opened: OpenNode;
}

/** A flow that can be put into another: all of its own sub-flows are in place. */
export interface Part {
  flow: Flow;
  analysis: FlowAnalysis;
}

/** The flow with one sub-flow in place. */
export function embed(into: Flow, use: Use, part: Part, seam: string): Flow {
  const { id, node, kind } = use.opened;
  const inlines = kind?.inlines;
  if (inlines === undefined) throw new Error(`the node ${id} stands for no other flow`);
  const { opened } = part.analysis;
  const nodes: Record<string, FlowNode> = { ...into.nodes };
  delete nodes[id];
  /** By result, the nodes of the part where it comes back with it. */
  const returns = new Map<string, string[]>();
  const comesBack = (at: string, result: string, value: Record<string, string> | null): void => {
    nodes[idWithin(id, at)] = { kind: inlines.back.kind, name: node.name, config: { result, value } };
    returns.set(result, [...(returns.get(result) ?? []), at]);
  };
  let entry = '';
  for (const inner of [...opened.nodes.values()].filter(isInProgram)) {
    const { sound } = inner;
    if (isTrigger(inner)) {
      entry = idWithin(id, inner.id);
      const config = { arguments: use.arguments, input: part.flow.input };
      nodes[entry] = { kind: inlines.entry.kind, name: `${node.name} ${seam} input`, config };
      continue;
    }
    const config = renamed(inner, part.analysis, `${node.name} ${seam} `);
    const end = sound !== null && isEnd(inner) ? sound.kind.ends?.(config) : undefined;
    if (end !== undefined) comesBack(inner.id, end.result, { ...end.value });
    else
      nodes[idWithin(id, inner.id)] = {
        kind: inner.node.kind,
        name: `${node.name} ${seam} ${inner.node.name}`,
        config,
      };
  }
  const failing = isWired(into, id) ? failingOf(part, false) : [];
  if (failing.length > 0) comesBack(FAILED_RETURN, FAILED, null);
  return { ...into, nodes, edges: edgesOf(into, part, { id, entry, returns, failing }) };
}

interface Place {
  id: string;
  entry: string;
  returns: ReadonlyMap<string, readonly string[]>;
  failing: readonly string[];
}

function edgesOf(into: Flow, part: Part, { id, entry, returns, failing }: Place): Record<string, FlowEdge> {
  const edges: Record<string, FlowEdge> = {};
  for (const [key, edge] of Object.entries(into.edges)) {
    const to = edge.to.node === id ? { node: entry } : edge.to;
    if (edge.from.node !== id) {
      edges[key] = { ...edge, to };
      continue;
    }
    for (const [i, at] of (returns.get(edge.from.port) ?? []).entries())
      edges[i === 0 ? key : copyOf(key, at)] = { ...edge, from: { ...edge.from, node: idWithin(id, at) }, to };
  }
  for (const [key, { from, to, ...rest }] of Object.entries(part.flow.edges)) {
    const ends = { from: { ...from, node: idWithin(id, from.node) }, to: { node: idWithin(id, to.node) } };
    edges[idWithin(id, key)] = { ...ends, ...rest };
  }
  for (const node of failing)
    edges[idWithin(id, copyOf(FAILED_RETURN, node))] = {
      from: { node: idWithin(id, node), port: FAILED },
      to: { node: idWithin(id, FAILED_RETURN) },
    };
  return edges;
}

/**
 * The nodes of a part that may fail without a wire for it, its start among them once it is the entry; `within` branches
 * nothing can leave before they come together.
 */
function failingOf({ analysis }: Part, within: boolean): string[] {
  const { opened, graph } = analysis;
  return [...opened.nodes.values()].flatMap((node) => {
    if (!isInProgram(node) || (graph.blocks.around.get(node.id) ?? []).length > 0 !== within) return [];
    if (isTrigger(node)) return [node.id];
    const mayFail = node.sound?.ports.some((port) => port.id === FAILED && port.optional === true) === true;
    const led = graph.out.get(node.id)?.some((wire) => wire.port === FAILED) === true;
    return mayFail && !led ? [node.id] : [];
  });
}

/** Where its exit “failed” is wired: names of steps of the sub-flow that fail the case all the same. */
export function failingAnyway(flow: Flow, { opened }: Use, part: Part): string[] {
  if (!isWired(flow, opened.id)) return [];
  const { nodes } = part.analysis.opened;
  return failingOf(part, true).map((id) => shownName(id, nodes.get(id)?.node.name ?? id));
}

const isWired = (flow: Flow, id: string): boolean =>
  Object.values(flow.edges).some(({ from }) => from.node === id && from.port === FAILED);

/** A node's config with every name that its formulas read moved into the part's own place. */
function renamed(
  { id, sound, node }: OpenNode,
  { scopes, analyses }: FlowAnalysis,
  prefix: string,
): FlowNode['config'] {
  if (sound === null) return node.config;
  let scope: FeelScopeTypes = scopes.get(id) ?? {};
  const read = new Set((analyses.get(id)?.reads ?? []).map(([root = '']) => root));
  const isCertain = analyses.get(id)?.problems.every(({ severity }) => severity !== 'error') === true;
  let config: unknown = sound.config;
  for (const name of isCertain ? read : Object.keys(scope)) {
    const to = prefix + name;
    config = sound.kind.rename(config, scope, name, to);
    const { [name]: type, ...others } = scope;
    scope = { ...others, [to]: type ?? ANY };
  }
  if (!isRecord(config)) throw new Error(`the kind ${sound.kind.kind} renamed a config into something else`);
  const item = itemOf(sound);
  return item === null ? config : { ...config, item: prefix + item };
}
