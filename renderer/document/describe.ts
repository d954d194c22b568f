import type { Action } from '../../engine/connections/contract.ts';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { drawnIds, isInlined, shownName } from '../../engine/flow/inlined-ids.ts';
import { z } from '../../engine/flow/zod.ts';
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
  /** How often it is tried in all before it is given up; 1 where it is not tried again. */
  attempts: number;
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

/** How steps that ask others try again, whatever else they are set to. */
const retried = z.object({ retry: z.object({ attempts: z.number() }).optional() });

/** Everything that is drawn of a node, from its kind; an unknown kind or an unfit config is drawn bare. */
export function describe(node: FlowNode, surroundings: Surroundings): Description {
  const kind = kindOf(node);
  const bare: Description = { kind, sentence: '', ports: [], hasInput: true, effect: null, undo: null, attempts: 1 };
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
    attempts: retried.safeParse(node.config).data?.retry?.attempts ?? 1,
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
  // Where the flow is that of a program, its sub-flows stand in their places.
  const inPlace = flow === null || !isInlined(id) ? undefined : own(flow.nodes, id);
  if (inPlace !== undefined) return { node: inPlace, name: shownName(id, inPlace.name) };
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
