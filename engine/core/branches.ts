/** Fanning out and coming together. */
import type { FeelValue } from '../feel/value.ts';
import type { ProgramNode } from '../program/program.ts';
import type { Branches } from '../../nodes/kind.ts';
import type { Deciding } from './deciding.ts';
import { childrenOf, droppable, framesOf, isComplete } from './frames.ts';
import type { Block } from './state.ts';
import { storable } from './storable.ts';

/** A node fans out: its branches are on record before any of them begins. */
export function openBranches(deciding: Deciding, node: ProgramNode, visit: number, branches: Branches): void {
  if (node.block === null) throw new Error(`the node ${node.id} has nowhere for its branches to come together`);
  deciding.emit({
    type: 'branches.opened',
    node: node.id,
    body: {
      visit,
      join: node.block.join,
      any: node.block.any,
      keys: branches.keys,
      item: branches.item,
      items: branches.items?.map(storable) ?? null,
      atOnce: branches.atOnce,
    },
  });
}

/** Brings one block together whose branches have all that it waits for. Returns whether there was one. */
export function closeBlock(deciding: Deciding): boolean {
  const { state } = deciding;
  for (const frame of framesOf(state)) {
    const { position } = frame;
    if (position?.phase !== 'open' || frame.settling || !isComplete(position.block)) continue;
    const { block } = position;
    const others = childrenOf(state, frame).filter((child) => !block.brought.has(child.key));
    const own = deciding.within(frame);
    if (others.some((child) => !child.settling)) {
      const body = { visit: position.visit, paths: droppable(state, frame, 'not') };
      own.emit({ type: 'branches.dropped', node: position.node, body });
      return true;
    }
    if (others.length > 0) continue;
    const visit = (frame.visits.get(block.join) ?? 0) + 1;
    own.emit({
      type: 'node.completed',
      node: block.join,
      body: { visit, port: 'next', value: collected(block), record: null },
    });
    return true;
  }
  return false;
}

/** What iterations brought, in the order of the list that they went through; branches that were drawn apart bring nothing. */
function collected({ item, keys, brought }: Block): FeelValue {
  return item === null ? null : keys.flatMap((key) => (brought.has(key) ? [brought.get(key) ?? null] : []));
}
