/** What a connector's turn calls, and by which contract: its action, or the one that takes it back. */
import type { Action } from '../connections/contract.ts';
import type { FeelContext } from '../feel/value.ts';
import type { ProgramNode } from '../program/program.ts';
import type { Step } from '../../nodes/kind.ts';
import { turnOf, type Deciding } from './deciding.ts';
import type { Intent } from './state.ts';

export type PerformStep = Extract<Step, { step: 'perform' }>;

export function command(
  deciding: Deciding,
  node: ProgramNode,
  position: { visit: number; attempt: number; intent: Intent | null },
  what: 'perform' | 'ask done',
  step: PerformStep,
): void {
  const request: FeelContext = position.intent?.request ?? step.request;
  deciding.decision.commands.push({
    command: what,
    path: deciding.frame.path,
    node: node.id,
    visit: position.visit,
    attempt: position.attempt,
    connection: step.connection,
    action: step.action,
    request,
    key: position.intent?.key ?? '',
    timeoutMs: step.timeoutMs,
  });
}

/** The connector's step again, for its policy and time limit; its request is used only where no intent is on disk. */
export function stepFor(deciding: Deciding, node: ProgramNode): PerformStep {
  const step = node.behaviour.start(turnOf(deciding));
  if (step.step !== 'perform') throw new Error(`the node ${node.id} does not call`);
  return deciding.frame.undoes === null || node.undo === null ? step : { ...step, action: node.undo.action };
}

/** The contract of what is called: the node's action, or the one that takes it back. */
export function contractFor({ frame }: Deciding, node: ProgramNode): Action {
  const action = frame.undoes === null ? node.action : (node.undo?.contract ?? null);
  if (action === null) throw new Error(`the node ${node.id} has no action contract`);
  return action;
}
