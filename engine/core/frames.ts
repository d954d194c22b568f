import type { FeelValue } from '../feel/value.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Agreed, Block, Frame, Position, RunState } from './state.ts';

/** A frame where nothing has run yet. */
export function newFrame(parent: Frame | null, path: string, key: string): Frame {
  return {
    path,
    parent,
    key,
    scope: new Map(),
    visits: new Map(),
    aside: [],
    backs: new Map(),
    agreed: new Map(),
    lastApproval: null,
    confirmed: null,
    steps: 0,
    undoes: null,
    settling: false,
    position: null,
  };
}

/** The path of a branch: that of the frame around it, and which branch of which turn of which node it is. */
export const branchPath = (parent: Frame, node: string, visit: number, key: string): string =>
  `${parent.path === '' ? '' : `${parent.path}/`}${node}:${visit}:${key}`;

/** The root first, then branches in the order in which they were begun. */
export function* framesOf(state: RunState): Generator<Frame> {
  yield state.root;
  yield* state.branches.values();
}

export const frameAt = (state: RunState, path: string): Frame | null =>
  path === '' ? state.root : (state.branches.get(path) ?? null);

/** The frame in which a task is open, with its position; null when it is open nowhere. */
export function taskFrame(
  state: RunState,
  task: string,
): { frame: Frame; position: Extract<Position, { phase: 'tasked' | 'doubted' }> } | null {
  for (const frame of framesOf(state)) {
    const { position } = frame;
    if (position?.phase === 'tasked' && position.task.id === task) return { frame, position };
    if (position?.phase === 'doubted' && position.task === task) return { frame, position };
  }
  return null;
}

/** The first effect of the run that is in doubt, or null. */
export function doubtOf(state: RunState): Extract<Position, { phase: 'doubted' }> | null {
  for (const { position } of framesOf(state)) if (position?.phase === 'doubted') return position;
  return null;
}

/** What expressions of a frame see: its own names, then those around it. */
export function visibleScope(frame: Frame): ReadonlyMap<string, FeelValue> {
  if (frame.parent === null) return frame.scope;
  const scope = new Map(visibleScope(frame.parent));
  for (const [name, value] of frame.scope) scope.set(name, value);
  return scope;
}

/** What an approver agreed to for a node, here or in a frame around, and where that is kept. */
export function agreedFor(frame: Frame, node: string): { holder: Frame; agreed: Agreed } | null {
  for (let at: Frame | null = frame; at !== null; at = at.parent) {
    const agreed = at.agreed.get(node);
    if (agreed !== undefined) return { holder: at, agreed };
  }
  return null;
}

export function lastApprovalAt(frame: Frame): string | null {
  for (let at: Frame | null = frame; at !== null; at = at.parent) if (at.lastApproval !== null) return at.lastApproval;
  return null;
}

/** The node of a program by id; a state never names one that is not there. */
export function nodeAt(program: Program, id: string): ProgramNode {
  const node = program.nodes.get(id);
  if (node === undefined) throw new Error(`the program has no node ${id}`);
  return node;
}

export function enter(state: RunState, frame: Frame, node: string): void {
  const visit = (frame.visits.get(node) ?? 0) + 1;
  frame.visits.set(node, visit);
  frame.steps += 1;
  state.steps += 1;
  frame.aside = [];
  frame.position = { node, visit, phase: 'ready' };
}

/** Begins branches of a block until as many run as may at once. */
export function beginBranches(program: Program, state: RunState, frame: Frame): void {
  const { position } = frame;
  if (position?.phase !== 'open') return;
  const { block } = position;
  const node = nodeAt(program, position.node);
  const live = (): number => block.begun - block.brought.size;
  while (!frame.settling && block.begun < block.keys.length && live() < block.atOnce) {
    const key = block.keys[block.begun] ?? '';
    const child = newFrame(frame, branchPath(frame, position.node, position.visit, key), key);
    if (block.item !== null) child.scope.set(block.item, block.items?.[block.begun] ?? null);
    block.begun += 1;
    const way = node.ways.get(block.item === null ? key : 'each');
    if (way === undefined) throw new Error(`the node ${node.id} has no way to its branch ${key}`);
    state.branches.set(child.path, child);
    enter(state, child, way.to);
  }
}

/** Whether a block has all it waits for. */
export const isComplete = (block: Block): boolean =>
  block.any && block.brought.size > 0 ? true : block.brought.size === block.keys.length;

/** Frames whose parent is this one. */
export const childrenOf = (state: RunState, frame: Frame): Frame[] =>
  [...state.branches.values()].filter((one) => one.parent === frame);

/** Something of it may have reached another side and is not settled. */
export const isUnsettled = ({ position }: Frame): boolean =>
  position?.phase === 'doubted' ||
  (position?.phase === 'calling' && position.intent !== null) ||
  (position?.phase === 'retrying' && position.intent !== null && position.maybeSent);

/** Whether a branch has come to where all of its block do. */
const hasArrived = ({ parent, key }: Frame): boolean =>
  parent?.position?.phase === 'open' && parent.position.block.brought.has(key);

/**
 * The branches under a frame that can be left as they are: nothing of theirs is out. A branch around one that must settle
 * stays too, for as long as that takes. Branches of the frame that have `arrived`, and the frame itself, are among them when
 * nothing comes together any more; those of blocks within always are, for theirs come together no more.
 */
export function droppable(state: RunState, under: Frame, arrived: 'too' | 'not'): string[] {
  const kept = new Set<Frame>();
  for (const frame of state.branches.values())
    if (isUnsettled(frame)) for (let at: Frame | null = frame; at !== null; at = at.parent) kept.add(at);
  const left = [...state.branches.values()].filter(
    (frame) =>
      !kept.has(frame) && isUnder(frame, under) && (arrived === 'too' || frame.parent !== under || !hasArrived(frame)),
  );
  if (arrived === 'too' && !isUnsettled(under)) left.push(under);
  return left.map((frame) => frame.path);
}

export function isUnder(frame: Frame, above: Frame): boolean {
  for (let at = frame.parent; at !== null; at = at.parent) if (at === above) return true;
  return false;
}

/** Drops branches, and lets whatever else is under the frame only settle. */
export function dropBranches(state: RunState, under: Frame, paths: readonly string[]): void {
  for (const path of paths)
    if (path === '') state.root.position = null;
    else state.branches.delete(path);
  for (const frame of state.branches.values()) if (isUnder(frame, under)) frame.settling = true;
}

/** A settling branch that has nothing more to settle, or no branches left that have, is gone. */
export function removeSettled(state: RunState, frame: Frame): void {
  for (let at: Frame | null = frame; at !== null && at.path !== '' && at.settling; at = at.parent) {
    const own = at;
    if ([...state.branches.values()].some((one) => one.parent === own)) return;
    state.branches.delete(own.path);
  }
}

/** Nothing of the run is under way: it waits for a person, for the clock or for nothing at all. */
export function isAtRest(state: RunState): boolean {
  if (state.queued) return true;
  for (const { position } of framesOf(state))
    if (position?.phase === 'ready' || position?.phase === 'asking' || position?.phase === 'calling') return false;
  return true;
}
