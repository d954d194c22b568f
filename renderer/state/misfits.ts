import { toErrorShape } from '../../engine/flow/error.ts';
import type { Misfit, Repair } from '../../engine/studio/contract-renames.ts';
import { sameProgram } from '../canvas/marks.ts';
import { refuse, tell } from '../ui/notice.ts';
import { words } from '../words/index.ts';
import { draftText, service } from './files.ts';
import { draftRenames } from './renames.ts';
import { flowOf, useStudio, transit } from './store.ts';
import { testedAt } from './transitions.ts';

/** Whether the scenarios of the open flow fit it, asked a moment after it changed, or they did. */

const REST_MS = 400;

export function startFitting(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = useStudio.subscribe((state, before) => {
    const same = state.document?.path === before.document?.path && sameProgram(flowOf(state), flowOf(before));
    if (same && state.service.workspace === before.service.workspace) return;
    clearTimeout(timer);
    timer = setTimeout(() => void askMisfits(), REST_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

let newest = 0;

/** Asks where the scenarios of the open flow do not fit it. What is not the newest answer is dropped. */
export async function askMisfits(): Promise<void> {
  const draft = draftText();
  if (draft === null) return;
  const turn = ++newest;
  try {
    const { misfits } = await service().call('misfits', { ...draft, ...draftRenames(useStudio.getState()) });
    if (turn === newest) transit((state) => testedAt(state, draft.path, { misfits }));
  } catch (error) {
    // The engine is away: what was known stays, and is asked again with the next change.
    if (toErrorShape(error).code !== 'STOPPED') refuse(toErrorShape(error).message);
  }
}

/** Makes a scenario fit, in its file, and looks again. */
export async function repair({ path, scenario }: Misfit, chosen: Repair): Promise<void> {
  const draft = draftText();
  if (draft === null) return;
  try {
    await service().call('repairScenario', {
      ...draft,
      ...draftRenames(useStudio.getState()),
      scenario: path,
      repair: chosen,
    });
    tell(words().renames.misfits.mended(scenario));
  } catch (error) {
    refuse(toErrorShape(error).message);
  }
  await askMisfits();
}
