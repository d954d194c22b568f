import { CountersignError, toErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { sameProgram } from '../canvas/marks.ts';
import { flowShown, service } from '../state/files.ts';
import type { Differs, RealCase, ShownTraffic, StudioState } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { backToDraft, draftOf, load, place } from '../versions/acts.ts';
import { compare } from '../versions/compare.ts';
import { isLooking, tell } from '../versions/store.ts';
import { words } from '../words/index.ts';

/** Real cases drawn over what they ran by: one of them, or how many went where. */

type Run = StudioAnswer<'run'>;

/** Opens a flow and brings a release of it onto the canvas, or its draft where that is the same; null where it cannot be. */
async function showRelease(flow: string, release: number): Promise<{ differs: Differs | null } | null> {
  const { releases } = await service().call('releases', {});
  const found = releases.find((one) => one.flow === flow && one.release === release);
  if (found === undefined) throw missing(release);
  await flowShown(flow);
  if (useStudio.getState().document?.path !== flow) return null;
  const side = await load(flow, { side: 'release', path: found.path, release });
  const draft = draftOf(useStudio.getState());
  if (draft === null || useStudio.getState().document?.path !== flow) return null;
  const { groups } = compare(side.whole, draft, { moves: false });
  const count = (what: string): number => groups.filter((group) => group.what === what).length;
  const differs = { steps: count('node'), wires: count('edge'), input: count('input') > 0 };
  const same = differs.steps + differs.wires === 0 && !differs.input;
  if (!same) place(flow, side);
  else if (isLooking(flow)) backToDraft();
  return { differs: same ? null : differs };
}

function missing(release: number | string): CountersignError {
  const said = words().real;
  return new CountersignError({ code: 'NOT_FOUND', message: said.gone(String(release)), hint: said.goneHint });
}

const fail = (error: unknown): void => tell({ error: toErrorShape(error) });

/** Can the case be drawn? Its flow is known here, with the release that it ran on. */
export const canShow = ({ service: { workspace } }: StudioState, run: Pick<Run, 'flow' | 'release'>): boolean =>
  run.release !== null && (workspace?.flows.some(({ path }) => path === run.flow) ?? false);

/** Draws a real case over what it ran by: over the draft as long as that is the same, else over its release, to look at. */
export async function showCase(id: string): Promise<void> {
  try {
    const run = await service().call('run', { id });
    if (run.flow === null || run.release === null) throw missing(run.release ?? '–');
    const shown = await showRelease(run.flow, Number(run.release));
    const of = flowOf(useStudio.getState());
    if (shown === null || of === null) return;
    tell({ error: null, comparison: null });
    const real: RealCase = { ...courseOf(run), run: id, release: run.release, program: run.program, of, ...shown };
    transit((state) => arranged(present(state, { real, traffic: null }), { view: 'flows' }));
  } catch (error) {
    fail(error);
  }
}

const courseOf = ({ status, result, started, ended, story }: Run) => ({
  status,
  result,
  started,
  ended,
  steps: story,
});

/** A case that is drawn may have gone on. */
export async function refreshCase(): Promise<void> {
  const { real } = useStudio.getState().presence;
  if (real === null || real.ended !== null) return;
  try {
    const run = await service().call('run', { id: real.run });
    transit((state) =>
      state.presence.real?.run === real.run
        ? present(state, { real: { ...state.presence.real, ...courseOf(run) } })
        : state,
    );
  } catch {
    // What is drawn was so a moment ago; the next look says whether it still is.
  }
}

/** Draws the newest case of the open flow. */
export async function showLastCase(): Promise<void> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return;
  try {
    const { runs } = await service().call('runs', { limit: 1, flow: path });
    const [last] = runs;
    if (last === undefined) transit((state) => arranged(state, { foldOpen: true, foldTab: 'runs' }));
    else await showCase(last.id);
  } catch (error) {
    fail(error);
  }
}

/** Nothing of real cases is drawn any more; the draft comes back where a release stood in its place for them. */
export function hideReal(): void {
  const { presence, document } = useStudio.getState();
  const looked = (presence.real ?? presence.traffic)?.differs !== null;
  transit((state) => present(state, { real: null, traffic: null }));
  if (looked && document !== null && isLooking(document.path)) backToDraft();
}

type TrafficAsked = Pick<ShownTraffic, 'release' | 'days'>;

const DAY_MS = 86_400_000;
const sinceOf = (days: number | null, now: number): number | null => (days === null ? null : now - days * DAY_MS);

/** Draws how many cases of a release of the open flow went where; with no release, its scenarios in the sandbox. */
export async function showTraffic({ release, days }: TrafficAsked, now = Date.now()): Promise<void> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return;
  try {
    if (release === null) return rehearsed(days);
    const counted = await service().call('traffic', { flow: path, release, since: sinceOf(days, now) });
    // Counting takes a while: who has gone to another flow meanwhile is left there.
    if (useStudio.getState().document?.path !== path) return;
    const shown = await showRelease(path, release);
    const of = flowOf(useStudio.getState());
    if (shown === null || of === null) return;
    tell({ error: null, comparison: null });
    const traffic: ShownTraffic = { release, days, ...counted, of, ...shown };
    transit((state) => arranged(present(state, { traffic, real: null }), { view: 'flows' }));
  } catch (error) {
    fail(error);
  }
}

/** The scenarios that were run last, as long as they are of what is drawn. */
export function canRehearse({ sandbox: { suite, of } }: StudioState, flow = flowOf(useStudio.getState())): boolean {
  return suite !== null && sameProgram(of, flow);
}

function rehearsed(days: number | null): void {
  const state = useStudio.getState();
  const { suite, of } = state.sandbox;
  if (suite === null || of === null || !canRehearse(state)) return;
  const outcomes = [
    ...Map.groupBy(suite.results, ({ status, result }) => JSON.stringify([status, result])).values(),
  ].map((alike) => ({ status: alike[0]?.status ?? '', result: alike[0]?.result ?? null, cases: alike.length }));
  const traffic: ShownTraffic = {
    release: null,
    days,
    traffic: suite.traffic,
    outcomes,
    cut: false,
    of,
    differs: null,
  };
  transit((now) => present(now, { traffic, real: null }));
}

/** A week is what is asked for where nothing else was. */
const USUAL_DAYS = 7;

/** Switches traffic on, of the newest release, or of the scenarios where there is none; and off again. */
export async function toggleTraffic(): Promise<void> {
  const state = useStudio.getState();
  if (state.presence.traffic !== null) return hideReal();
  const signed = state.service.workspace?.flows.find(({ path }) => path === state.document?.path)?.signed ?? null;
  if (signed === null && !canRehearse(state)) {
    const { noRelease, noReleaseHint } = words().real.traffic;
    return fail(new CountersignError({ code: 'NOT_FOUND', message: noRelease, hint: noReleaseHint }));
  }
  await showTraffic({ release: signed, days: USUAL_DAYS });
}
