import type { Flow } from '../../engine/flow/document.ts';
import { graphOf } from '../../engine/flow/graph.ts';
import { KINDS, type AnyKind, type Kinds } from '../../nodes/index.ts';
import { portsOf } from '../document/describe.ts';
import type { Offer } from './offers.ts';

/** What can be added, and what it can be connected to: ranking without React. */

/** Where a new step is asked for: after an exit, in a wire, or anywhere. */
export interface Spot {
  follows: { node: string; port: string } | null;
  into: string | null;
}

export const ANYWHERE: Spot = { follows: null, into: null };

/** What people mostly draw after an exit, by kind and exit; `*` for all others. */
const LIKELY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  trigger: { '*': ['ai-decision', 'connector', 'rule'] },
  'ai-decision': { answered: ['rule', 'branch'], '*': ['approval'] },
  rule: { otherwise: ['approval'], '*': ['approval', 'connector'] },
  approval: { approved: ['connector'], '*': ['end'] },
  connector: { done: ['end', 'connector'], '*': ['approval', 'end'] },
  wait: { 'timed out': ['approval', 'end'], '*': ['connector'] },
  parallel: { '*': ['connector', 'ai-decision'] },
  'for-each': { '*': ['connector', 'rule'] },
  subflow: { failed: ['approval', 'end'], '*': ['end'] },
};

/** What a search finds of what can be added, that which fits best at the spot first. */
export function rankOffers(offers: readonly Offer[], flow: Flow, query: string, spot: Spot): Offer[] {
  const wanted = query.trim().toLowerCase();
  const after = spot.follows?.node ?? flow.edges[spot.into ?? '']?.from.node ?? null;
  const at: Place = {
    wanted,
    follows: after !== null,
    into: spot.into !== null,
    hasTrigger: Object.values(flow.nodes).some((node) => isTrigger(KINDS[node.kind])),
    likely: likelyAfter(flow, spot),
    open: after !== null && isInBlock(flow, after),
  };
  return offers
    .filter((offer) => wanted === '' || searchText(offer).includes(wanted))
    .map((offer, i) => ({ offer, rank: rank(offer, at) * 100 + i }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ offer }) => offer);
}

const isTrigger = (kind: AnyKind | undefined): boolean => kind !== undefined && kind.inProgram && !kind.hasInput;

const searchText = ({ label, summary, kind, id }: Offer): string =>
  `${label} ${id} ${kind.kind} ${summary}`.toLowerCase();

interface Place {
  wanted: string;
  follows: boolean;
  into: boolean;
  hasTrigger: boolean;
  likely: readonly string[];
  /** Branches are open there, which a join brings together. */
  open: boolean;
}

/** Whoever types a name means what is called so, wherever it fits. */
const BY_NAME = 10;

function rank({ id, kind, label }: Offer, at: Place): number {
  const said = label.toLowerCase();
  const named = at.wanted === '' || said.startsWith(at.wanted) ? 0 : said.includes(at.wanted) ? 1 : 2;
  return named * BY_NAME + misfit(id, kind, at);
}

function misfit(id: string, kind: AnyKind, at: Place): number {
  if ((at.follows || at.into) && !kind.hasInput) return isTrigger(kind) ? 9 : 8;
  if (isTrigger(kind)) return at.hasTrigger ? 6 : -1;
  if (!kind.inProgram) return 4;
  if (at.into && kind.ends !== undefined) return 7;
  if (kind.closes !== undefined) return at.open ? -0.9 : 3;
  const likely = at.likely.indexOf(id);
  return likely < 0 ? 0 : likely / 10 - 0.8;
}

function likelyAfter(flow: Flow, { follows, into }: Spot): readonly string[] {
  const exit = follows ?? flow.edges[into ?? '']?.from;
  const by = exit === undefined ? undefined : LIKELY[flow.nodes[exit.node]?.kind ?? ''];
  return by === undefined || exit === undefined ? [] : (by[exit.port] ?? by['*'] ?? []);
}

/** Does the step stand in a block, or open one? */
function isInBlock(flow: Flow, id: string): boolean {
  if (KINDS[flow.nodes[id]?.kind ?? '']?.opens !== undefined) return true;
  const { blocks } = graphOf(flow, KINDS);
  return (blocks.around.get(id) ?? []).length > 0;
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
