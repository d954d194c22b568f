import { changeOf, pairs, sameJson, type FlowChange } from './diff-parts.ts';
import type { Flow, Group } from './document.ts';
import { quote } from './words.ts';

/** What became of groups and comments, which no run depends on; whether a group is folded is told to nobody. */
export function asideChanges(before: Flow, after: Flow): FlowChange[] {
  return [...groupChanges(before, after), ...commentChanges(before, after)];
}

function groupChanges(before: Flow, after: Flow): FlowChange[] {
  return pairs(before.groups ?? {}, after.groups ?? {})
    .filter((pair) => !sameJson(unfolded(pair.before), unfolded(pair.after)))
    .map((pair) => {
      const name = pair.after?.name ?? pair.before?.name ?? pair.id;
      const change = changeOf(pair);
      const sentence = `The group ${quote(name)} ${change === 'changed' ? 'changed' : `was ${change}`}.`;
      return { what: 'group', name, change, path: ['groups', pair.id], ...pair, sentence };
    });
}

const unfolded = (group: Group | undefined): unknown =>
  group === undefined ? undefined : { name: group.name, nodes: group.nodes.toSorted() };

function commentChanges(before: Flow, after: Flow): FlowChange[] {
  return pairs(before.comments ?? {}, after.comments ?? {})
    .filter((pair) => !sameJson(pair.before, pair.after))
    .map((pair) => {
      const node = pair.after?.node ?? pair.before?.node ?? pair.id;
      const name = after.nodes[node]?.name ?? before.nodes[node]?.name ?? node;
      const change = changeOf(pair);
      const verb = change === 'changed' ? 'was answered, closed or opened again' : `was ${change}`;
      const sentence = `A comment on ${quote(name)} ${verb}.`;
      return { what: 'comment', name, change, path: ['comments', pair.id], ...pair, sentence };
    });
}
