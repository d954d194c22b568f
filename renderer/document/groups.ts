import type { Flow, Group } from '../../engine/flow/document.ts';

/** Groups of a flow: boxes around steps, which no run knows of. Commands are pure, from flow to flow. */

const NO_GROUPS: Readonly<Record<string, Group>> = {};
const known = new WeakMap<Flow, ReadonlyMap<string, string>>();

/** The group of each node that stands in one. Where a document has a node in two, it stands in the first by id. */
export function groupOf(flow: Flow): ReadonlyMap<string, string> {
  const before = known.get(flow);
  if (before !== undefined) return before;
  const by = new Map<string, string>();
  for (const id of Object.keys(flow.groups ?? NO_GROUPS).sort())
    for (const node of flow.groups?.[id]?.nodes ?? [])
      if (!by.has(node) && Object.hasOwn(flow.nodes, node)) by.set(node, id);
  known.set(flow, by);
  return by;
}

/** The nodes that stand in a group. */
export const membersOf = (flow: Flow, group: string): string[] =>
  (flow.groups?.[group]?.nodes ?? []).filter((node) => groupOf(flow).get(node) === group);

const CARD = 'group:';

/** The id under which a group is drawn; no node has such a one. */
export const groupCardId = (group: string): string => `${CARD}${group}`;

/** The group that is drawn under an id; null for the id of a node. */
export const groupOfCard = (id: string): string | null => (id.startsWith(CARD) ? id.slice(CARD.length) : null);

/** The folded group that a node is drawn as a part of; null for a node that is drawn itself. */
export function foldOf(flow: Flow, node: string): string | null {
  const group = flow.groups === undefined ? undefined : groupOf(flow).get(node);
  return group !== undefined && flow.groups?.[group]?.folded === true ? group : null;
}

/** The id under which a node is drawn: its own, or that of the folded group in which it stands. */
export function cardOf(flow: Flow, node: string): string {
  const fold = foldOf(flow, node);
  return fold === null ? node : groupCardId(fold);
}

/** The group that has exactly these nodes; null when none has. */
export function groupWith(flow: Flow, nodes: readonly string[]): string | null {
  const group = groupOf(flow).get(nodes[0] ?? '');
  if (group === undefined) return null;
  const members = membersOf(flow, group);
  return members.length === nodes.length && nodes.every((node) => members.includes(node)) ? group : null;
}

/** A group around these nodes, which leave the groups that they stood in. */
export function makeGroup(flow: Flow, id: string, name: string, nodes: readonly string[]): Flow {
  const members = nodes.filter((node) => Object.hasOwn(flow.nodes, node));
  if (members.length === 0) return flow;
  const rest = withoutMembers(flow, new Set(members));
  return { ...rest, groups: { ...rest.groups, [id]: { name, nodes: members } } };
}

/** Takes the box away; its nodes stay. */
export function dissolveGroup(flow: Flow, id: string): Flow {
  if (flow.groups?.[id] === undefined) return flow;
  const { [id]: _gone, ...groups } = flow.groups;
  return withGroups(flow, groups);
}

export function nameGroup(flow: Flow, id: string, name: string): Flow {
  const group = flow.groups?.[id];
  if (group === undefined || group.name === name || name === '') return flow;
  return { ...flow, groups: { ...flow.groups, [id]: { ...group, name } } };
}

export function foldGroup(flow: Flow, id: string, folded: boolean): Flow {
  const group = flow.groups?.[id];
  if (group === undefined || (group.folded === true) === folded) return flow;
  const { folded: _before, ...unfolded } = group;
  return { ...flow, groups: { ...flow.groups, [id]: folded ? { ...unfolded, folded: true } : unfolded } };
}

/** Without these nodes in any group; a group that would be empty goes. */
export function withoutMembers(flow: Flow, nodes: ReadonlySet<string>): Flow {
  if (flow.groups === undefined) return flow;
  let changed = false;
  const groups: Record<string, Group> = {};
  for (const [id, group] of Object.entries(flow.groups)) {
    const left = group.nodes.filter((node) => !nodes.has(node));
    if (left.length === group.nodes.length) groups[id] = group;
    else {
      changed = true;
      if (left.length > 0) groups[id] = { ...group, nodes: left };
    }
  }
  return changed ? withGroups(flow, groups) : flow;
}

function withGroups(flow: Flow, groups: Readonly<Record<string, Group>>): Flow {
  if (Object.keys(groups).length > 0) return { ...flow, groups };
  const { groups: _none, ...rest } = flow;
  return rest;
}
