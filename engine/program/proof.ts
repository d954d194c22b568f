/**
 * The safety proof: no effect that needs a person follows from an AI answer that no person has approved. Pure, and exact
 * over the kinds that there are, but for what S12 says. In a word, every way that a case can take through the flow is
 * followed, with what the rules and formulas on the way say of the values that matter.
 *
 * - S1 An effect is a step whose action is not of class `read`. An action that is not known counts as irreversible.
 * - S2 An irreversible effect needs a person; where the policy names it, above `max` of `field` only. A reversible one
 *   needs none; where the policy names it, above `max` of `field`.
 * - S3 An effect depends on an AI decision when the answer reaches its arguments, through whatever steps, or decides
 *   whether it runs (engine/flow/marks.ts). One that depends on none is safe.
 * - S4 An answer is pending from any exit of its AI decision until a case takes the exit `approved` of a person's step,
 *   where what follows from it has been shown. No other exit clears it: not `rejected`, `sent back` or `timed out`. Nor
 *   does what a person chose or filled in, also in the place of an answer: nobody was shown what follows from that. An AI
 *   decision that runs again is pending again.
 * - S5 An effect that needs a person is unsafe when some way from the start brings a pending answer that it depends on
 *   to it, unless it keeps within its limit there. Back edges are followed, as often as it may be.
 * - S6 A rule leaves by its rows. A row is taken only where its cells can hold, given what is known, and under FIRST no
 *   row before it surely holds, under UNIQUE none beside it. Its output for the branching column says by which exit; one
 *   that cannot be told leads to every exit. Where no row may hold, the defaults count. A table that gives a list tells
 *   nothing and leaves by any exit; one that may outrun its budget of steps may give null besides.
 *   So does an AI decision by the rows of the table that it falls back to; past them it may be a person, or nobody.
 * - S7 A row that was taken tells what its cells say of its columns, and what its outputs say of the rule's value; a
 *   formula tells its bounds, and so does what a sub-flow declares of a field that it begins with; the exit of an AI
 *   decision or a person tells the choice or decision; a step that has not run has the value null. Expressions are the
 *   same when their normal text is (engine/feel/rewrite.ts); what asks the clock is never the same.
 * - S8 What is known of an expression is forgotten when a step that it reads runs again.
 * - S9 An effect keeps its limit when the number that it sends in `field` is surely at most `max`. A limit bounds from
 *   above only: an amount below zero is within it, so an action that must not take one has to refuse it. The contract has
 *   to ask for `field` as a number that is not optional: then nothing but a number is ever sent.
 * - S10 An unsafe effect is shown with a shortest way from the AI decision to it and the rows taken.
 * - S11 Same flow, surroundings and policy, same proof, to the byte.
 * - S12 It always ends. Where too many cases would have to be told apart it forgets what it knows, and says so. What is
 *   known is kept for each expression by itself: that two of them are equal, or that a branch of an `if` goes with its
 *   condition, is not seen. In both it may call unsafe what is not, but never the other way round.
 * - S13 Branches that run at once are followed one by one, as if each were the only one; at their join nothing is known of
 *   what the others left. A “for each” may have nothing to go through. An approval in one branch does not clear what
 *   another branch answered. An answer from before the branches comes to what follows a join of all of them through every
 *   one: it is cleared where no way leads on through one of them, chosen for each such join, that does not clear it
 *   (proof-branches.ts). What is known of an item is forgotten when another is handed out. What one branch or
 *   iteration sends to a system may come back in the answer to another that runs meanwhile or later; and where the first
 *   branch is enough, all of them say which it is.
 */
import type { Policy } from '../connections/contract.ts';
import { canRunBeside, WITHOUT_ITEMS } from '../flow/blocks.ts';
import { marksOfAnalysis } from '../flow/marks.ts';
import { isInProgram, type Kinds } from '../flow/open.ts';
import { inlineFlows } from '../flow/inline.ts';
import { analyseFlow, type FlowAnalysis } from '../flow/scope.ts';
import type { Flow } from '../flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { forksOf, lanesBetween, type Fork, type Lane } from './proof-branches.ts';
import type { EffectProof, SafetyProof, UnsafePath } from './proof-document.ts';
import { effectsOf, keepsLimit, type Effect } from './proof-effects.ts';
import { explore, type Link, type State } from './proof-explore.ts';
import { memoryOf } from './proof-live.ts';
import { isUntouched, stepsOf, type MadeSteps, type Step } from './proof-steps.ts';
import { approvedBy, limitedBy, NO_AI, NO_NEED, NO_WAY, unsafeReason, type RowOf, type Way } from './proof-words.ts';

export { safetyProofSchema } from './proof-document.ts';
export type { EffectProof, SafetyProof, UnsafePath } from './proof-document.ts';

/**
 * Proves a flow safe under a policy, or shows how it is not. The flow has to be free of errors (`checkFlow`): a node that
 * cannot be opened may do anything, so one makes this throw.
 */
export const proveSafety = (flow: Flow, kinds: Kinds, surroundings: Surroundings, policy: Policy): SafetyProof =>
  proveAnalysis(analyseFlow(inlineFlows(flow, kinds, surroundings).flow, kinds, surroundings), policy);

/** The proof from an analysis that is there already, with all sub-flows in their places. */
export const proveAnalysis = (analysis: FlowAnalysis, policy: Policy): SafetyProof =>
  proveAfter(null, analysis, policy).proof;

/** A proof and what it was made of. */
export interface Proved extends MadeSteps {
  policy: Policy;
  proof: SafetyProof;
}

/**
 * {@link proveAnalysis} after a change to the document: the proof is the same as without `before`, what was proved last,
 * and is that very proof where nothing that it looks at has changed.
 */
export function proveAfter(before: Proved | null, analysis: FlowAnalysis, policy: Policy): Proved {
  for (const node of analysis.opened.nodes.values())
    if (isInProgram(node) && (node.sound === null || node.kind?.inlines !== undefined))
      throw new Error(`the step “${node.node.name}” cannot be opened; check the flow before it is proved`);
  const marks = marksOfAnalysis(analysis);
  const { surroundings } = analysis.made;
  const earlier = before?.analysis.made.surroundings === surroundings ? before : null;
  const steps = stepsOf(analysis, earlier);
  if (earlier !== null && earlier.policy === policy && isSameCase(earlier, { analysis, steps }))
    return { analysis, steps, policy, proof: earlier.proof };
  const effects = effectsOf(analysis, surroundings, policy);
  const asks = effects.flatMap(({ node, limit }) => (limit === null ? [] : [[node, [limit.term]] as const]));
  const states = explore(analysis.graph, steps, memoryOf(analysis.graph, steps, new Map(asks)));
  const cases = casesOf(states, steps, analysis);
  const proof: SafetyProof = { safe: true, effects: [], unsafe: [] };
  for (const effect of effects) {
    const own = marks.get(effect.node);
    const ai = new Set([...(own?.ai ?? []), ...(own?.controlAi ?? [])]);
    const judged = judge(effect, ai, cases);
    const { node, connection, action } = effect;
    const base = { node, connection, action, class: effect.class };
    if ('path' in judged) {
      proof.safe = false;
      proof.unsafe.push(judged.path);
      proof.effects.push({ ...base, verdict: 'unsafe', because: [judged.path.reason] });
    } else {
      proof.effects.push({ ...base, verdict: 'safe', because: judged.because });
    }
  }
  return { analysis, steps, policy, proof };
}

/** Whether all that a proof looks at is the same: wires, marks, steps, and what is sent to systems. */
const isSameCase = (before: MadeSteps, now: MadeSteps): boolean =>
  before.analysis.graph === now.analysis.graph &&
  marksOfAnalysis(before.analysis) === marksOfAnalysis(now.analysis) &&
  [...now.steps].every(
    ([id, step]) =>
      before.steps.get(id) === step &&
      (now.analysis.opened.nodes.get(id)?.kind?.effect === undefined || isUntouched(id, before.analysis, now.analysis)),
  );

interface Cases {
  readonly states: readonly State[];
  readonly steps: ReadonlyMap<string, Step>;
  /** The states that follow a state by a link that clears nothing. */
  readonly onward: readonly (readonly number[])[];
  readonly ofNode: ReadonlyMap<string, readonly number[]>;
  readonly beside: ReadonlyMap<string, readonly string[]>;
  /** Nodes that may run again in one branch. */
  readonly circles: ReadonlySet<string>;
  readonly forks: readonly Fork[];
}

/**
 * By each step that asks a system, the steps that may send something to the same system meanwhile, or in an iteration
 * before, with no wire that leads from one to the other: by the system an answer gets across all the same.
 */
function besideIn({ opened, graph, precedence }: FlowAnalysis): ReadonlyMap<string, readonly string[]> {
  const connectionOf = (id: string): string | null => {
    const sound = opened.nodes.get(id)?.sound;
    return sound?.kind.effect?.(sound.config)?.connection ?? null;
  };
  const asking = graph.nodes.filter(
    (id) => (graph.blocks.around.get(id) ?? []).length > 0 && connectionOf(id) !== null,
  );
  const isBeside = (id: string, other: string): boolean =>
    connectionOf(id) === connectionOf(other) && canRunBeside(graph.blocks, other, id, precedence.canPrecede);
  return new Map(asking.map((id) => [id, asking.filter((other) => isBeside(id, other))]));
}

function casesOf(states: readonly State[], steps: ReadonlyMap<string, Step>, analysis: FlowAnalysis): Cases {
  const onward: number[][] = states.map(() => []);
  const ofNode = Map.groupBy(states.keys(), (at) => states[at]?.node ?? '');
  const { graph, precedence } = analysis;
  const circles = new Set(graph.nodes.filter((id) => precedence.canPrecede(id, id)));
  const forks = forksOf(graph, steps);
  const cases: Cases = { states, steps, onward, ofNode, beside: besideIn(analysis), circles, forks };
  states.forEach((state, at) => {
    for (const link of state.from) if (!clears(link, cases)) onward[link.state]?.push(at);
  });
  return cases;
}

type Judgement = { path: UnsafePath } | { because: EffectProof['because'] };

function judge(effect: Effect, ai: ReadonlySet<string>, cases: Cases): Judgement {
  if (!effect.needsPerson) return { because: [NO_NEED] };
  if (ai.size === 0) return { because: [NO_AI] };
  const { states } = cases;
  const arrivals = cases.ofNode.get(effect.node) ?? [];
  const within = new Set(arrivals.filter((at) => keepsLimit(effect, states[at]?.facts ?? new Map())));
  const beyond = arrivals.filter((at) => !within.has(at));
  const some = wayBack(beyond, ai, cases);
  const way = some === null || cases.forks.length === 0 ? some : wayThroughAll(effect.node, beyond, ai, cases);
  return way === null
    ? { because: reasons(effect, ai, { arrivals, within }, cases) }
    : { path: pathOf(effect, way, cases) };
}

/**
 * The same as {@link wayBack}, with branches of which all are waited for. A case that comes to the effect with an answer
 * pending has come there through each of them, and in none has anybody approved; so an answer for which some lane has no
 * such way is not pending. That holds of what wires alone lead to: what gets across by a system is followed everywhere.
 */
function wayThroughAll(effect: string, goals: readonly number[], ai: ReadonlySet<string>, cases: Cases): Found | null {
  let shortest: Found | null = null;
  for (const one of ai) {
    const answer = new Set([one]);
    let way = wayBack(goals, answer, cases, { across: 'must' });
    if (way === null)
      for (const lane of lanesBetween(cases.forks, one, effect)) {
        const found = wayBack(goals, answer, cases, { across: 'never', lane });
        way ??= found;
        if (found !== null) continue;
        way = null;
        break;
      }
    if (way !== null && (shortest === null || lengthOf(way) < lengthOf(shortest))) shortest = way;
  }
  return shortest;
}

const lengthOf = (way: Found | null): number => (way === null ? 0 : 1 + lengthOf(way.next));

/** Whether an answer that was pending is no longer, once the link was taken. */
const clears = (link: Link, { states, steps }: Pick<Cases, 'states' | 'steps'>): boolean =>
  steps.get(states[link.state]?.node ?? '')?.approves === link.port;

/** A state and the links that lead from it to where the search began. */
interface Found {
  readonly at: number;
  readonly link: Link | null;
  readonly next: Found | null;
}

/** Which ways are followed: in which lane, and whether they may, must or never get across by a system. */
interface Followed {
  readonly across: 'may' | 'must' | 'never';
  readonly lane?: Lane;
}

/** A shortest way on which an answer stays pending, from one of the AI decisions to one of the states. */
function wayBack(
  goals: readonly number[],
  ai: ReadonlySet<string>,
  cases: Cases,
  { across, lane }: Followed = { across: 'may' },
): Found | null {
  // Where it must get across, a state counts as another one once it has.
  const seen = { before: new Set(goals), since: new Set<number>() };
  const queue: (Found & { readonly hasCrossed: boolean })[] = goals.map((at) => ({
    at,
    link: null,
    next: null,
    hasCrossed: across !== 'must',
  }));
  const crossed = new Set<string>();
  const follow = (found: Found, link: Link, hasCrossed: boolean): void => {
    const known = hasCrossed && across === 'must' ? seen.since : seen.before;
    if (known.has(link.state) || clears(link, cases)) return;
    known.add(link.state);
    queue.push({ at: link.state, link, next: found, hasCrossed });
  };
  for (const found of queue) {
    const state = cases.states[found.at];
    if (state === undefined) continue;
    if (ai.has(state.node) && found.hasCrossed) return found;
    // What the effect itself is answered comes after it was sent, unless it stands on a circle.
    const isAnswered = found.link !== null || cases.circles.has(state.node);
    const links = isAnswered && across !== 'never' && !crossed.has(state.node) ? linksAcross(state.node, cases) : [];
    if (isAnswered) crossed.add(state.node);
    for (const link of state.from)
      if (lane?.get(cases.states[link.state]?.node ?? '')?.has(link.port) !== false)
        follow(found, link, found.hasCrossed);
    for (const link of links) follow(found, link, true);
  }
  return null;
}

/** The exit of the way that an answer takes through a system, from a branch or iteration to another. */
const ACROSS = 'across';

const linksAcross = (node: string, { beside, ofNode }: Cases): Link[] =>
  (beside.get(node) ?? [])
    .flatMap((id) => ofNode.get(id) ?? [])
    .map((state) => ({ state, edge: '', port: ACROSS, row: null }));

function pathOf(effect: Effect, way: Found, { states, steps }: Cases): UnsafePath {
  const nodes: string[] = [];
  const edges: string[] = [];
  const rows: Way['rows'][number][] = [];
  const nameOf = (id: string): string => steps.get(id)?.title ?? id;
  let blunt = false;
  for (let found: Found | null = way; found !== null; found = found.next) {
    const state = states[found.at];
    if (state === undefined) continue;
    nodes.push(state.node);
    blunt ||= state.blunt;
    if (found.link === null) continue;
    // The way past an empty list is drawn nowhere, nor is that through a system.
    if (found.link.port !== WITHOUT_ITEMS && found.link.port !== ACROSS) edges.push(found.link.edge);
    const step = steps.get(state.node);
    if (step?.hasRows === true)
      rows.push(found.link.row === null ? { rule: step.title, row: null } : rowOf(step, found.link.row));
  }
  const ai = nodes[0] ?? '';
  return {
    effect: { node: effect.node, connection: effect.connection, action: effect.action },
    ai,
    nodes,
    edges,
    reason: unsafeReason(effect, { ai: nameOf(ai), names: nodes.map(nameOf), rows, blunt }),
  };
}

function rowOf(step: Step, row: string): RowOf {
  const at = step.rows.indexOf(row);
  return { rule: step.title, row, place: at < 0 ? null : at + 1 };
}

/** Why a safe effect is safe: the approvals that stand before it, and what keeps its amount down where none does. */
function reasons(
  effect: Effect,
  ai: ReadonlySet<string>,
  { arrivals, within }: { arrivals: readonly number[]; within: ReadonlySet<number> },
  cases: Cases,
): string[] {
  const { states, steps } = cases;
  const pending = pendingStates(ai, cases);
  const approvals = new Set<string>();
  walk(arrivals, states.length, (at) => {
    const before: number[] = [];
    for (const link of states[at]?.from ?? []) {
      if (!clears(link, cases)) before.push(link.state);
      else if (pending[link.state] === 1) approvals.add(steps.get(states[link.state]?.node ?? '')?.title ?? '');
    }
    return before;
  });
  const because: string[] = [];
  if (approvals.size > 0) because.push(approvedBy([...approvals].sort()));
  const limited = arrivals.filter((at) => pending[at] === 1 && within.has(at));
  if (limited.length > 0 && effect.limit !== null) because.push(limitReason(effect, limited, cases));
  return because.length === 0 ? [NO_WAY] : because;
}

/** Which states have an answer of one of the AI decisions pending, or are about to. */
function pendingStates(ai: ReadonlySet<string>, { states, onward, ofNode }: Cases): Uint8Array {
  const decisions = [...ai].flatMap((id) => ofNode.get(id) ?? []);
  return walk(decisions, states.length, (at) => onward[at] ?? []);
}

/** Visits what can be reached, each once; gives back what was visited. */
function walk(from: readonly number[], count: number, next: (at: number) => readonly number[]): Uint8Array {
  const seen = new Uint8Array(count);
  const waiting = [...from];
  for (const at of waiting) seen[at] = 1;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const to of next(at)) {
      if (seen[to] === 1) continue;
      seen[to] = 1;
      waiting.push(to);
    }
  }
  return seen;
}

/** Goes back from where the limit is kept to the links after which it first is. */
function limitReason(effect: Effect, arrivals: readonly number[], cases: Cases): string {
  const { states, steps } = cases;
  const rows = new Map<string, RowOf>();
  const workers = new Set<string>();
  const keeps = new Map<number, boolean>();
  const keepsAt = (at: number): boolean => {
    const known = keeps.get(at) ?? keepsLimit(effect, states[at]?.facts ?? new Map());
    keeps.set(at, known);
    return known;
  };
  walk(arrivals, states.length, (at) => {
    const before: number[] = [];
    for (const link of states[at]?.from ?? []) {
      const step = steps.get(states[link.state]?.node ?? '');
      if (step === undefined) continue;
      if (keepsAt(link.state)) before.push(link.state);
      else if (link.row !== null) rows.set(JSON.stringify([step.id, link.row]), rowOf(step, link.row));
      else if (step.hasRows || step.writes.size > 0) workers.add(step.title);
    }
    return before;
  });
  const { limit } = effect;
  return limit === null
    ? NO_WAY
    : limitedBy(
        limit,
        [...rows.values()].sort(
          (a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) || (a.place ?? 0) - (b.place ?? 0),
        ),
        [...workers].sort(),
      );
}
