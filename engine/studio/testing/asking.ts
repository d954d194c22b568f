import { expect, vi } from 'vitest';
import { toErrorShape } from '../../flow/error.ts';
import { STUDIO_METHODS, type StudioAnswer, type StudioMethod, type StudioRequest } from '../contract.ts';
import type { StudioService } from '../service.ts';
import { FLOW } from './tiny-workspace.ts';

/** The first release of the flow of the tiny workspace. */
export const RELEASE = { path: FLOW, release: 1, notAfter: null, note: '' };

/** What a test asks of the service that is open when it asks. */
export function asking(studio: () => StudioService) {
  /** Asks, and holds the answer against the contract. */
  async function ask<M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<StudioAnswer<M>> {
    const answer = await studio().call(method, request);
    expect(STUDIO_METHODS[method].answer.safeParse(answer).error?.message).toBeUndefined();
    return answer;
  }

  /** The code with which it is refused; `none` where it is not. */
  const codeOf = <M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<string> =>
    studio()
      .call(method, request)
      .then(
        () => 'none',
        (error: unknown) => toErrorShape(error).code,
      );

  /** A case of the tiny workspace, and the task at which it waits. */
  async function waitingTask(amount = 12): Promise<{ run: string; task: StudioAnswer<'task'> }> {
    const { run } = await ask('startCase', { flow: FLOW, input: { order: 'special', amount } });
    const { tasks } = await ask('tasks', {});
    const found = tasks.find((one) => one.run === run);
    if (found === undefined) throw new Error('the case made no task');
    return { run, task: await ask('task', { id: found.id }) };
  }

  /** A case, once it is over. */
  const settled = (run: string): Promise<StudioAnswer<'run'>> =>
    vi.waitFor(async () => {
      const now = await ask('run', { id: run });
      expect(now.ended).not.toBeNull();
      return now;
    });

  return { ask, codeOf, waitingTask, settled };
}
