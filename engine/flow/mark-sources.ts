/** Where the marks of each node come from, at one remove. */
import type { Surroundings } from '../../nodes/kind.ts';
import { canRunBeside, itemOf } from './blocks.ts';
import { isPersonal, type Fields } from './document.ts';
import type { Graph } from './graph.ts';
import type { OpenNode } from './open.ts';
import type { FlowAnalysis } from './scope.ts';

export interface AllSources {
  /** By node of the program. */
  of: ReadonlyMap<string, Sources>;
  /** Whether anything of the flow is marked *personal*. */
  personal: boolean;
}

export function sourcesIn(analysis: FlowAnalysis): AllSources {
  const { opened, precedence } = analysis;
  const named = Map.groupBy(precedence.order, (id) => opened.nodes.get(id)?.node.name ?? '');
  const connected = Map.groupBy(precedence.order, (id) => connectionOf(opened.nodes.get(id)));
  const of = new Map(precedence.order.map((id) => [id, sourcesOf(id, named, connected, analysis)]));
  return {
    of,
    personal: markedFields(opened.flow.input, null).personal || [...of.values()].some((one) => one.personal),
  };
}

export const sameSources = (a: AllSources, b: AllSources): boolean =>
  a.personal === b.personal && JSON.stringify([...a.of]) === JSON.stringify([...b.of]);

export interface Sources {
  nodes: readonly string[];
  /**
   * What tells it something without being read: effects on the system it asks that can have run before, or run in another
   * branch, since what they changed may come back in the answer; and whatever decides which branch comes first, where the
   * first is enough.
   */
  through: readonly string[];
  /** Beginnings of sub-flows by which fields came that it reads. */
  entries: readonly string[];
  personal: boolean;
  protected: boolean;
}

function sourcesOf(
  id: string,
  named: ReadonlyMap<string, readonly string[]>,
  connected: ReadonlyMap<string | null, readonly string[]>,
  { opened, graph, analyses, precedence, made: { surroundings } }: FlowAnalysis,
): Sources {
  const input = opened.flow.input;
  const before = (other: string): boolean => precedence.canPrecede(other, id);
  const reads = analyses.get(id)?.reads;
  const connection = connectionOf(opened.nodes.get(id));
  const through =
    connection === null
      ? []
      : (connected.get(connection) ?? []).filter(
          (other) => before(other) || canRunBeside(graph.blocks, other, id, precedence.canPrecede),
        );
  if (reads === undefined)
    return { nodes: precedence.order.filter(before), through: [], entries: [], ...markedFields(input, null) };
  const sound = opened.nodes.get(id)?.sound;
  const response = responseFields(opened.nodes.get(id), surroundings) ?? sound?.kind.receives?.(sound.config) ?? null;
  const { plain, entries, declared } = throughEntries(reads, named, opened, analyses);
  const marks = plain.filter(([root]) => root === 'input').map(([, field]) => markedFields(input, field ?? null));
  if (response !== null) marks.push(markedFields(response, null));
  if (sound?.kind.declares !== undefined) marks.push(markedFields(sound.kind.declares(sound.config), null));
  marks.push(...declared);
  const names = new Set(plain.map(([root]) => root));
  return {
    nodes: [
      ...[...names].flatMap((name) => named.get(name ?? '') ?? []),
      ...itemsFrom(id, names, opened, graph),
    ].filter(before),
    through: [...through, ...racing(id, names, named, graph)],
    entries,
    personal: marks.some((mark) => mark.personal),
    protected: marks.some((mark) => mark.protected),
  };
}

type Reads = readonly (readonly string[])[];

/**
 * What a node reads where a sub-flow has begun around it: a field of the sub-flow's input is what its formula reads, and
 * has the marks that the sub-flow declares for it. All other fields of that input are left out of it.
 */
function throughEntries(
  reads: Reads,
  named: ReadonlyMap<string, readonly string[]>,
  { nodes }: FlowAnalysis['opened'],
  analyses: FlowAnalysis['analyses'],
): { plain: Reads; entries: readonly string[]; declared: readonly { personal: boolean; protected: boolean }[] } {
  const plain: (readonly string[])[] = [];
  const entries = new Set<string>();
  const declared: { personal: boolean; protected: boolean }[] = [];
  const told = new Set<string>();
  const waiting = [...reads];
  for (const path of waiting) {
    const [root = '', field] = path;
    const entry = named.get(root)?.find((id) => nodes.get(id)?.kind?.seam === 'entry');
    const fields = entry === undefined ? undefined : analyses.get(entry)?.fieldReads;
    if (entry === undefined || fields === undefined || field === undefined) {
      plain.push(path);
      continue;
    }
    const key = JSON.stringify([entry, field]);
    if (told.has(key)) continue;
    told.add(key);
    entries.add(entry);
    const sound = nodes.get(entry)?.sound;
    declared.push(markedFields(sound?.kind.declares?.(sound.config) ?? {}, field));
    if (Object.hasOwn(fields, field)) waiting.push(...(fields[field] ?? []));
  }
  return { plain, entries: [...entries], declared };
}

/**
 * Where the first branch to arrive is enough, all that runs in any of them decides which it is, and by that what the
 * others left: to whoever reads it outside of the branches, and to the list that is collected.
 */
function racing(
  id: string,
  names: ReadonlySet<string | undefined>,
  named: ReadonlyMap<string, readonly string[]>,
  { nodes, blocks }: Graph,
): string[] {
  if (blocks.any.size === 0) return [];
  const outside = (split: string): boolean => blocks.around.get(id)?.includes(split) !== true;
  const read = [...names].flatMap((name) => named.get(name ?? '') ?? []);
  const around = (one: string): readonly string[] => blocks.around.get(one) ?? [];
  const own = blocks.splitOf.get(id);
  const splits = new Set([...read.flatMap(around).filter(outside), ...(own === undefined ? [] : [own])]);
  const raced = [...splits].filter((split) => blocks.any.has(blocks.joinOf.get(split) ?? ''));
  return raced.length === 0 ? [] : nodes.filter((one) => around(one).some((split) => raced.includes(split)));
}

/** The nodes that hand a node the items that it reads by name, and the one whose list says how many it collects. */
function itemsFrom(
  id: string,
  names: ReadonlySet<string | undefined>,
  opened: FlowAnalysis['opened'],
  { blocks }: Graph,
): string[] {
  const collecting = blocks.splitOf.get(id);
  const around = [...(blocks.around.get(id) ?? []), ...(collecting === undefined ? [] : [collecting])];
  return around.filter(
    (split) =>
      (split === collecting && blocks.iterates.has(split)) ||
      names.has(itemOf(opened.nodes.get(split)?.sound ?? null) ?? undefined),
  );
}

/** The marks of one declared field, or of all together when the whole context is read. */
function markedFields(fields: Fields, name: string | null): { personal: boolean; protected: boolean } {
  const read = name === null ? Object.values(fields) : Object.hasOwn(fields, name) ? [fields[name]] : [];
  return {
    personal: read.some((field) => field !== undefined && isPersonal(field)),
    protected: read.some((field) => field?.protected === true),
  };
}

function connectionOf(node: OpenNode | undefined): string | null {
  return node?.sound?.kind.effect?.(node.sound.config)?.connection ?? null;
}

/** What an outside system answers to the node's action, whose fields may be marked as well. */
function responseFields(node: OpenNode | undefined, surroundings: Surroundings): Fields | null {
  const sound = node?.sound;
  const effect = sound?.kind.effect?.(sound.config) ?? null;
  if (effect === null || !Object.hasOwn(surroundings.connections, effect.connection)) return null;
  const actions = surroundings.connections[effect.connection]?.actions ?? {};
  return Object.hasOwn(actions, effect.action) ? (actions[effect.action]?.response ?? null) : null;
}
