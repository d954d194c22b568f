import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { autoName } from '../../engine/flow/edit.ts';
import { graphOf, reachable } from '../../engine/flow/graph.ts';
import { namesOf } from '../../engine/flow/names.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Port } from '../../nodes/kind.ts';
import { words } from '../words/index.ts';
import { addNode, connect, DEFAULT_BACK_VISITS, removeThings, setBack, setDisabled } from './commands.ts';
import { own, portsOf } from './describe.ts';
import { spliced } from './splice.ts';
import { CARD_SIZE, placesOf } from './tidy.ts';
import { freePlace } from './travel.ts';

/** A random id such as `n_…` for the prefix `n`. */
export type FreshId = (prefix: string) => string;

/** What can be done about a problem, in one go and undone in one: a change of the flow, or a place where it is put right. */
export type Repair = { label: string } & (
  | { change: (flow: Flow, freshId: FreshId) => { flow: Flow; select: readonly string[] } }
  | { goTo: 'connections' | 'models' }
);

/** Steps and wires from an AI decision to an effect that nobody limits, as the proof tells them. */
export interface UnsafeWay {
  edges: readonly string[];
  effect: { node: string };
}

/**
 * What would most likely be meant to be done about a problem, or null where a person has to say. It holds for the flow that
 * the problem was found in. `unsafe` is the path that an UNSAFE_PATH tells of.
 */
export function repairOf(problem: Problem, flow: Flow, unsafe: UnsafeWay | null = null): Repair | null {
  const at: At = { flow, node: problem.node ?? '', problem };
  switch (problem.code) {
    case 'PORT_UNWIRED':
      return leadOn(at);
    case 'NODE_UNREACHABLE':
      return leadTo(at);
    case 'TRIGGER_MISSING':
      return begin(at);
    case 'BLOCK_OPEN':
      return joinBranches(at);
    case 'END_MISSING':
      return finish(at);
    case 'TRIGGER_SEVERAL':
      return remove(at);
    case 'UNSAFE_PATH':
      return unsafe === null ? null : askFirst(at, unsafe);
    case 'NODE_DISABLED':
      return {
        label: said().enable,
        change: (now) => ({ flow: setDisabled(now, [at.node], false), select: [at.node] }),
      };
    case 'EXPRESSION':
      return writeInstead(at);
    case 'ARGUMENT_UNKNOWN':
      return dropArgument(at);
    case 'CONNECTION_UNKNOWN':
    case 'ACTION_UNKNOWN':
      // Where none is chosen yet, the form is the place to choose one.
      return own(flow.nodes, at.node)?.config['connection'] === ''
        ? null
        : { label: said().connections, goTo: 'connections' };
    case 'BINDING_MISSING':
      return { label: said().connections, goTo: 'connections' };
    case 'MODEL_UNKNOWN':
      return own(flow.nodes, at.node)?.config['model'] === '' ? null : { label: said().models, goTo: 'models' };
    default:
      return aboutWire(problem);
  }
}

interface At {
  flow: Flow;
  node: string;
  problem: Problem;
}

const said = () => words().repairs;
const nameOf = (flow: Flow, id: string): string => own(flow.nodes, id)?.name ?? id;
const kindOf = ({ kind }: FlowNode) => own(KINDS, kind);

/** What is wrong with a wire is mostly put right without it. */
function aboutWire({ code, edge }: Problem): Repair | null {
  if (edge === undefined) return null;
  if (code === 'CYCLE_UNMARKED')
    return { label: said().back, change: (flow) => ({ flow: setBack(flow, edge, DEFAULT_BACK_VISITS), select: [] }) };
  if (code === 'BACK_EDGE_IDLE')
    return { label: said().forward, change: (flow) => ({ flow: setBack(flow, edge, null), select: [] }) };
  if (code === 'EDGE_DANGLING' || code === 'PORT_UNKNOWN' || code === 'PORT_TAKEN' || code === 'INPUT_CLOSED')
    return {
      label: said().removeWire,
      change: (flow) => ({ flow: removeThings(flow, { nodes: [], edges: [edge] }), select: [] }),
    };
  return null;
}

const remove = ({ flow, node }: At): Repair => ({
  label: said().remove(nameOf(flow, node)),
  change: (now) => ({ flow: removeThings(now, { nodes: [node], edges: [] }), select: [] }),
});

/** An exit that leads nowhere: to the step that comes next, where one alone can be meant, or to an end of its own. */
function leadOn({ flow, node, problem: { port: id } }: At): Repair | null {
  const step = own(flow.nodes, node);
  const port = step === undefined ? undefined : portsOf(step).find((one) => one.id === id);
  if (port === undefined) return null;
  const [to, ...others] = nextOf(flow, node, port);
  if (to !== undefined && others.length === 0)
    return {
      label: said().connectTo(nameOf(flow, to)),
      change: (now, freshId) => ({
        flow: connect(now, { id: freshId('e'), from: { node, port: port.id }, to }, KINDS),
        select: [node],
      }),
    };
  return { label: said().addEnd, change: (now, freshId) => withEnd(now, { node, port }, freshId) };
}

/** Steps that an exit may be meant to lead to: nothing does, and they lie where the next one would be drawn. */
const nextOf = (flow: Flow, from: string, port: Port): string[] =>
  orphansOf(flow).filter((to) => isNext(flow, from, to) && !leadsBack(flow, to, from) && mayLead(flow, port, to));

/**
 * A step that no case gets to: from the nearest exit that leads nowhere and can be meant for it alone. Away with it only
 * where no exit is left that could lead to it.
 */
function leadTo(at: At): Repair | null {
  const { flow, node } = at;
  // Steps after one that is not reached are, once that is.
  if (!orphansOf(flow).includes(node)) return null;
  const free = freeExits(flow, (port) => mayLead(flow, port, node));
  const open = [...free].filter(([id]) => id !== node && !leadsBack(flow, node, id));
  if (open.length === 0) return remove(at);
  const meant = open.flatMap(([id, port]) => {
    const next = nextOf(flow, id, port);
    return next.length === 1 && next[0] === node ? [id] : [];
  });
  const [from] = byDistance(flow, node, meant);
  const port = from === undefined ? undefined : free.get(from);
  if (from === undefined || port === undefined) return null;
  return {
    label: said().connectFrom(nameOf(flow, from), portsOf(flow.nodes[from] ?? NOTHING).length === 1 ? '' : port.label),
    change: (now, freshId) => ({
      flow: connect(now, { id: freshId('e'), from: { node: from, port: port.id }, to: node }, KINDS),
      select: [node],
    }),
  };
}

/** A start, before the step from which most are reached. */
function begin({ flow }: At): Repair {
  const graph = graphOf(flow, KINDS);
  const [first] = orphansOf(flow).toSorted((a, b) => reachable(graph, [b]).size - reachable(graph, [a]).size);
  return {
    label: said().addStart,
    change: (now, freshId) => {
      const { x, y } = first === undefined ? { x: 0, y: 0 } : (placesOf(now)[first] ?? { x: 0, y: 0 });
      const added = withStep(now, 'trigger', { place: { x: x - BESIDE, y }, freshId });
      if (first === undefined) return { flow: added.flow, select: [added.id] };
      const from = { node: added.id, port: 'next' };
      return { flow: connect(added.flow, { id: freshId('e'), from, to: first }, KINDS), select: [added.id] };
    },
  };
}

/** An end, after an exit that leads nowhere where there is one. */
function finish({ flow }: At): Repair {
  const [[node, port] = []] = freeExits(flow);
  return {
    label: said().addEnd,
    change: (now, freshId) => {
      if (node !== undefined && port !== undefined) return withEnd(now, { node, port }, freshId);
      const right = Math.max(0, ...Object.values(placesOf(now)).map(({ x }) => x + BESIDE));
      const { flow: next, id } = withStep(now, 'end', { place: { x: right, y: 0 }, freshId });
      return { flow: next, select: [id] };
    },
  };
}

/**
 * A join to which every branch leads that leads nowhere or to the one end behind them, and after it that end. Nothing where
 * the branches end in several ways: which of them is meant a person has to say.
 */
function joinBranches({ flow, node }: At): Repair | null {
  const branches = reachable(graphOf(flow, KINDS), [node]);
  const isEnd = (id: string): boolean => {
    const step = own(flow.nodes, id);
    return step !== undefined && kindOf(step)?.ends !== undefined;
  };
  const ends = [...branches].filter(isEnd);
  const wired = new Set(Object.values(flow.edges).map(({ from }) => `${from.node} ${from.port}`));
  const free = [...branches].flatMap((id) =>
    portsOf(flow.nodes[id] ?? NOTHING)
      .filter((port) => port.optional !== true && !wired.has(`${id} ${port.id}`))
      .map((port) => ({ node: id, port: port.id })),
  );
  const [end] = ends;
  const toEnd = Object.entries(flow.edges).filter(([, { from, to }]) => to.node === end && branches.has(from.node));
  if (ends.length > 1 || free.length + toEnd.length === 0) return null;
  return {
    label: said().addJoin,
    change: (now, freshId) => {
      const places = placesOf(now);
      const last = Math.max(...[...branches].filter((id) => id !== end).map((id) => places[id]?.x ?? 0));
      const place = { x: last + BESIDE, y: places[node]?.y ?? 0 };
      const open = removeThings(now, { nodes: [], edges: toEnd.map(([id]) => id) });
      const { flow: added, id } = withStep(open, 'join', { place, freshId });
      const joined = [...free, ...toEnd.map(([, { from }]) => from)].reduce(
        (so, from) => connect(so, { id: freshId('e'), from, to: id }, KINDS),
        added,
      );
      const [port] = portsOf(joined.nodes[id] ?? NOTHING);
      if (port === undefined) return { flow: joined, select: [id] };
      const from = { node: id, port: port.id };
      return end === undefined
        ? { flow: withEnd(joined, { node: id, port }, freshId).flow, select: [id] }
        : { flow: connect(joined, { id: freshId('e'), from, to: end }, KINDS), select: [id] };
    },
  };
}

/** An approval in the last wire before the effect; what is rejected ends. */
function askFirst({ flow }: At, { edges, effect }: UnsafeWay): Repair | null {
  const wire = edges.findLast((id) => own(flow.edges, id)?.to.node === effect.node);
  if (wire === undefined) return null;
  return {
    label: said().approval(nameOf(flow, effect.node)),
    change: (now, freshId) => {
      const { x, y } = placesOf(now)[effect.node] ?? { x: 0, y: 0 };
      const title = said().approvalTitle(nameOf(now, effect.node));
      const config = { title, due: null };
      const { flow: added, id } = withStep(now, 'approval', {
        place: { x: x - CARD_SIZE.width / 2, y: y + BELOW },
        freshId,
        config,
      });
      const asked = spliced(added, wire, id, freshId('e'));
      const rejected = portsOf(asked.nodes[id] ?? NOTHING).find((port) => port.id === 'rejected');
      return rejected === undefined
        ? { flow: asked, select: [id] }
        : { flow: withEnd(asked, { node: id, port: rejected }, freshId).flow, select: [id] };
    },
  };
}

/** A name that is not there, and nearly is. */
function writeInstead({ flow, problem: { path, at, instead } }: At): Repair | null {
  const text = valueAt(flow, path);
  if (instead === undefined || at === undefined || typeof text !== 'string') return null;
  return {
    label: said().instead(instead),
    change: (now) => {
      const written = `${text.slice(0, at.from)}${instead}${text.slice(at.to)}`;
      return { flow: valueAt(now, path) === text ? withValue(now, path, written) : now, select: [] };
    },
  };
}

function dropArgument({ flow, problem: { path } }: At): Repair | null {
  const name = path.at(-1);
  const given = valueAt(flow, path.slice(0, -1));
  if (typeof name !== 'string' || !isRecord(given) || !Object.hasOwn(given, name)) return null;
  const { [name]: _dropped, ...rest } = given;
  return { label: said().drop(name), change: (now) => ({ flow: withValue(now, path.slice(0, -1), rest), select: [] }) };
}

const BESIDE = CARD_SIZE.width + 72;
const BELOW = 200;
const NEAR_BELOW = 4 * CARD_SIZE.height;
const NOTHING: FlowNode = { kind: '', name: '', config: {} };

interface NewStep {
  place: { x: number; y: number };
  freshId: FreshId;
  config?: FlowNode['config'];
  name?: string;
}

/** The flow with a new step of a kind, where there is room. */
function withStep(
  flow: Flow,
  kind: string,
  { place, freshId, config = {}, name }: NewStep,
): { flow: Flow; id: string } {
  const id = freshId('n');
  const known = own(KINDS, kind);
  const initial = known?.initial();
  const boxes = Object.entries(placesOf(flow)).map(([box, at]) => ({ id: box, x: at.x, y: at.y, ...CARD_SIZE }));
  const node = {
    kind,
    name: autoName(name ?? known?.label ?? kind, namesOf(flow)),
    config: { ...(isRecord(initial) ? initial : {}), ...config },
  };
  return { flow: addNode(flow, { id, node, place: freePlace(boxes, place, CARD_SIZE) }), id };
}

/** An end after an exit; its result is what the exit is called. */
function withEnd(flow: Flow, from: { node: string; port: Port }, freshId: FreshId): { flow: Flow; select: string[] } {
  const { x, y } = placesOf(flow)[from.node] ?? { x: 0, y: 0 };
  const only = portsOf(flow.nodes[from.node] ?? NOTHING).length === 1;
  const config = only ? {} : { result: from.port.label };
  const { flow: added, id } = withStep(flow, 'end', { place: { x: x + BESIDE, y }, freshId, config });
  const wire = { id: freshId('e'), from: { node: from.node, port: from.port.id }, to: id };
  return { flow: connect(added, wire, KINDS), select: [id] };
}

/**
 * Does a step lie where the next one after another would be drawn: to its right, with room for one step and wide ways
 * between them at most? A step that is not reached anywhere else is not what is meant.
 */
function isNext(flow: Flow, from: string, to: string): boolean {
  const places = placesOf(flow);
  const [a, b] = [places[from], places[to]];
  if (from === to || a === undefined || b === undefined) return false;
  return b.x > a.x && b.x - a.x <= 4 * BESIDE && Math.abs(b.y - a.y) <= NEAR_BELOW;
}

/** Steps that something has to lead to, and nothing does. */
function orphansOf(flow: Flow): string[] {
  const entered = new Set(Object.values(flow.edges).map(({ to }) => to.node));
  return Object.entries(flow.nodes).flatMap(([id, node]) => {
    const kind = kindOf(node);
    return kind?.hasInput === true && kind.inProgram && !entered.has(id) ? [id] : [];
  });
}

/**
 * May an exit be offered to lead to a step? What was refused, was not sure or went wrong does nothing to another system,
 * unless a person approves it on the way, or a person draws that wire.
 */
function mayLead(flow: Flow, { tone }: Port, to: string): boolean {
  if (tone !== 'wait' && tone !== 'bad') return true;
  const seen = new Set([to]);
  for (const id of seen) {
    const node = own(flow.nodes, id);
    const kind = node === undefined ? undefined : kindOf(node);
    if (node === undefined || kind === undefined) continue;
    const config = kind.schema.safeParse(node.config);
    // A sub-flow, and what cannot be read, may do anything.
    if (
      kind.inlines !== undefined ||
      (kind.effect !== undefined && (!config.success || kind.effect(config.data) !== null))
    )
      return false;
    for (const { from, to: next } of Object.values(flow.edges))
      if (from.node === id && (kind.approves === undefined || from.port !== kind.approves)) seen.add(next.node);
  }
  return true;
}

/** By step, the first exit that has to lead somewhere and leads nowhere, of steps that cases get to. */
function freeExits(flow: Flow, fits: (port: Port) => boolean = () => true): Map<string, Port> {
  const graph = graphOf(flow, KINDS);
  const reached = reachable(graph, graph.triggers);
  const wired = new Set(Object.values(flow.edges).map(({ from }) => `${from.node} ${from.port}`));
  return new Map(
    Object.entries(flow.nodes).flatMap(([id, node]) => {
      const port = portsOf(node).find((one) => one.optional !== true && !wired.has(`${id} ${one.id}`) && fits(one));
      return port === undefined || (graph.triggers.length > 0 && !reached.has(id)) ? [] : [[id, port] as const];
    }),
  );
}

/** Would a wire that leads to `to` close a circle at `from`? */
const leadsBack = (flow: Flow, to: string, from: string): boolean => reachable(graphOf(flow, KINDS), [to]).has(from);

/** The nearest first; what lies behind is further away than it is. */
function byDistance(flow: Flow, from: string, ids: readonly string[]): string[] {
  const places = placesOf(flow);
  const at = places[from] ?? { x: 0, y: 0 };
  const far = (id: string): number => {
    const to = places[id] ?? { x: 0, y: 0 };
    return Math.hypot(to.x - at.x, to.y - at.y);
  };
  return ids.toSorted((a, b) => far(a) - far(b));
}

type Path = Problem['path'];
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else if (isRecord(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** The flow with another value at a place within a step's config; the flow itself for any other place. */
function withValue(flow: Flow, path: Path, value: unknown): Flow {
  const [nodes, id, config, ...rest] = path;
  const node = typeof id === 'string' ? own(flow.nodes, id) : undefined;
  if (nodes !== 'nodes' || config !== 'config' || typeof id !== 'string' || node === undefined || rest.length === 0)
    return flow;
  const next = replaced(node.config, rest, value);
  return isRecord(next) ? { ...flow, nodes: { ...flow.nodes, [id]: { ...node, config: next } } } : flow;
}

function replaced(at: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(at)) return at.map((item: unknown, i) => (i === key ? replaced(item, rest, value) : item));
  return isRecord(at) ? { ...at, [key]: replaced(at[key], rest, value) } : at;
}
