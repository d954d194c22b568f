/** What two analyses of a document, one before a change and one after it, have in common. */
import type { Analysis } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import type { FeelType } from '../feel/type.ts';
import { isAny, itemOf } from './blocks.ts';
import type { FlowEdge } from './document.ts';
import type { OpenFlow, OpenNode } from './open.ts';

/** Whether two flows hang together in the same way: equal graphs, blocks and regions can be made of them. */
export function isSameShape(a: OpenFlow, b: OpenFlow): boolean {
  if (a === b) return true;
  if (a.nodes.size !== b.nodes.size || !sameRecord(a.flow.edges, b.flow.edges, sameEdge)) return false;
  for (const [id, node] of a.nodes) {
    const other = b.nodes.get(id);
    if (other === undefined || !sameInShape(node, other)) return false;
  }
  return true;
}

const sameEdge = (a: FlowEdge, b: FlowEdge): boolean =>
  a === b ||
  (a.from.node === b.from.node &&
    a.from.port === b.from.port &&
    a.to.node === b.to.node &&
    a.back?.maxVisits === b.back?.maxVisits);

/** All of a node that graphs, blocks and regions are made of. */
const sameInShape = (a: OpenNode, b: OpenNode): boolean =>
  a === b ||
  (a.kind === b.kind &&
    (a.sound === null) === (b.sound === null) &&
    (a.sound?.ports.length === 0) === (b.sound?.ports.length === 0) &&
    itemOf(a.sound) === itemOf(b.sound) &&
    isAny(a.sound) === isAny(b.sound));

/** Whether the same is in scope in both, in the same order, with the same types. */
export const isSameScope = (a: FeelScopeTypes, b: FeelScopeTypes): boolean => a === b || sameRecord(a, b, isSameType);

/** Whether two types are the same to the letter; `sameType` of engine/feel takes what is not known for anything. */
export function isSameType(a: FeelType, b: FeelType): boolean {
  if (a === b) return true;
  if (a.nullable !== b.nullable) return false;
  if (a.kind === 'context' && b.kind === 'context')
    return a.open === b.open && sameRecord(a.fields, b.fields, isSameType);
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'range' && b.kind === 'range'))
    return isSameType(a.of, b.of);
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What others see of a node's value: its type, by its exits, and the type of its items. */
type Left = Pick<Analysis, 'writes' | 'writesAt' | 'itemType'>;

/** Whether two nodes, or one before and after a change, leave the same. */
export const leavesSame = (a: Left, b: Left): boolean =>
  sameOrAbsent(a.writes, b.writes, isSameType) &&
  sameOrAbsent(a.itemType, b.itemType, isSameType) &&
  sameOrAbsent(a.writesAt, b.writesAt, (one, other) => sameRecord(one, other, isSameType));

export const sameOrAbsent = <T extends object>(
  a: T | null | undefined,
  b: T | null | undefined,
  same: (a: T, b: T) => boolean,
): boolean => a === b || (a !== null && a !== undefined && b !== null && b !== undefined && same(a, b));

/** Whether two records hold the same, in the same order. */
export function sameRecord<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  same: (a: T, b: T) => boolean,
): boolean {
  if (a === b) return true;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return (
    names.length === others.length &&
    names.every((name, i) => {
      const [one, other] = [a[name], b[name]];
      return name === others[i] && one !== undefined && other !== undefined && same(one, other);
    })
  );
}
