import type { Action } from '../../engine/connections/contract.ts';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { drawnIds } from '../../engine/flow/inlined-ids.ts';
import { KINDS, type AnyKind } from '../../nodes/index.ts';
import type { Port, Surroundings } from '../../nodes/kind.ts';

/** What the canvas shows of a node. */
export interface Description {
  kind: AnyKind | null;
  sentence: string;
  ports: readonly Port[];
  hasInput: boolean;
  /** The class of the action that the node does, if it does one that is known. */
  effect: Action['class'] | null;
  /** The action that takes it back, for a reversible one. */
  undo: string | null;
}

// The registry has no prototype: a kind called `constructor` finds nothing.
const kindOf = (node: FlowNode): AnyKind | null => KINDS[node.kind] ?? null;

const parsed = new WeakMap<object, { kind: AnyKind; result: ReturnType<AnyKind['schema']['safeParse']> }>();

/** A config as its kind reads it. Documents are immutable: the same object is read once, however often it is drawn. */
function parse(kind: AnyKind, config: FlowNode['config']): ReturnType<AnyKind['schema']['safeParse']> {
  const known = parsed.get(config);
  if (known?.kind === kind) return known.result;
  const result = kind.schema.safeParse(config);
  parsed.set(config, { kind, result });
  return result;
}

/** A node's exits; none for a kind that is not known or a config that does not fit it. */
export function portsOf(node: FlowNode): readonly Port[] {
  const kind = kindOf(node);
  if (kind === null) return [];
  const read = parse(kind, node.config);
  return read.success ? kind.ports(read.data) : [];
}

/** Everything that is drawn of a node, from its kind; an unknown kind or an unfit config is drawn bare. */
export function describe(node: FlowNode, surroundings: Surroundings): Description {
  const kind = kindOf(node);
  const bare: Description = { kind, sentence: '', ports: [], hasInput: true, effect: null, undo: null };
  if (kind === null) return bare;
  const read = parse(kind, node.config);
  if (!read.success) return { ...bare, hasInput: kind.hasInput };
  const effect = kind.effect?.(read.data) ?? null;
  const actions = effect === null ? undefined : own(surroundings.connections, effect.connection)?.actions;
  const action = effect === null || actions === undefined ? undefined : own(actions, effect.action);
  return {
    kind,
    sentence: kind.sentence(read.data, surroundings),
    ports: kind.ports(read.data),
    hasInput: kind.hasInput,
    effect: action?.class ?? null,
    undo: action?.undo?.action ?? null,
  };
}

/** A step by its id in a program: of a sub-flow it is looked up in the flow that is drawn there. */
export interface FoundStep {
  /** Undefined where the flow is another by now. */
  node: FlowNode | undefined;
  /** Such as `Check credit › Read account`. */
  name: string;
}

export function stepAt(flow: Flow | null, { flows = {} }: Surroundings, id: string): FoundStep {
  const names: string[] = [];
  let at: Flow | undefined = flow ?? undefined;
  let node: FlowNode | undefined;
  for (const part of drawnIds(id)) {
    node = at === undefined ? undefined : own(at.nodes, part);
    if (node === undefined) return { node, name: id };
    names.push(node.name);
    const path: unknown = node.config['flow'];
    at = typeof path === 'string' ? own(flows, path) : undefined;
  }
  return { node, name: names.join(' › ') };
}

/** A record's own entry; a name such as `constructor` finds nothing. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
