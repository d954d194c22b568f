/** Taking effects back, the last one first, as the contract of each says. */
import type { ErrorShape } from '../flow/error.ts';
import type { Signal } from '../../nodes/kind.ts';
import { needsPerson } from '../program/guard.ts';
import { command, stepFor } from './calling.ts';
import type { Deciding } from './deciding.ts';
import { digestOfValue, effectKey } from './digest.ts';
import { nodeAt } from './frames.ts';
import type { RunState } from './state.ts';
import { storableContext } from './storable.ts';

/** Whether anything that was done is to be taken back. */
export const canUndo = (state: RunState): boolean => state.effects.some((effect) => effect.request !== null);

/** Begins to take the last effect back that can be. Returns whether there was one. */
export function undoNext(deciding: Deciding): boolean {
  const { state, program, now } = deciding;
  const effect = state.effects.findLast((one) => one.request !== null);
  if (effect === undefined || effect.request === null) return false;
  const node = nodeAt(program, effect.node);
  const path = `undo:${state.undone + 1}`;
  const { undo, target } = node;
  if (undo === null || target === null) throw new Error(`the node ${node.id} cannot be taken back`);
  const body = { visit: effect.visit, of: effect.key };
  if (now > effect.at + undo.withinMs) {
    deciding.emit({
      type: 'effect.undone',
      node: node.id,
      path,
      body: { ...body, outcome: 'too late', attempts: 0, error: null },
    });
    return true;
  }
  const request = storableContext(undo.request(effect.request, effect.response, now));
  if (needsPerson(undo.guard, request)) {
    const error = overLimit(node.name, undo.action);
    deciding.emit({
      type: 'effect.undone',
      node: node.id,
      path,
      body: { ...body, outcome: 'refused', attempts: 0, error },
    });
    return true;
  }
  deciding.emit({
    type: 'undo.intended',
    node: node.id,
    path,
    body: {
      ...body,
      key: effectKey(state.rootRun, node.id, effect.path, effect.visit, 'undo'),
      connection: target.connection,
      action: undo.action,
      class: undo.contract.class === 'irreversible' ? 'irreversible' : 'reversible',
      request,
      digest: digestOfValue(request),
    },
  });
  const frame = state.branches.get(path);
  if (frame?.position?.phase !== 'calling') throw new Error(`the run ${state.run} does not take anything back`);
  const own = deciding.within(frame);
  command(own, node, frame.position, 'perform', stepFor(own, node));
  return true;
}

const overLimit = (name: string, action: string): ErrorShape => ({
  code: 'TASK_NOT_PERMITTED',
  message: `“${name}” was not taken back: the policy lets “${action}” go above its limit with a person only.`,
  meaning: 'Nothing was sent.',
  where: { node: name },
  hint: 'Look at the case, and take it back in the other system if it is to be.',
  retryable: false,
  fault: 'operator',
});

/** How taking back came out. What could not be taken back is on record, and the next is taken back all the same. */
export function undone(deciding: Deciding, signal: Signal): void {
  const { frame } = deciding;
  const { position, undoes } = frame;
  if (position === null || undoes === null) throw new Error('nothing is being taken back');
  const outcome = signal.signal === 'done' ? 'undone' : signal.signal === 'refused' ? 'refused' : 'failed';
  const error: ErrorShape | null = 'error' in signal ? signal.error : null;
  deciding.emit({
    type: 'effect.undone',
    node: position.node,
    body: {
      visit: position.visit,
      of: undoes.key,
      outcome,
      attempts: 'attempts' in signal ? signal.attempts : 0,
      error,
    },
  });
}
