import type { KindConfig, Port } from '../../nodes/kind.ts';
import type { Flow, FlowNode } from './document.ts';
import { isInlined } from './inlined-ids.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { explainIssues, plainPlace } from './shape.ts';
import { listOf, quote } from './words.ts';

/** The registry of kinds as the flow's functions take it: by the word that stands in a node's `kind`. */
export type Kinds = Readonly<Record<string, KindConfig<unknown>>>;

/** A node with its kind and its checked config. `sound` is null when the kind is unknown or the config does not fit. */
export interface OpenNode {
  id: string;
  node: FlowNode;
  kind: KindConfig<unknown> | null;
  sound: { kind: KindConfig<unknown>; config: unknown; ports: readonly Port[] } | null;
}

export interface OpenFlow {
  flow: Flow;
  /** Every node, by id in sorted order. */
  nodes: ReadonlyMap<string, OpenNode>;
  /** What keeps nodes from being opened: NODE_KIND_UNKNOWN and NODE_CONFIG. */
  problems: readonly Problem[];
}

/** The kind registered under a name, or null. */
export const kindNamed = (kinds: Kinds, name: string): KindConfig<unknown> | null =>
  Object.hasOwn(kinds, name) ? (kinds[name] ?? null) : null;

/** The kind of a node that stands where a sub-flow begins or comes back; a document, whose ids are others, has none. */
function seamNamed(kinds: Kinds, name: string): KindConfig<unknown> | null {
  for (const { inlines } of Object.values(kinds)) {
    if (inlines?.entry.kind === name) return inlines.entry;
    if (inlines?.back.kind === name) return inlines.back;
  }
  return null;
}

/**
 * Meets every node of a flow with its kind. The flow itself is left as it is: defaults of a config stay unwritten.
 *
 * @param before a flow that was opened with the same kinds: a sound node that is as it was there is the same object
 */
export function openFlow(flow: Flow, kinds: Kinds, before: OpenFlow | null = null): OpenFlow {
  const nodes = new Map<string, OpenNode>();
  const problems: Problem[] = [];
  for (const id of Object.keys(flow.nodes).sort()) {
    const node = flow.nodes[id];
    if (node === undefined) continue;
    const known = before?.nodes.get(id);
    if (known !== undefined && known.sound !== null && isSameNode(known.node, node)) {
      nodes.set(id, known);
      continue;
    }
    const kind = kindNamed(kinds, node.kind) ?? (isInlined(id) ? seamNamed(kinds, node.kind) : null);
    if (kind === null) {
      problems.push(unknownKind(id, node, kinds));
      nodes.set(id, { id, node, kind, sound: null });
      continue;
    }
    const parsed = kind.schema.safeParse(node.config);
    if (!parsed.success) {
      problems.push(...configProblems(id, node, parsed.error.issues));
      nodes.set(id, { id, node, kind, sound: null });
      continue;
    }
    nodes.set(id, { id, node, kind, sound: { kind, config: parsed.data, ports: kind.ports(parsed.data) } });
  }
  return { flow, nodes, problems };
}

const isSameNode = (a: FlowNode, b: FlowNode): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Does the node take part in the program? What is of an unknown kind is taken to. */
export const isInProgram = (node: OpenNode): boolean => node.kind?.inProgram ?? true;

/** A run begins there: in the program, and no wire may enter. */
export const isTrigger = (node: OpenNode): boolean => node.kind !== null && node.kind.inProgram && !node.kind.hasInput;

/** A run ends there: in the program, and without an exit. */
export const isEnd = (node: OpenNode): boolean =>
  node.sound !== null && node.sound.kind.inProgram && node.sound.kind.hasInput && node.sound.ports.length === 0;

function unknownKind(id: string, node: FlowNode, kinds: Kinds): Problem {
  const near = nearest(node.kind, Object.keys(kinds));
  return {
    code: 'NODE_KIND_UNKNOWN',
    severity: 'error',
    path: ['nodes', id, 'kind'],
    message: `The step ${quote(node.name)} is of the kind ${quote(node.kind)}, which this version does not know.`,
    hint:
      near.length === 0
        ? 'Remove the step.'
        : `Change its kind, most likely to ${listOf(near, 'or')}, or open the flow with the version that drew it.`,
    node: id,
  };
}

function configProblems(id: string, node: FlowNode, issues: Parameters<typeof explainIssues>[0]): Problem[] {
  const place = (path: readonly (string | number)[]) =>
    path.length === 0 ? `the config of step ${quote(node.name)}` : `${plainPlace(path)} of step ${quote(node.name)}`;
  return explainIssues(issues, node.config, place).map((finding) => ({
    code: 'NODE_CONFIG',
    severity: 'error',
    path: ['nodes', id, 'config', ...finding.path],
    message: finding.message,
    hint: finding.hint,
    node: id,
  }));
}
