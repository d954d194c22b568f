import type { Flow } from '../../engine/flow/document.ts';

/**
 * What the checks are told of a document. A document is large and a change to it small: only what changed since it was
 * sent last goes to the worker. Where things lie, groups and comments are outside of what a flow does, and never go.
 */
export interface FlowPatch {
  head: Pick<Flow, 'format' | 'version' | 'about' | 'input'>;
  nodes: RecordPatch<Flow['nodes'][string]>;
  edges: RecordPatch<Flow['edges'][string]>;
}

interface RecordPatch<T> {
  /** New or changed, by id. */
  set: Readonly<Record<string, T>>;
  /** The ids in their order, where that is another than before with the new ones at its end. */
  order: readonly string[] | null;
}

/** Whether the checks would say the same of both, because they look at nothing that is different. */
export const samePart = (a: Flow, b: Flow): boolean =>
  a.nodes === b.nodes && a.edges === b.edges && a.input === b.input && a.about === b.about;

/** What leads from one document to another; from none, everything. Compares by identity: documents are immutable. */
export const patchBetween = (
  before: Flow | null,
  { format, version, about, input, nodes, edges }: Flow,
): FlowPatch => ({
  head: { format, version, about, input },
  nodes: recordPatch(before?.nodes ?? {}, nodes),
  edges: recordPatch(before?.edges ?? {}, edges),
});

/** The document after a patch to the one before; what did not change is the same object. */
export const patched = (before: Flow | null, { head, nodes, edges }: FlowPatch): Flow => ({
  ...head,
  nodes: patchedRecord(before?.nodes ?? {}, nodes),
  edges: patchedRecord(before?.edges ?? {}, edges),
  layout: {},
});

function recordPatch<T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>): RecordPatch<T> {
  if (before === after) return { set: {}, order: null };
  const set: Record<string, T> = {};
  const ids = Object.keys(after);
  for (const id of ids) {
    const item = after[id];
    if (item !== undefined && (!Object.hasOwn(before, id) || before[id] !== item)) set[id] = item;
  }
  const natural = Object.keys({ ...before, ...set });
  const isNatural = natural.length === ids.length && natural.every((id, i) => id === ids[i]);
  return { set, order: isNatural ? null : ids };
}

function patchedRecord<T>(before: Readonly<Record<string, T>>, { set, order }: RecordPatch<T>): Record<string, T> {
  const all = { ...before, ...set };
  if (order === null) return all;
  return Object.fromEntries(order.flatMap((id) => (all[id] === undefined ? [] : [[id, all[id]]])));
}
