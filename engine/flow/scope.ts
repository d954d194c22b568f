import type { Analysis, Surroundings } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import { ANY, nullable, unionOf, type FeelType } from '../feel/type.ts';
import { itemOf, mustPrecedeJoin, sees } from './blocks.ts';
import type { Flow } from './document.ts';
import { fieldsType } from './field-type.ts';
import { graphOfOpen, precedence, wireAt, type Graph, type Precedence } from './graph.ts';
import { openFlow, type Kinds, type OpenFlow, type OpenNode } from './open.ts';
import { regionsOf, type Regions } from './regions.ts';

/** All that the types of a flow say, worked out once. */
export interface FlowAnalysis {
  opened: OpenFlow;
  graph: Graph;
  precedence: Precedence;
  /** What expressions of each node may use. */
  scopes: ReadonlyMap<string, FeelScopeTypes>;
  /** What each kind says of its node; absent for nodes that could not be opened. */
  analyses: ReadonlyMap<string, Analysis>;
}

/** What is known of a node's value from elsewhere, such as from a look into the sub-flow that it stands for. */
export type Told = ReadonlyMap<string, Pick<Analysis, 'writes' | 'writesAt'>>;

/**
 * Types of a whole flow. In scope at a node are `input` and, under its name, every node that can have run before and
 * leaves a value; nullable unless it has always run before.
 *
 * Nodes are visited in topological order, so that what comes before is typed. What reaches a node only by a back edge
 * is not typed yet: it counts as of any type in a first round, and a second round knows it. Types are gradual, so each
 * round is sound, the second is sharper.
 */
export function analyseFlow(
  flow: Flow,
  kinds: Kinds,
  surroundings: Surroundings,
  told: Told = new Map(),
): FlowAnalysis {
  const opened = openFlow(flow, kinds);
  const graph = graphOfOpen(opened);
  const before = precedence(graph);
  const input = fieldsType(flow.input);
  const regions = regionsOf(opened);
  const round = (known: ReadonlyMap<string, FeelType | null>) =>
    typeRound({ opened, graph, before, input, known, surroundings, told, regions });
  const goesBack = graph.wires.some((wire) => wire.back) || before.order.some((id) => before.canPrecede(id, id));
  const first = round(new Map());
  const { scopes, analyses } = goesBack ? round(first.writes) : first;
  for (const { id, sound } of opened.nodes.values()) {
    if (scopes.has(id)) continue;
    scopes.set(id, { input });
    if (sound !== null) analyses.set(id, sound.kind.analyse(sound.config, { input }, surroundings));
  }
  return { opened, graph, precedence: before, scopes, analyses };
}

interface Round {
  opened: OpenFlow;
  graph: Graph;
  before: Precedence;
  input: FeelType;
  /** Written types from the round before; a node that is absent has not been looked at. */
  known: ReadonlyMap<string, FeelType | null>;
  surroundings: Surroundings;
  told: Told;
  regions: Regions;
}

function typeRound({ opened, graph, before, input, known, surroundings, told, regions }: Round) {
  const exits = new Map<string, readonly Exit[]>();
  const scopes = new Map<string, FeelScopeTypes>();
  const analyses = new Map<string, Analysis>();
  const writes = new Map(known);
  const items = new Map<string, FeelType>();
  for (const id of before.order) {
    const scope = scopeOf(id, { opened, graph, before, input, writes, exits, items, regions });
    // Complete from here on, so that what is prepared for its names stays true.
    scopes.set(id, Object.preventExtensions(scope));
    const sound = opened.nodes.get(id)?.sound ?? null;
    // A node that cannot be opened may write anything: its readers are not blamed for it.
    if (sound === null) {
      writes.set(id, ANY);
      continue;
    }
    const analysis = { ...sound.kind.analyse(sound.config, scope, surroundings), ...told.get(id) };
    analyses.set(id, analysis);
    writes.set(id, analysis.writes);
    if (analysis.itemType !== undefined) items.set(id, analysis.itemType);
    const entry = regions.entryOf.get(id);
    const types = entry === undefined ? analysis.writesAt : everyPort(sound, analysis.writes ?? ANY);
    // A sub-flow runs anew when it is entered, not when one of its ends is passed.
    if (types !== undefined) exits.set(id, exitsOf(graph, id, types, entry ?? id));
  }
  return { scopes, analyses, writes };
}

const everyPort = ({ ports }: NonNullable<OpenNode['sound']>, type: FeelType): Record<string, FeelType> =>
  Object.fromEntries(ports.map((port) => [port.id, type]));

/** What a node leaves for those who come by one of its exits, and who can do so without the node running anew. */
interface Exit {
  type: FeelType;
  reaches: ReadonlySet<string>;
}

function exitsOf(graph: Graph, id: string, types: Readonly<Record<string, FeelType>>, anew: string): Exit[] {
  return Object.entries(types).flatMap(([port, type]) => {
    const wire = wireAt(graph, id, port);
    if (wire === null) return [];
    const reaches = new Set([wire.to]);
    for (const at of reaches) if (at !== anew) for (const next of graph.out.get(at) ?? []) reaches.add(next.to);
    return [{ type, reaches }];
  });
}

/** The union over the exits by which one can have come; null when the node has no such types. */
function typeSeen(exits: readonly Exit[] | undefined, id: string): FeelType | null {
  let seen: FeelType | null = null;
  for (const { type, reaches } of exits ?? []) if (reaches.has(id)) seen = seen === null ? type : unionOf(seen, type);
  return seen;
}

type Seen = Pick<Round, 'opened' | 'graph' | 'before' | 'input' | 'regions'> & {
  writes: Round['known'];
  exits: ReadonlyMap<string, readonly Exit[]>;
  items: ReadonlyMap<string, FeelType>;
};

function scopeOf(id: string, seen: Seen): FeelScopeTypes {
  const { opened, graph, before, input, writes, exits, items, regions } = seen;
  const scope: Record<string, FeelType> = regions.writtenIn(id) === '' ? { input } : {};
  const { blocks } = graph;
  const collecting = blocks.splitOf.get(id);
  // Where iterations are collected each of them has run, however short the list.
  const collected =
    collecting !== undefined && blocks.iterates.has(collecting)
      ? mustPrecedeJoin(graph, id, before.alwaysPrecedes)
      : null;
  const put = (name: string | undefined, type: FeelType | null | undefined, always: boolean): void => {
    // A name that is the language's own is a problem of its node and must not hide what it names.
    if (type === null || name === undefined || name === 'input' || name === '__proto__') return;
    const one = type === undefined || always ? (type ?? ANY) : nullable(type);
    // Two nodes of one name are a problem of theirs; which one is meant cannot be told.
    scope[name] = Object.hasOwn(scope, name) ? ANY : one;
  };
  const returns = new Map<string, string[]>();
  before.eachBefore(id, (other, precedes) => {
    if (!sees(blocks, id, other) || !regions.sees(id, other)) return;
    const entry = regions.entryOf.get(other);
    if (entry !== undefined) returns.set(entry, [...(returns.get(entry) ?? []), other]);
    else
      put(
        opened.nodes.get(other)?.node.name,
        typeSeen(exits.get(other), id) ?? writes.get(other),
        precedes || collected?.has(other) === true,
      );
  });
  // Whoever is past a sub-flow's beginning, and not in it, is past one of its returns.
  for (const [entry, all] of returns) {
    const always = before.alwaysPrecedes(entry, id) || collected?.has(entry) === true;
    put(opened.nodes.get(all[0] ?? '')?.node.name, returnedType(id, all, seen), always);
  }
  const around = [...(blocks.around.get(id) ?? []), ...(collecting === undefined ? [] : [collecting])];
  for (const split of around) {
    const name = itemOf(opened.nodes.get(split)?.sound ?? null);
    if (name === null || name === 'input' || name === '__proto__' || !regions.sees(id, split)) continue;
    scope[name] = items.get(split) ?? ANY;
  }
  return scope;
}

/** What a sub-flow has left at a node: what it gives at those of its returns by which one can have come. */
function returnedType(id: string, returns: readonly string[], { writes, exits }: Seen): FeelType | undefined {
  const reaching = returns.filter((one) => !exits.has(one) || typeSeen(exits.get(one), id) !== null);
  let type: FeelType | undefined;
  for (const one of reaching.length > 0 ? reaching : returns) {
    const written = writes.get(one);
    if (written === undefined || written === null) return undefined;
    type = type === undefined ? written : unionOf(type, written);
  }
  return type;
}

/** The scope of every node by its id. */
export const scopes = (flow: Flow, kinds: Kinds, surroundings: Surroundings): ReadonlyMap<string, FeelScopeTypes> =>
  analyseFlow(flow, kinds, surroundings).scopes;

/** The scope of one node; that of a node which is not in the flow is empty. For several nodes use {@link scopes}. */
export const scopeAt = (flow: Flow, nodeId: string, kinds: Kinds, surroundings: Surroundings): FeelScopeTypes =>
  scopes(flow, kinds, surroundings).get(nodeId) ?? {};
