import type { SubflowUse } from '../../nodes/kind.ts';
import type { Fields, Flow } from './document.ts';
import { asJson, canonicalJson } from './json.ts';
import { kindNamed, type Kinds } from './open.ts';
import { isRecord } from './shape.ts';

/**
 * What was given another name from one flow to another. A step is known by its id, whatever it is called; a field of the
 * input has nothing but its name, so that whoever renames one has to say so.
 */
export interface Renames {
  /** Names of steps, by the name before. */
  readonly steps: ReadonlyMap<string, string>;
  /** Names of input fields, by the name before. */
  readonly fields: ReadonlyMap<string, string>;
}

/** By the name before. Data at a border: pairs that do not fit the two flows are left out by {@link renamesBetween}. */
export type FieldRenames = Readonly<Record<string, string>>;

export function renamesBetween(before: Flow, after: Flow, fields: FieldRenames = {}): Renames {
  const steps = Object.entries(before.nodes).flatMap(([id, { name }]) => {
    const now = Object.hasOwn(after.nodes, id) ? after.nodes[id]?.name : undefined;
    return now === undefined || now === name ? [] : [[name, now] as const];
  });
  const leaves = (name: string): boolean => !Object.hasOwn(before.input, name) || Object.hasOwn(fields, name);
  const renamed = Object.entries(fields).filter(
    ([from, to]) => from !== to && Object.hasOwn(before.input, from) && Object.hasOwn(after.input, to) && leaves(to),
  );
  return { steps: new Map(steps), fields: new Map(renamed) };
}

export const isNothing = ({ steps, fields }: Renames): boolean => steps.size + fields.size === 0;

/**
 * Fields that went and fields that came in one change, taken for the same where they are declared alike and no other
 * pair is: what a person does who renames a field in the document's text.
 */
export function fieldsLikelyRenamed(before: Fields, after: Fields): ReadonlyMap<string, string> {
  const alike = (fields: Fields, others: Fields): Map<string, string[]> => {
    const byShape = new Map<string, string[]>();
    for (const [name, field] of Object.entries(fields)) {
      if (Object.hasOwn(others, name)) continue;
      const shape = canonicalJson(asJson(field));
      byShape.set(shape, [...(byShape.get(shape) ?? []), name]);
    }
    return byShape;
  };
  const came = alike(after, before);
  return new Map(
    [...alike(before, after)].flatMap(([shape, [from, ...more]]) => {
      const [to, ...others] = came.get(shape) ?? [];
      return from !== undefined && to !== undefined && more.length + others.length === 0 ? [[from, to] as const] : [];
    }),
  );
}

interface Call {
  readonly use: SubflowUse;
  /** The step's config with other arguments. */
  readonly handing: (given: Record<string, string>) => unknown;
}

/** What a step calls that stands for another flow; null for any other step, and one that cannot be read. */
function callAt(flow: Flow, id: string, kinds: Kinds): Call | null {
  const node = Object.hasOwn(flow.nodes, id) ? flow.nodes[id] : undefined;
  const kind = node === undefined ? null : kindNamed(kinds, node.kind);
  const { inlines } = kind ?? {};
  const read = inlines === undefined ? undefined : kind?.schema.safeParse(node?.config);
  if (inlines === undefined || read?.success !== true) return null;
  return { use: inlines.use(read.data), handing: (given) => inlines.given(read.data, given) };
}

/** The path of the flow that a step stands for; null for one that stands for none. */
export const calledAt = (flow: Flow, id: string, kinds: Kinds): string | null =>
  callAt(flow, id, kinds)?.use.flow ?? null;

/** Whether the flow at `path` stands in this one, by a step of it or of a flow that stands in it. */
export function standsIn(path: string, flow: Flow, flows: Readonly<Record<string, Flow>>, kinds: Kinds): boolean {
  const seen = new Set<Flow>([flow]);
  for (const one of seen)
    for (const id of Object.keys(one.nodes)) {
      const called = calledAt(one, id, kinds);
      if (called === path) return true;
      const inner = called !== null && Object.hasOwn(flows, called) ? flows[called] : undefined;
      if (inner !== undefined) seen.add(inner);
    }
  return false;
}

/** The steps of a flow that hand one of these fields to the flow at `path`, by id. */
export const handing = (flow: Flow, path: string, fields: ReadonlyMap<string, string>, kinds: Kinds): string[] =>
  Object.keys(flow.nodes).filter((id) => {
    const use = callAt(flow, id, kinds)?.use;
    return use?.flow === path && Object.keys(use.arguments).some((name) => fields.has(name));
  });

/**
 * The flow with its calls of the flow at `path` handing over the same values under the fields' new names; the very same
 * flow where none does. A call that hands over something under a new name already is left as it is.
 */
export function followInCalls(flow: Flow, path: string, fields: ReadonlyMap<string, string>, kinds: Kinds): Flow {
  const nodes = { ...flow.nodes };
  let changed = false;
  for (const id of handing(flow, path, fields, kinds)) {
    const [node, call] = [flow.nodes[id], callAt(flow, id, kinds)];
    const given = call === null ? null : renamedKeys(call.use.arguments, fields);
    const config = given === null ? null : call?.handing(given);
    if (node === undefined || !isRecord(config)) continue;
    nodes[id] = { ...node, config };
    changed = true;
  }
  return changed ? { ...flow, nodes } : flow;
}

/** The same values under other names; null where two would have one name. */
export function renamedKeys<T>(
  record: Readonly<Record<string, T>>,
  names: ReadonlyMap<string, string>,
): Record<string, T> | null {
  const entries = Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value] as const);
  return new Set(entries.map(([name]) => name)).size === entries.length ? Object.fromEntries(entries) : null;
}
