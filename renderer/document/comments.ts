import type { Comment, Flow, Remark } from '../../engine/flow/document.ts';

/** What people say about steps, in the document and outside of the program. Commands are pure, from flow to flow. */

export interface Thread extends Comment {
  id: string;
}

const NONE: readonly Thread[] = [];
const known = new WeakMap<NonNullable<Flow['comments']>, ReadonlyMap<string, readonly Thread[]>>();

function byNode(comments: NonNullable<Flow['comments']>): ReadonlyMap<string, readonly Thread[]> {
  const before = known.get(comments);
  if (before !== undefined) return before;
  const threads = Object.entries(comments).map(([id, comment]) => ({ ...comment, id }));
  const by = Map.groupBy(
    threads.toSorted((a, b) => begun(a).localeCompare(begun(b)) || a.id.localeCompare(b.id)),
    (thread) => thread.node,
  );
  known.set(comments, by);
  return by;
}

const begun = (thread: Thread): string => thread.remarks[0]?.at ?? '';

/** What is said about a step, the oldest first. */
export const threadsOf = (flow: Flow, node: string): readonly Thread[] =>
  flow.comments === undefined ? NONE : (byNode(flow.comments).get(node) ?? NONE);

/** How many comments on a step wait for an answer or for being closed. */
export const openThreads = (flow: Flow, node: string): number =>
  threadsOf(flow, node).filter((thread) => thread.closed === undefined).length;

export const addComment = (flow: Flow, id: string, node: string, remark: Remark): Flow =>
  Object.hasOwn(flow.nodes, node)
    ? { ...flow, comments: { ...flow.comments, [id]: { node, remarks: [remark] } } }
    : flow;

/** An answer; one to a comment that was closed opens it again. */
export function answerComment(flow: Flow, id: string, remark: Remark): Flow {
  const comment = flow.comments?.[id];
  if (comment === undefined) return flow;
  const { closed: _before, ...open } = comment;
  return { ...flow, comments: { ...flow.comments, [id]: { ...open, remarks: [...open.remarks, remark] } } };
}

export function closeComment(flow: Flow, id: string, closed: { by: string; at: string } | null): Flow {
  const comment = flow.comments?.[id];
  if (comment === undefined || (comment.closed === undefined && closed === null)) return flow;
  const { closed: _before, ...open } = comment;
  return { ...flow, comments: { ...flow.comments, [id]: closed === null ? open : { ...open, closed } } };
}

/** Without what was said about these nodes. */
export function withoutCommentsOn(flow: Flow, nodes: ReadonlySet<string>): Flow {
  if (flow.comments === undefined) return flow;
  const all = Object.entries(flow.comments);
  const left = all.filter(([, comment]) => !nodes.has(comment.node));
  if (left.length === all.length) return flow;
  if (left.length > 0) return { ...flow, comments: Object.fromEntries(left) };
  const { comments: _none, ...rest } = flow;
  return rest;
}
