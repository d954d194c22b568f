import type { Analysis, Surroundings } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import type { FeelType } from '../feel/type.ts';
import { isSameShape, isSameType } from './alike.ts';
import type { Flow } from './document.ts';
import { fieldsType } from './field-type.ts';
import { graphOfOpen, precedence, type Graph, type Precedence } from './graph.ts';
import type { Sight } from './node-scope.ts';
import { openFlow, type Kinds, type OpenFlow } from './open.ts';
import { regionsOf, type Regions } from './regions.ts';
import { typeRound, type Told, type TypeRound } from './type-round.ts';

export type { Told } from './type-round.ts';

/** All that the types of a flow say, worked out once. */
export interface FlowAnalysis {
  opened: OpenFlow;
  graph: Graph;
  precedence: Precedence;
  /** What expressions of each node may use. */
  scopes: ReadonlyMap<string, FeelScopeTypes>;
  /** What each kind says of its node; absent for nodes that could not be opened. */
  analyses: ReadonlyMap<string, Analysis>;
  /** What it was made with, and how: an analysis of the document after a change begins from there. */
  made: Making;
}

interface Making {
  kinds: Kinds;
  surroundings: Surroundings;
  input: FeelType;
  /** What is in scope at what is no part of the program. */
  outside: FeelScopeTypes;
  regions: Regions;
  rounds: readonly TypeRound[];
}

export interface AnalyseOptions {
  told?: Told;
  /**
   * Of the document before a change. Analyses are the same with it and without; with it, what the change does not touch
   * is taken over, the very same objects. It is left alone where kinds or surroundings are other ones.
   */
  before?: FlowAnalysis | null;
}

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
  { told = new Map(), before = null }: AnalyseOptions = {},
): FlowAnalysis {
  const earlier = before?.made.kinds === kinds && before.made.surroundings === surroundings ? before : null;
  const opened = openFlow(flow, kinds, earlier?.opened);
  const sight = sightOf(opened, earlier);
  const rounds: TypeRound[] = [];
  const round = (): TypeRound => {
    const at = rounds.length;
    const same = earlier?.made.rounds[at];
    const done = typeRound({
      ...sight,
      known: knownIn(rounds, at),
      surroundings,
      told,
      earlier:
        earlier === null || same === undefined
          ? null
          : { ...sightIn(earlier), round: same, known: knownIn(earlier.made.rounds, at) },
    });
    rounds.push(done);
    return done;
  };
  const { graph, before: order } = sight;
  const goesBack = graph.wires.some((wire) => wire.back) || order.order.some((id) => order.canPrecede(id, id));
  const first = round();
  const last = goesBack ? round() : first;
  const { input, regions } = sight;
  const outside = earlier?.made.input === input ? earlier.made.outside : { input };
  const scopes = new Map(last.scopes);
  const analyses = new Map(last.analyses);
  for (const { id, sound } of opened.nodes.values()) {
    if (scopes.has(id)) continue;
    scopes.set(id, outside);
    if (sound === null) continue;
    const isSame = earlier?.scopes.get(id) === outside && earlier.opened.nodes.get(id) === opened.nodes.get(id);
    const known = isSame ? earlier.analyses.get(id) : undefined;
    analyses.set(id, known ?? sound.kind.analyse(sound.config, outside, surroundings));
  }
  const made = { kinds, surroundings, input, outside, regions, rounds };
  return { opened, graph, precedence: order, scopes, analyses, made };
}

function sightOf(opened: OpenFlow, earlier: FlowAnalysis | null): Sight {
  const fresh = fieldsType(opened.flow.input);
  const input = earlier !== null && isSameType(earlier.made.input, fresh) ? earlier.made.input : fresh;
  if (earlier !== null && isSameShape(earlier.opened, opened)) return { ...sightIn(earlier), opened, input };
  const graph = graphOfOpen(opened);
  return { opened, graph, before: precedence(graph), input, regions: regionsOf(opened) };
}

const sightIn = ({ opened, graph, precedence: before, made: { input, regions } }: FlowAnalysis): Sight => ({
  opened,
  graph,
  before,
  input,
  regions,
});

/** What a round knows of written types: what the round before it wrote. */
const knownIn = (rounds: readonly TypeRound[], at: number): TypeRound['writes'] => rounds[at - 1]?.writes ?? NOTHING;

const NOTHING: TypeRound['writes'] = new Map();

/** The scope of every node by its id. */
export const scopes = (flow: Flow, kinds: Kinds, surroundings: Surroundings): ReadonlyMap<string, FeelScopeTypes> =>
  analyseFlow(flow, kinds, surroundings).scopes;

/** The scope of one node; that of a node which is not in the flow is empty. For several nodes use {@link scopes}. */
export const scopeAt = (flow: Flow, nodeId: string, kinds: Kinds, surroundings: Surroundings): FeelScopeTypes =>
  scopes(flow, kinds, surroundings).get(nodeId) ?? {};
