/** One round through a flow in topological order: each node is typed by what those before it leave. */
import type { Analysis, Surroundings } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import { ANY, type FeelType } from '../feel/type.ts';
import { isSameScope, leavesSame, sameOrAbsent } from './alike.ts';
import { wireAt, type Graph } from './graph.ts';
import { scopeOf, type Exit, type Seen, type Sight } from './node-scope.ts';
import type { OpenNode } from './open.ts';

/** What is known of a node's value from elsewhere, such as from a look into the sub-flow that it stands for. */
export type Told = ReadonlyMap<string, Pick<Analysis, 'writes' | 'writesAt'>>;

/** What a round came to. */
export interface TypeRound extends Pick<Seen, 'writes' | 'exits' | 'items'> {
  scopes: ReadonlyMap<string, FeelScopeTypes>;
  analyses: ReadonlyMap<string, Analysis>;
  told: Told;
}

export interface RoundOrder extends Sight {
  /** Written types from the round before. */
  known: Seen['writes'];
  surroundings: Surroundings;
  told: Told;
  /** The same round of an analysis made earlier with the same surroundings; null where there is none. */
  earlier: (Sight & { round: TypeRound; known: Seen['writes'] }) | null;
}

/** More changed types than this are not looked up one by one. */
const MANY = 16;

/**
 * Types every node once.
 *
 * What did not change since `earlier` is taken from there, the very same objects: a scope where the graph is the same and
 * nothing that comes before leaves anything else, or where it turned out the same; an analysis where node and scope are
 * the same. Whatever is taken over equals what would be worked out anew.
 */
export function typeRound(order: RoundOrder): TypeRound {
  const { opened, before, known, surroundings, told, earlier } = order;
  const exits = new Map<string, readonly Exit[]>();
  const scopes = new Map<string, FeelScopeTypes>();
  const analyses = new Map<string, Analysis>();
  const writes = new Map(known);
  const items = new Map<string, FeelType>();
  const seen: Seen = { ...order, writes, exits, items };
  const changes = new Changes(order);
  for (const id of before.order) {
    const old = earlier?.round.scopes.get(id);
    let scope = old;
    if (old === undefined || changes.reach(id)) {
      const own = scopeOf(id, seen);
      // Complete from here on, so that what is prepared for its names stays true.
      scope = old !== undefined && isSameScope(old, own) ? old : Object.preventExtensions(own);
    }
    scopes.set(id, scope ?? {});
    const node = opened.nodes.get(id);
    const sound = node?.sound ?? null;
    // A node that cannot be opened may write anything: its readers are not blamed for it.
    if (sound === null) {
      writes.set(id, ANY);
      changes.note(id, null);
      continue;
    }
    const was = earlier?.round.analyses.get(id);
    const isSame =
      was !== undefined &&
      scope === old &&
      earlier?.opened.nodes.get(id) === node &&
      sameOrAbsent(told.get(id), earlier?.round.told.get(id), leavesSame);
    const analysis = isSame
      ? was
      : keeping(was, { ...sound.kind.analyse(sound.config, scope ?? {}, surroundings), ...told.get(id) });
    analyses.set(id, analysis);
    writes.set(id, analysis.writes);
    if (analysis.itemType !== undefined) items.set(id, analysis.itemType);
    changes.note(id, analysis);
    const left = isSame && changes.sameGraph ? earlier?.round.exits.get(id) : exitsOf(id, sound, analysis, order);
    if (left !== undefined) exits.set(id, left);
  }
  return { scopes, analyses, writes, exits, items, told };
}

/** An analysis with the types of the one before, where they are the same: those who read them can tell at a glance. */
const keeping = (was: Analysis | undefined, now: Analysis): Analysis =>
  was !== undefined && leavesSame(was, now) ? { ...now, ...leftBy(was) } : now;

const leftBy = ({ writes, writesAt, itemType }: Analysis): Pick<Analysis, 'writes' | 'writesAt' | 'itemType'> => ({
  writes,
  ...(writesAt === undefined ? {} : { writesAt }),
  ...(itemType === undefined ? {} : { itemType }),
});

/** Which nodes leave something else than they did earlier, or under another name. */
class Changes {
  /** Whether nodes are wired as they were. */
  readonly sameGraph: boolean;
  readonly #order: RoundOrder;
  readonly #changed = new Set<string>();
  readonly #everywhere: boolean;

  constructor(order: RoundOrder) {
    this.#order = order;
    const { earlier, graph, input, known, opened } = order;
    this.sameGraph = earlier !== null && earlier.graph === graph;
    this.#everywhere = !this.sameGraph || earlier?.input !== input;
    for (const [id, type] of known) if (earlier?.known.get(id) !== type) this.#changed.add(id);
    for (const [id, { node }] of opened.nodes)
      if (earlier?.opened.nodes.get(id)?.node.name !== node.name) this.#changed.add(id);
  }

  /** Whether the scope of a node may be another. */
  reach(id: string): boolean {
    if (this.#everywhere || this.#changed.size > MANY) return true;
    for (const changed of this.#changed) if (this.#order.before.canPrecede(changed, id)) return true;
    return false;
  }

  /** @param analysis null for a node that cannot be opened */
  note(id: string, analysis: Analysis | null): void {
    const was = this.#order.earlier?.round.analyses.get(id) ?? null;
    const isSame = was === analysis || (was !== null && analysis !== null && leavesVery(was, analysis));
    if (!isSame) this.#changed.add(id);
  }
}

/** By the very types, which {@link keeping} sees to. */
const leavesVery = (a: Analysis, b: Analysis): boolean =>
  a.writes === b.writes && a.writesAt === b.writesAt && a.itemType === b.itemType;

function exitsOf(
  id: string,
  sound: NonNullable<OpenNode['sound']>,
  analysis: Analysis,
  { graph, regions }: RoundOrder,
): Exit[] | undefined {
  const entry = regions.entryOf.get(id);
  const types = entry === undefined ? analysis.writesAt : everyPort(sound, analysis.writes ?? ANY);
  // A sub-flow runs anew when it is entered, not when one of its ends is passed.
  return types === undefined ? undefined : exitsBy(graph, id, types, entry ?? id);
}

const everyPort = ({ ports }: NonNullable<OpenNode['sound']>, type: FeelType): Record<string, FeelType> =>
  Object.fromEntries(ports.map((port) => [port.id, type]));

function exitsBy(graph: Graph, id: string, types: Readonly<Record<string, FeelType>>, anew: string): Exit[] {
  return Object.entries(types).flatMap(([port, type]) => {
    const wire = wireAt(graph, id, port);
    if (wire === null) return [];
    const reaches = new Set([wire.to]);
    for (const at of reaches) if (at !== anew) for (const next of graph.out.get(at) ?? []) reaches.add(next.to);
    return [{ type, reaches }];
  });
}
