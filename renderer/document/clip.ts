import { ANY } from '../../engine/feel/type.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import {
  edgeSchema,
  groupSchema,
  idSchema,
  nameSchema,
  nodeSchema,
  placeSchema,
  type Flow,
  type FlowNode,
} from '../../engine/flow/document.ts';
import { autoName, renameInConfig } from '../../engine/flow/edit.ts';
import { toErrorShape } from '../../engine/flow/error.ts';
import { asJson, parseStrict, prettyJson } from '../../engine/flow/json.ts';
import { nameFault, namesOf } from '../../engine/flow/names.ts';
import { openFlow } from '../../engine/flow/open.ts';
import { MAX_EDGES, MAX_NODES, sizeProblem } from '../../engine/flow/read.ts';
import { explainIssues, isRecord, plainPlace } from '../../engine/flow/shape.ts';
import { z } from '../../engine/flow/zod.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { placesOf } from './tidy.ts';
import { words } from '../words/index.ts';

/**
 * Steps on the clipboard, as JSON text: `docs/CANVAS.md` says what is in it. It is read like anything from a stranger;
 * ids in it stand for nothing outside of it, and are replaced when it is pasted.
 */
export const CLIP_FORMAT = 'countersign.clip';
export const CLIP_VERSION = 1;

/** Longer texts are not looked at. */
const MAX_CLIP_CHARACTERS = 8_000_000;

export const clipSchema = z.strictObject({
  format: z.literal(CLIP_FORMAT),
  version: z.literal(CLIP_VERSION),
  nodes: z.record(idSchema, nodeSchema),
  edges: z.record(idSchema, edgeSchema),
  layout: z.record(idSchema, placeSchema),
  /** Groups all of whose nodes are among `nodes`. */
  groups: z.record(idSchema, groupSchema).optional(),
  /** Other names that the formulas may use where they come from: without them some could not be parsed. */
  names: z.array(nameSchema).max(2 * MAX_NODES),
});
export type Clip = z.infer<typeof clipSchema>;

/** What is copied of a flow: these nodes and the wires among them. */
export function clipOf(flow: Flow, ids: readonly string[], kinds: Kinds): Clip {
  const wanted = new Set(ids.filter((id) => Object.hasOwn(flow.nodes, id)));
  const places = placesOf(flow);
  const only = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([id]) => wanted.has(id)));
  const groups = Object.fromEntries(
    Object.entries(flow.groups ?? {}).filter(([, group]) => group.nodes.every((id) => wanted.has(id))),
  );
  const nodes = only(flow.nodes);
  const inside = new Set(Object.values(nodes).map((node) => node.name));
  return {
    format: CLIP_FORMAT,
    version: CLIP_VERSION,
    nodes,
    edges: Object.fromEntries(
      Object.entries(flow.edges).filter(([, { from, to }]) => wanted.has(from.node) && wanted.has(to.node)),
    ),
    layout: only(places),
    ...(Object.keys(groups).length === 0 ? {} : { groups }),
    names: [...namesOf(flow), ...itemNames(Object.values(flow.nodes), kinds)].filter((name) => !inside.has(name)),
  };
}

export const writeClip = (clip: Clip): string => prettyJson(asJson(clip));

export type ClipReading = { ok: true; clip: Clip } | { ok: false; why: string };
const refuse = (why: string): { ok: false; why: string } => ({ ok: false, why });

/** Reads what is on the clipboard. Never throws for what a text may hold; says why it cannot be pasted. */
export function readClip(text: string): ClipReading {
  if (text.length > MAX_CLIP_CHARACTERS) return refuse(words().document.clip.tooLong);
  if (!text.trimStart().startsWith('{')) return refuse(words().document.clip.none);
  let raw: unknown;
  try {
    raw = parseStrict(text);
  } catch (error) {
    return refuse(
      text.includes(CLIP_FORMAT)
        ? words().document.clip.broken(toErrorShape(error).message)
        : words().document.clip.none,
    );
  }
  if (!isRecord(raw) || raw['format'] !== CLIP_FORMAT) return refuse(words().document.clip.none);
  if (typeof raw['version'] === 'number' && raw['version'] > CLIP_VERSION) return refuse(words().document.clip.newer);
  const read = clipSchema.safeParse(raw);
  if (!read.success) {
    const [first] = explainIssues(read.error.issues, raw, plainPlace);
    return refuse(words().document.clip.broken(first?.message ?? ''));
  }
  const fault = faultOf(read.data);
  return fault === null ? { ok: true, clip: read.data } : refuse(words().document.clip.broken(fault));
}

/** What its schema cannot say of a clip. */
function faultOf({ nodes, edges, groups = {} }: Clip): string | null {
  const all = Object.values(nodes);
  if (all.length === 0) return words().document.clip.empty;
  const names = all.map((node) => node.name);
  const unfit = names.map(nameFault).find((fault) => fault !== null);
  if (unfit !== undefined && unfit !== null) return unfit.message;
  if (new Set(names).size < names.length) return words().document.clip.twice;
  const has = (id: string): boolean => Object.hasOwn(nodes, id);
  const wires = Object.values(edges);
  if (wires.length > MAX_EDGES || !wires.every(({ from, to }) => has(from.node) && has(to.node)))
    return words().document.clip.hanging;
  if (new Set(wires.map(({ from }) => JSON.stringify([from.node, from.port]))).size < wires.length)
    return words().document.clip.exitTwice;
  return Object.values(groups).every((group) => group.nodes.every(has)) ? null : words().document.clip.hanging;
}

export interface PasteOptions {
  kinds: Kinds;
  surroundings: Surroundings;
  /** A fresh id, such as `n_…` for the prefix `n`. */
  freshId: (prefix: string) => string;
  /** How far from where they were copied. */
  by: { x: number; y: number };
}

export type Pasting = { ok: true; flow: Flow; nodes: readonly string[] } | { ok: false; why: string };

/**
 * The flow with what was copied in it, under fresh ids. A name that is taken becomes another, in the formulas of what was
 * pasted too; what these say of other steps stays as it is, and is a problem where there is no such step.
 */
export function pasteClip(flow: Flow, clip: Clip, { kinds, surroundings, freshId, by }: PasteOptions): Pasting {
  const pasted = renamed(flow, clip, kinds, surroundings);
  if (pasted === null) return refuse(words().document.clip.names);
  const ids = new Map(Object.keys(clip.nodes).map((id) => [id, freshId('n')]));
  const at = (id: string): string => ids.get(id) ?? id;
  const nodes = { ...flow.nodes };
  const layout = { ...flow.layout };
  for (const [id, node] of Object.entries(pasted)) {
    const place = clip.layout[id] ?? { x: 0, y: 0 };
    nodes[at(id)] = node;
    layout[at(id)] = { ...place, x: Math.round(place.x + by.x), y: Math.round(place.y + by.y) };
  }
  const edges = { ...flow.edges };
  for (const { from, to, ...rest } of Object.values(clip.edges))
    edges[freshId('e')] = { from: { ...from, node: at(from.node) }, to: { node: at(to.node) }, ...rest };
  const groups = { ...flow.groups };
  for (const group of Object.values(clip.groups ?? {})) groups[freshId('g')] = { ...group, nodes: group.nodes.map(at) };
  const after: Flow = { ...flow, nodes, edges, layout, ...(Object.keys(groups).length === 0 ? {} : { groups }) };
  const tooLarge = sizeProblem(after);
  return tooLarge === null ? { ok: true, flow: after, nodes: [...ids.values()] } : refuse(tooLarge.message);
}

/** More tries than a person could have made necessary. */
const TRIES = 8;

/**
 * The nodes of a clip under names that are free in the flow, each formula with the new names of its neighbours; null when
 * formulas use every name that was tried for something of their own.
 */
function renamed(flow: Flow, clip: Clip, kinds: Kinds, surroundings: Surroundings): Record<string, FlowNode> | null {
  const own = Object.values(clip.nodes).map((node) => node.name);
  const here = namesOf(flow);
  const items = itemNames(Object.values(clip.nodes), kinds);
  const scope: FeelScopeTypes = Object.fromEntries(
    ['input', ...here, ...own, ...clip.names, ...items].map((name) => [name, ANY]),
  );
  const bare = { ...flow, nodes: clip.nodes, edges: {} };
  const opened = openFlow(bare, kinds).nodes;
  const taken = new Set([...here, ...own, ...clip.names, ...items]);
  const names = new Map<string, string>();
  for (let tries = 0; tries < TRIES; tries++) {
    for (const name of own) {
      if (!here.has(name) || (names.has(name) && tries === 0)) continue;
      const free = autoName(name, taken);
      taken.add(free);
      names.set(name, free);
    }
    const nodes = Object.entries(clip.nodes).map(([id, node]) => {
      const one = opened.get(id);
      const config = one === undefined ? node.config : renameInConfig(one, scope, names, surroundings);
      return [id, node, config] as const;
    });
    if (nodes.some(([, , config]) => config === 'clash')) continue;
    return Object.fromEntries(
      nodes.map(([id, node, config]) => [
        id,
        {
          ...node,
          name: names.get(node.name) ?? node.name,
          // An immutable document may share what did not change.
          config: config === 'clash' ? node.config : config,
        },
      ]),
    );
  }
  return null;
}

/** Names that branches know their item by. */
function itemNames(nodes: readonly FlowNode[], kinds: Kinds): string[] {
  return nodes.flatMap((node) => {
    const kind = kinds[node.kind];
    const read = kind?.opens === undefined ? undefined : kind.schema.safeParse(node.config);
    const item = read?.success === true ? (kind?.opens?.(read.data).item ?? null) : null;
    return item === null || item === '' ? [] : [item];
  });
}
