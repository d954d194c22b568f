import type { Surroundings } from '../../nodes/kind.ts';
import { canRunBeside, itemOf } from './blocks.ts';
import { isPersonal, type Fields, type Flow } from './document.ts';
import { inlineFlows } from './inline.ts';
import { immediateDominators, postorder } from './dominators.ts';
import { completeRoots, numbered, type Graph } from './graph.ts';
import type { Kinds, OpenNode } from './open.ts';
import { analyseFlow, type FlowAnalysis } from './scope.ts';

/** What clings to a node's value, and to the fact that it runs. */
export interface Marks {
  /** AI nodes whose answers the value depends on, the node itself if it is one. */
  ai: ReadonlySet<string>;
  /** AI nodes whose answers decide, wholly or in part, whether the node runs. */
  controlAi: ReadonlySet<string>;
  /** A person's node has always run before, or the node is one. By which exit the run left it is not looked at. */
  person: boolean;
  /** The value derives from what is marked *personal*, or, where anything of the flow is, from what a person wrote. */
  personal: boolean;
  /** The value derives from what is marked *protected*. */
  protected: boolean;
}

/** The marks of every node of the program, by id: those of sub-flows stand in their places. */
export const marksOf = (flow: Flow, kinds: Kinds, surroundings: Surroundings): ReadonlyMap<string, Marks> =>
  marksOfAnalysis(analyseFlow(inlineFlows(flow, kinds, surroundings).flow, kinds, surroundings), surroundings);

/**
 * Marks from an analysis that is there already.
 *
 * Data: a value depends on all that its node reads, a node as a whole. Where a node that is read may not have run, that
 * its value is null tells what decided so, and counts as data. So does, for a node on a circle, what decides how often it
 * runs. A node that could not be opened is taken to depend on everything that can have run before it.
 *
 * Control: a node runs by grace of those it is control dependent on (Ferrante, Ottenstein and Warren, 1987): their choice
 * of exit, which depends on their value, and whatever made them run. An exit without a wire is no way on and does not
 * count. Both are closed over all steps, loops too. That a run fails or never ends is not taken as telling anything.
 */
export function marksOfAnalysis(analysis: FlowAnalysis, surroundings: Surroundings): ReadonlyMap<string, Marks> {
  const { graph, opened, precedence } = analysis;
  const { order } = precedence;
  const named = Map.groupBy(order, (id) => opened.nodes.get(id)?.node.name ?? '');
  const sources = new Map(order.map((id) => [id, sourcesOf(id, named, analysis, surroundings)]));
  const controllers = controlDependence(graph);
  const marks = new Map(order.map((id) => [id, blank()]));
  const people = order.filter((id) => opened.nodes.get(id)?.kind?.influence === 'person');
  const personal =
    markedFields(opened.flow.input, null).personal || [...sources.values()].some((source) => source.personal);
  // What people write about a case is about somebody, where anything of it is.
  const writers = new Set(personal ? people : []);
  const at = (id: string): Draft => marks.get(id) ?? blank();
  // All marks only grow, so going round until nothing grows ends, at the least solution.
  for (let grown = true; grown;) {
    grown = false;
    for (const [id, own] of marks) {
      const before = sizeOf(own);
      if (opened.nodes.get(id)?.kind?.influence === 'ai') own.ai.add(id);
      const source = sources.get(id);
      own.personal ||= source?.personal ?? false;
      own.protected ||= source?.protected ?? false;
      for (const read of source?.nodes ?? []) {
        const other = at(read);
        addAll(own.ai, other.ai);
        if (!precedence.alwaysPrecedes(read, id)) addAll(own.ai, other.controlAi);
        own.personal ||= other.personal || writers.has(read);
        own.protected ||= other.protected;
      }
      for (const effect of source?.through ?? []) {
        addAll(own.ai, at(effect).ai);
        addAll(own.ai, at(effect).controlAi);
      }
      for (const entry of source?.entries ?? [])
        if (precedence.canPrecede(entry, entry)) addAll(own.ai, at(entry).controlAi);
      for (const controller of controllers.get(id) ?? []) {
        addAll(own.controlAi, at(controller).ai);
        addAll(own.controlAi, at(controller).controlAi);
      }
      // On a circle, control decides how often the node runs, and by that which of its values is the last.
      if (precedence.canPrecede(id, id)) addAll(own.ai, own.controlAi);
      if (sizeOf(own) !== before) grown = true;
    }
  }
  for (const [id, own] of marks) {
    own.person = people.some((person) => person === id || precedence.alwaysPrecedes(person, id));
  }
  return marks;
}

interface Draft extends Marks {
  ai: Set<string>;
  controlAi: Set<string>;
}

const blank = (): Draft => ({ ai: new Set(), controlAi: new Set(), person: false, personal: false, protected: false });

const sizeOf = (marks: Draft): number =>
  marks.ai.size + marks.controlAi.size + Number(marks.personal) + Number(marks.protected);

function addAll(into: Set<string>, from: ReadonlySet<string>): void {
  for (const item of from) into.add(item);
}

interface Sources {
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
  { opened, graph, analyses, precedence }: FlowAnalysis,
  surroundings: Surroundings,
): Sources {
  const input = opened.flow.input;
  const before = (other: string): boolean => precedence.canPrecede(other, id);
  const reads = analyses.get(id)?.reads;
  const connection = connectionOf(opened.nodes.get(id));
  const through =
    connection === null
      ? []
      : precedence.order.filter(
          (other) =>
            connectionOf(opened.nodes.get(other)) === connection &&
            (before(other) || canRunBeside(graph.blocks, other, id, precedence.canPrecede)),
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

/**
 * By node, the nodes whose choice of wire decides whether it runs: it stands on every way on from one of their wires,
 * but not on every way on from them.
 */
export function controlDependence(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const { next, previous } = numbered(graph);
  const exits = graph.nodes.flatMap((id, i) => ((graph.out.get(id) ?? []).length === 0 ? [i] : []));
  // A circle without a way out has no end to be judged from; one of its nodes stands in for it.
  const roots = completeRoots(exits, previous, next);
  const after = immediateDominators(roots, previous, next);
  const controllers = new Map<string, Set<string>>(graph.nodes.map((id) => [id, new Set()]));
  for (const node of postorder(roots, previous)) {
    const targets = next[node] ?? [];
    // An end that a circle lacks was given to it; leaving there is one more way on.
    const branches = new Set(targets).size + (roots.includes(node) && targets.length > 0 ? 1 : 0) > 1;
    if (!branches) continue;
    for (const target of targets) {
      for (let on = target; on >= 0 && on !== after[node]; on = after[on] ?? -1) {
        controllers.get(graph.nodes[on] ?? '')?.add(graph.nodes[node] ?? '');
      }
    }
  }
  return new Map([...controllers].map(([id, by]) => [id, [...by].sort()]));
}
