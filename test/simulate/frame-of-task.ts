import { taskFrame } from '../../engine/core/frames.ts';
import type { RunState } from '../../engine/core/state.ts';

/** Where the run stands that asks this task; null when it asks it no longer. */
export const frameOfTask = (state: RunState, task: string) => taskFrame(state, task)?.position ?? null;
