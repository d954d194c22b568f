/**
 * Steps become a flow of their own, and one step that stands for it takes their place.
 *
 * - X1 Only where that says the same: one step is entered from outside, nothing begins or ends a case inside, and no block
 *   is cut. What is refused is refused with its reason; so is everything after which the checks find more errors or the
 *   proof more unsafe paths.
 * - X2 What the steps read from outside becomes the input of the new flow: fields of the input under their own names and
 *   with their marks; single values of other steps as fields, from which a step of the same name makes what that step
 *   gave. The formulas of the steps stay as they are.
 * - X3 Each way out becomes an end with a result of its own; ways to the same step share one. What others read of the
 *   steps comes back as a value of the end, and their formulas read it there.
 */
import type { Policy } from '../../engine/connections/contract.ts';
import { analyseFlow, type FlowAnalysis } from '../../engine/flow/scope.ts';
import { checkFlow } from '../../engine/flow/check.ts';
import type { Flow, FlowEdge, FlowNode } from '../../engine/flow/document.ts';
import { autoName } from '../../engine/flow/edit.ts';
import { namesOf } from '../../engine/flow/names.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { isRecord } from '../../engine/flow/shape.ts';
import { proveSafety } from '../../engine/program/proof.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { boundsOf } from './arrange.ts';
import { handedOver, type HandedOver } from './extract-input.ts';
import { shapeOf, type Shape } from './extract-shape.ts';
import { withoutMembers } from './groups.ts';
import { CARD_SIZE, placesOf } from './tidy.ts';
import { words } from '../words/index.ts';

export interface ExtractOptions {
  title: string;
  kinds: Kinds;
  surroundings: Surroundings;
  /** Of the workspace: what the proof holds the flow against. */
  policy: Policy;
  freshId: (prefix: string) => string;
}

export type Extraction =
  | {
      ok: true;
      /** The new flow. */
      inner: Flow;
      /** The flow that is left, once the new one lies at a path of the workspace. */
      outer: (path: string) => Flow;
      /** Id of the step that stands for the new flow. */
      step: string;
    }
  | { ok: false; why: string };

const refuse = (why: string): Extraction => ({ ok: false, why });

/** The path that the new flow is checked at before it has one. */
const ANYWHERE = 'flows/new.flow.json';

export function extractSteps(flow: Flow, ids: readonly string[], options: ExtractOptions): Extraction {
  const { kinds, surroundings } = options;
  const inside = new Set(ids.filter((id) => Object.hasOwn(flow.nodes, id)));
  const analysis = analyseFlow(flow, kinds, surroundings);
  const shape = shapeOf(flow, inside, analysis);
  if (typeof shape === 'string') return refuse(shape);
  const input = handedOver(flow, inside, analysis);
  if (typeof input === 'string') return refuse(input);
  const parts: Parts = { flow, inside, analysis, shape, input, options };
  const back = comesBack(parts);
  const inner = innerFlow(parts, back);
  const step = options.freshId('n');
  const outer = (path: string): Flow => outerFlow(parts, back, step, path);
  const fault = newFault(parts, inner, outer(ANYWHERE));
  return fault === null ? { ok: true, inner, outer, step } : refuse(fault);
}

interface Parts {
  flow: Flow;
  inside: ReadonlySet<string>;
  analysis: FlowAnalysis;
  shape: Shape;
  input: HandedOver;
  options: ExtractOptions;
}

/** What others read of the steps, and how it comes back: by field of the ends' value, its formula and whose value it is. */
interface Back {
  values: ReadonlyMap<string, { of: string; formula: string }>;
  /** By name of a step, what formulas read in its place; `step` is the name of the one that stands for the new flow. */
  instead: (name: string, step: string) => string | null;
}

/**
 * Single values come back as fields of their own, which the proof can follow; where two steps have fields of one name, or
 * a value is read as a whole, it comes back as a field of the step's name.
 */
function comesBack({ flow, inside, analysis }: Parts): Back {
  const own = new Set([...inside].map((id) => flow.nodes[id]?.name ?? ''));
  const fields = new Map<string, Set<string | null>>();
  for (const [id, { reads }] of analysis.analyses) {
    if (inside.has(id)) continue;
    for (const [root = '', field = null] of reads)
      if (own.has(root)) fields.set(root, (fields.get(root) ?? new Set()).add(field));
  }
  const counts = Map.groupBy(
    [...fields.values()].flatMap((all) => [...all]),
    (field) => field,
  );
  const isFlat = (all: ReadonlySet<string | null>): boolean =>
    [...all].every((field) => field !== null && counts.get(field)?.length === 1);
  const values = new Map<string, { of: string; formula: string }>();
  const flat = new Set<string>();
  const whole = new Map<string, string>();
  for (const [name, all] of fields) {
    if (!isFlat(all)) continue;
    flat.add(name);
    for (const field of all) if (field !== null) values.set(field, { of: name, formula: `${name}.${field}` });
  }
  for (const name of fields.keys()) {
    if (flat.has(name)) continue;
    const field = autoName(name.replaceAll(' ', '_'), new Set(values.keys()));
    values.set(field, { of: name, formula: name });
    whole.set(name, field);
  }
  const instead = (name: string, step: string): string | null =>
    flat.has(name) ? step : whole.has(name) ? `${step}.${whole.get(name) ?? ''}` : null;
  return { values, instead };
}

const APART = 72;

function innerFlow(parts: Parts, back: Back): Flow {
  const { flow, inside, shape, input, options } = parts;
  const names = new Set([...inside].map((id) => flow.nodes[id]?.name ?? ''));
  const nodes: Record<string, FlowNode> = {};
  const layout: Flow['layout'] = {};
  const places = placesOf(flow);
  for (const id of inside) {
    const node = flow.nodes[id];
    const place = places[id];
    if (node !== undefined) nodes[id] = { ...node, config: input.configs.get(id) ?? node.config };
    if (place !== undefined) layout[id] = place;
  }
  const bounds = boundsOf(Object.values(layout).map(({ x, y }) => ({ x, y, ...CARD_SIZE }))) ?? {
    x: 0,
    y: 0,
    ...CARD_SIZE,
  };
  const edges = Object.fromEntries(
    Object.entries(flow.edges).filter(([, { from, to }]) => inside.has(from.node) && inside.has(to.node)),
  );
  // Before the first step: the start, and a step for each that is read from outside.
  const before: FlowNode[] = [
    { kind: 'trigger', name: autoName('start', new Set([...names, ...input.made.keys()])), config: { columns: {} } },
    ...[...input.made].map(([name, fields]) => ({ kind: 'transform', name, config: { fields } })),
  ];
  let last: string | null = null;
  for (const [i, node] of before.entries()) {
    const id = options.freshId('n');
    nodes[id] = node;
    names.add(node.name);
    layout[id] = { x: Math.round(bounds.x - (before.length - i) * (CARD_SIZE.width + APART)), y: Math.round(bounds.y) };
    if (last !== null) edges[options.freshId('e')] = { from: { node: last, port: 'next' }, to: { node: id } };
    last = id;
  }
  if (last !== null) edges[options.freshId('e')] = { from: { node: last, port: 'next' }, to: { node: shape.entry } };
  const ends = shape.ways.map(({ result, wires }, i) => {
    const id = options.freshId('n');
    const name = autoName(result, names);
    names.add(name);
    nodes[id] = { kind: 'end', name, config: { result, value: {} } };
    layout[id] = { x: Math.round(bounds.x + bounds.width + APART), y: Math.round(bounds.y + i * 100) };
    for (const [wire, { from }] of wires) edges[wire] = { from, to: { node: id } };
    return id;
  });
  const drawn: Flow = {
    ...asides(flow, inside),
    about: aboutOf(flow, options.title),
    input: input.fields,
    nodes,
    edges,
    layout,
  };
  return withValues(drawn, ends, back, options);
}

/** Each end gives back what is asked for and can have run by then; null for what cannot. */
function withValues(flow: Flow, ends: readonly string[], back: Back, options: ExtractOptions): Flow {
  if (back.values.size === 0) return flow;
  const { scopes } = analyseFlow(flow, options.kinds, options.surroundings);
  const nodes = { ...flow.nodes };
  for (const id of ends) {
    const end = nodes[id];
    const scope = scopes.get(id) ?? {};
    const value = Object.fromEntries(
      [...back.values].map(([field, { of, formula }]) => [field, Object.hasOwn(scope, of) ? formula : 'null']),
    );
    if (end !== undefined) nodes[id] = { ...end, config: { ...end.config, value } };
  }
  return { ...flow, nodes };
}

function aboutOf({ about }: Flow, title: string): Flow['about'] {
  return { ...about, title, purpose: words().document.extract.partOf(about.title) };
}

/** Format and version, and the groups and comments that are of these steps alone. */
function asides(flow: Flow, inside: ReadonlySet<string>): Pick<Flow, 'format' | 'version' | 'groups' | 'comments'> {
  const groups = Object.entries(flow.groups ?? {}).filter(([, group]) => group.nodes.every((id) => inside.has(id)));
  const comments = Object.entries(flow.comments ?? {}).filter(([, comment]) => inside.has(comment.node));
  return {
    format: flow.format,
    version: flow.version,
    ...(groups.length === 0 ? {} : { groups: Object.fromEntries(groups) }),
    ...(comments.length === 0 ? {} : { comments: Object.fromEntries(comments) }),
  };
}

function outerFlow(parts: Parts, back: Back, step: string, path: string): Flow {
  const { flow, inside, shape, input, options } = parts;
  const left = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([id]) => !inside.has(id)));
  const rest = withoutMembers(flow, inside);
  const comments = Object.entries(flow.comments ?? {}).filter(([, comment]) => !inside.has(comment.node));
  const name = autoName(options.title, namesOf({ ...flow, nodes: left(flow.nodes) }));
  const results = shape.ways.map(({ result }) => result);
  const node: FlowNode = { kind: 'subflow', name, config: { flow: path, results, arguments: input.arguments } };
  const corner = boundsOf([...inside].flatMap((id) => ({ ...(placesOf(flow)[id] ?? { x: 0, y: 0 }), ...CARD_SIZE })));
  const edges: Record<string, FlowEdge> = {};
  for (const [id, edge] of Object.entries(flow.edges)) {
    if (inside.has(edge.from.node)) continue;
    edges[id] = inside.has(edge.to.node) ? { ...edge, to: { node: step } } : edge;
  }
  for (const { result, wires } of shape.ways) {
    const [first] = wires;
    if (first !== undefined) edges[first[0]] = { ...first[1], from: { node: step, port: result } };
  }
  const { comments: _all, ...bare } = rest;
  return {
    ...bare,
    nodes: { ...readingBack(parts, back, name, left(flow.nodes)), [step]: node },
    edges,
    layout: { ...left(flow.layout), [step]: { x: corner?.x ?? 0, y: corner?.y ?? 0 } },
    ...(comments.length === 0 ? {} : { comments: Object.fromEntries(comments) }),
  };
}

/** The other steps, whose formulas find what the extracted ones gave in the value of the one that stands for them. */
function readingBack(
  { analysis, options }: Parts,
  back: Back,
  step: string,
  nodes: Readonly<Record<string, FlowNode>>,
): Record<string, FlowNode> {
  return Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => {
      const kind = options.kinds[node.kind];
      const sound = analysis.opened.nodes.get(id)?.sound ?? null;
      const reads = analysis.analyses.get(id)?.reads ?? [];
      if (kind === undefined || sound === null) return [id, node];
      let config = sound.config;
      for (const name of new Set(reads.map(([root = '']) => root))) {
        const other = back.instead(name, step);
        if (other !== null) config = kind.rename(config, analysis.scopes.get(id) ?? {}, name, other);
      }
      return [id, isRecord(config) && config !== sound.config ? { ...node, config } : node];
    }),
  );
}

/** Why it would not be as sound as before: an error, or a path that the proof can no longer follow; null when it is. */
function newFault({ flow, options: { kinds, surroundings, policy } }: Parts, inner: Flow, outer: Flow): string | null {
  const errors = (one: Flow, around: Surroundings): Problem[] =>
    checkFlow(one, kinds, around).filter(({ severity }) => severity === 'error');
  const around = { ...surroundings, flows: { ...surroundings.flows, [ANYWHERE]: inner } };
  const after = errors(outer, around);
  const before = errors(flow, surroundings);
  if (after.length > before.length || after.some(({ code }) => code === 'FLOW_FAULTY'))
    return words().document.extract.faulty((errors(inner, surroundings)[0] ?? after[0])?.message ?? '');
  if (before.length > 0) return null;
  const unsafe = (one: Flow, there: Surroundings) => proveSafety(one, kinds, there, policy).unsafe;
  const paths = unsafe(outer, around);
  return paths.length > unsafe(flow, surroundings).length
    ? words().document.extract.unproved(paths[0]?.reason ?? '')
    : null;
}
