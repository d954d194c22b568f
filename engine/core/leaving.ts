import { frameAt } from './frames.ts';
import type { Command, RunState } from './state.ts';

/**
 * Whether a call that was decided, and has not left yet, may still leave as its run stands now. Not while the run is
 * suspended; nor, after a cancel or where another branch was enough, an effect of which no attempt may have got through:
 * it is settled by not being sent.
 */
export function mayStillLeave(state: RunState, { path }: Pick<Command, 'path'>): boolean {
  if (state.suspended) return false;
  const frame = frameAt(state, path);
  if (frame === null) return false;
  const { settling, position } = frame;
  return !settling || position?.phase !== 'calling' || position.maybeSent;
}
