import type { FlowChange } from '../../engine/flow/diff.ts';
import { diffWholes } from '../../engine/flow/diff-pinned.ts';
import type { Flow, FlowEdge, FlowNode } from '../../engine/flow/document.ts';
import { pinsOf, type Pinned, type Whole } from '../../engine/flow/pinned.ts';
import { KINDS } from '../../nodes/index.ts';
import { placesOf } from '../document/tidy.ts';

/** What a comparison shows: pure, from two flows with what they lean on. */

export type Mark = 'added' | 'changed' | 'removed' | 'moved' | 'leans' | 'unread';

/** All changes of one thing: what next and previous go by. */
export interface ChangeGroup {
  readonly key: string;
  readonly what: FlowChange['what'];
  readonly id: string;
  readonly name: string;
  readonly mark: Mark;
  readonly changes: readonly FlowChange[];
  /** Steps to be looked at on the canvas, ghosts among them. */
  readonly nodes: readonly string[];
  readonly edge: string | null;
}

export interface Ghost {
  readonly id: string;
  readonly node: FlowNode;
  readonly place: { readonly x: number; readonly y: number };
}

export interface DiffMarks {
  readonly nodes: ReadonlyMap<string, Mark>;
  readonly edges: ReadonlyMap<string, Mark>;
  /** What is no longer there, drawn where it was. */
  readonly ghosts: readonly Ghost[];
  readonly ghostEdges: readonly (readonly [id: string, edge: FlowEdge])[];
}

export interface Compared {
  readonly changes: readonly FlowChange[];
  readonly groups: readonly ChangeGroup[];
  readonly marks: DiffMarks;
}

export interface CompareOptions {
  readonly moves: boolean;
}

/** What changed from one flow to another, by thing, and how it is drawn on the one after. */
export function compare(before: Whole, after: Whole, { moves }: CompareOptions): Compared {
  const changes = diffWholes(before, after, { moves, kinds: KINDS });
  const groups = groupsOf(changes, before, after);
  return { changes, groups, marks: marksOf(groups, before.flow, after.flow) };
}

/** Things that nobody points at are one group each: what the flow is for, and the policy. */
const keyOf = ({ what, id }: FlowChange): string =>
  what === 'about' ? 'about' : what === 'node' || what === 'place' ? `node ${id}` : `${what} ${id}`;

const GRAVITY: readonly Mark[] = ['moved', 'leans', 'unread', 'changed', 'removed', 'added'];
const graver = (a: Mark, b: Mark): Mark => (GRAVITY.indexOf(a) >= GRAVITY.indexOf(b) ? a : b);

function markOf({ what, change, path }: FlowChange): Mark {
  if (what === 'place') return change === 'changed' ? 'moved' : 'changed';
  // What is added to or removed from a step changes the step.
  return path.length <= 2 ? change : 'changed';
}

function groupsOf(changes: readonly FlowChange[], before: Whole, after: Whole): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const change of changes) {
    const key = keyOf(change);
    const known = groups.get(key);
    const mark = markOf(change);
    groups.set(
      key,
      known === undefined
        ? {
            key,
            what: change.what === 'place' ? 'node' : change.what,
            id: change.id,
            name: change.name,
            mark,
            changes: [change],
            ...whereOf(change, before, after),
          }
        : { ...known, mark: graver(known.mark, mark), changes: [...known.changes, change] },
    );
  }
  return [...groups.values()];
}

/** Where on the canvas a change is: the step or wire itself, or the steps that lean on what changed. */
function whereOf(
  { what, id, path, after: now, before: was }: FlowChange,
  before: Whole,
  after: Whole,
): Pick<ChangeGroup, 'nodes' | 'edge'> {
  switch (what) {
    case 'node':
    case 'place':
      return { nodes: [id], edge: null };
    case 'edge': {
      const edge = after.flow.edges[id] ?? before.flow.edges[id];
      return { nodes: edge === undefined ? [] : [edge.from.node, edge.to.node], edge: id };
    }
    case 'group':
      return { nodes: after.flow.groups?.[id]?.nodes ?? before.flow.groups?.[id]?.nodes ?? [], edge: null };
    case 'comment': {
      const node = after.flow.comments?.[id]?.node ?? before.flow.comments?.[id]?.node;
      return { nodes: node === undefined ? [] : [node], edge: null };
    }
    case 'connection':
    case 'model':
    case 'subflow':
      return { nodes: leaning(what, id, after.flow), edge: null };
    case 'policy':
      return { nodes: now === was ? [] : targeted(String(path[2] ?? ''), after.flow), edge: null };
    default:
      return { nodes: [], edge: null };
  }
}

/** The steps that use a connection, ask a model, or stand for a flow. */
function leaning(what: 'connection' | 'model' | 'subflow', name: string, flow: Flow): string[] {
  return Object.entries(flow.nodes).flatMap(([id, { kind, config }]) => {
    const uses = what === 'connection' ? config['connection'] : what === 'model' ? config['model'] : config['flow'];
    const takes = what === 'subflow' ? kind === 'subflow' : KINDS[kind] !== undefined;
    return takes && uses === name ? [id] : [];
  });
}

/** The steps that do the action which an entry of the policy names. */
const targeted = (action: string, flow: Flow): string[] =>
  Object.entries(flow.nodes).flatMap(([id, { config }]) =>
    action !== '' && `${String(config['connection'])}.${String(config['action'])}` === action ? [id] : [],
  );

/** How a comparison is drawn on the flow after: pure, so that canvas and tests agree. */
function marksOf(groups: readonly ChangeGroup[], before: Flow, after: Flow): DiffMarks {
  const nodes = new Map<string, Mark>();
  const edges = new Map<string, Mark>();
  const ghosts: Ghost[] = [];
  const ghostEdges: [string, FlowEdge][] = [];
  const places = placesOf(before);
  for (const { what, id, mark, nodes: at } of groups) {
    if (what === 'node') {
      const node = before.nodes[id];
      if (mark !== 'removed') nodes.set(id, mark);
      else if (node !== undefined) ghosts.push({ id, node, place: places[id] ?? { x: 0, y: 0 } });
    } else if (what === 'edge') {
      const edge = before.edges[id];
      if (mark !== 'removed') edges.set(id, mark);
      else if (edge !== undefined) ghostEdges.push([id, edge]);
    } else if (what !== 'group' && what !== 'comment') {
      for (const step of at) if (Object.hasOwn(after.nodes, step) && !nodes.has(step)) nodes.set(step, 'leans');
    }
  }
  return { nodes, edges, ghosts, ghostEdges };
}

/** The beginning of the digest of what changed that a flow leans on, before and after; null for other things. */
export function pinChange(
  { what, id }: ChangeGroup,
  before: Pinned,
  after: Pinned,
): { before: string | null; after: string | null } | null {
  if (what !== 'connection' && what !== 'model' && what !== 'subflow' && what !== 'policy') return null;
  const of = (pinned: Pinned): string | null =>
    pinsOf(pinned)
      .find((pin) => pin.what === what && pin.name === id)
      ?.digest.slice(0, 19) ?? null;
  return { before: of(before), after: of(after) };
}

/** The place of the next or previous group, around the ends; from nowhere the first or last. */
export function stepped(at: number | null, by: 1 | -1, count: number): number | null {
  if (count === 0) return null;
  if (at === null) return by === 1 ? 0 : count - 1;
  return (at + by + count) % count;
}
