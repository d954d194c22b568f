import type { Flow } from '../../engine/flow/document.ts';
import type { AnyKind, Kinds } from '../../nodes/index.ts';
import { portsOf } from '../document/describe.ts';

/** What can be added, and what it can be connected to: ranking without React. */

/** Kinds that a search finds, those that fit best here first: after a step, kinds that can be entered and do something. */
export function rankKinds(kinds: Kinds, flow: Flow, query: string, follows: string | null): AnyKind[] {
  const wanted = query.trim().toLowerCase();
  const hasTrigger = Object.values(flow.nodes).some((node) => isTrigger(kinds[node.kind]));
  return Object.values(kinds)
    .filter((kind) => wanted === '' || searchText(kind).includes(wanted))
    .map((kind, i) => ({ kind, rank: rank(kind, wanted, { follows, hasTrigger }) * 100 + i }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ kind }) => kind);
}

const isTrigger = (kind: AnyKind | undefined): boolean => kind !== undefined && kind.inProgram && !kind.hasInput;

const searchText = (kind: AnyKind): string => `${kind.label} ${kind.kind} ${kind.summary}`.toLowerCase();

function rank(kind: AnyKind, wanted: string, at: { follows: string | null; hasTrigger: boolean }): number {
  const label = kind.label.toLowerCase();
  const named = wanted === '' || label.startsWith(wanted) ? 0 : label.includes(wanted) ? 1 : 2;
  if (at.follows !== null && !kind.hasInput) return named + (isTrigger(kind) ? 9 : 8);
  if (isTrigger(kind)) return at.hasTrigger ? named + 6 : named - 1;
  return kind.inProgram ? named : named + 4;
}

export interface Exit {
  port: string;
  label: string;
  /** The step that it leads to now. */
  leadsTo: string | null;
}

/** The exits of a step, those that lead nowhere yet first. */
export function exitsOf(flow: Flow, id: string): Exit[] {
  const node = flow.nodes[id];
  if (node === undefined) return [];
  const wires = Object.values(flow.edges).filter((edge) => edge.from.node === id);
  return portsOf(node)
    .map((port) => ({
      port: port.id,
      label: port.label,
      leadsTo: wires.find((wire) => wire.from.port === port.id)?.to.node ?? null,
    }))
    .toSorted((a, b) => Number(a.leadsTo !== null) - Number(b.leadsTo !== null));
}

/** The exit that a new step would most likely follow. */
export const freeExit = (flow: Flow, id: string): string | null =>
  exitsOf(flow, id).find((exit) => exit.leadsTo === null)?.port ?? null;

export interface Target {
  id: string;
  name: string;
  kind: AnyKind | undefined;
}

/** Steps that a wire from `from` may lead to, those of a matching name. */
export function targetsOf(flow: Flow, kinds: Kinds, from: string, query: string): Target[] {
  const wanted = query.trim().toLowerCase();
  return Object.entries(flow.nodes)
    .filter(([id, node]) => id !== from && (kinds[node.kind]?.hasInput ?? true))
    .map(([id, node]) => ({ id, name: node.name, kind: kinds[node.kind] }))
    .filter(({ name, kind }) => `${name} ${kind?.label ?? ''}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
