import { sameJson } from './diff-parts.ts';
import { comparePaths, type Path } from './problems.ts';

/** Where two values differ, innermost. */

export interface Leaf {
  path: Path;
  before: unknown;
  after: unknown;
}

/** The innermost places where two values differ. Lists whose items all have ids are compared by id, not by position. */
export function leafChanges(before: unknown, after: unknown, path: Path = []): Leaf[] {
  if (sameJson(before, after)) return [];
  const [a, b] = [membersOf(before), membersOf(after)];
  if (a === null || b === null || a.list !== b.list) return [{ path, before, after }];
  const changes = [...new Set([...a.members.keys(), ...b.members.keys()])].flatMap((key) =>
    leafChanges(a.members.get(key), b.members.get(key), [...path, key]),
  );
  // The same items in another order.
  return changes.length === 0 ? [{ path, before, after }] : changes.sort((x, y) => comparePaths(x.path, y.path));
}

function membersOf(
  value: unknown,
): { list: 'no' | 'by id' | 'by place'; members: Map<string | number, unknown> } | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return { list: 'no', members: new Map(Object.entries(value)) };
  const items: readonly unknown[] = value;
  const ids = items.map(idIn);
  return ids.length > 0 && ids.every((id) => id !== null) && new Set(ids).size === ids.length
    ? { list: 'by id', members: new Map(items.map((item, i) => [ids[i] ?? '', item])) }
    : { list: 'by place', members: new Map(items.entries()) };
}

const idIn = (item: unknown): string | null =>
  typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' ? item.id : null;
