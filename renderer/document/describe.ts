import type { Action } from '../../engine/connections/contract.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
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

/** A node's exits; none for a kind that is not known or a config that does not fit it. */
export function portsOf(node: FlowNode): readonly Port[] {
  const kind = kindOf(node);
  if (kind === null) return [];
  const parsed = kind.schema.safeParse(node.config);
  return parsed.success ? kind.ports(parsed.data) : [];
}

/** Everything that is drawn of a node, from its kind; an unknown kind or an unfit config is drawn bare. */
export function describe(node: FlowNode, surroundings: Surroundings): Description {
  const kind = kindOf(node);
  const bare: Description = { kind, sentence: '', ports: [], hasInput: true, effect: null, undo: null };
  if (kind === null) return bare;
  const parsed = kind.schema.safeParse(node.config);
  if (!parsed.success) return { ...bare, hasInput: kind.hasInput };
  const effect = kind.effect?.(parsed.data) ?? null;
  const actions = effect === null ? undefined : own(surroundings.connections, effect.connection)?.actions;
  const action = effect === null || actions === undefined ? undefined : own(actions, effect.action);
  return {
    kind,
    sentence: kind.sentence(parsed.data, surroundings),
    ports: kind.ports(parsed.data),
    hasInput: kind.hasInput,
    effect: action?.class ?? null,
    undo: action?.undo?.action ?? null,
  };
}

/** A record's own entry; a name such as `constructor` finds nothing. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
