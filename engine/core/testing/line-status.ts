import { framesOf } from '../frames.ts';
import type { RunState } from '../state.ts';

/** What the busiest line of a run does, in the words of its row; see {@link toldStatus}. */
export function lineStatus(state: RunState): string {
  if (state.ended !== null) return state.ended.status;
  if (state.queued) return 'queued';
  const phases = [...framesOf(state)].flatMap(({ position }) => (position === null ? [] : [position.phase]));
  const active = phases.some((phase) => phase === 'ready' || phase === 'asking' || phase === 'calling');
  if (active || phases.every((phase) => phase === 'open')) return 'running';
  if (phases.includes('retrying')) return 'retrying';
  return phases.includes('doubted') ? 'in doubt' : 'waiting';
}

/** The status of a row. That a model or a read is under way is on no record, so that one word stands for both. */
export const toldStatus = (status: string | undefined): string | undefined =>
  status === 'calling' ? 'running' : status;
