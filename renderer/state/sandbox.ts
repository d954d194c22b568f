import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { freshId } from './edit.ts';
import { draftText, service } from './files.ts';
import { tell } from '../ui/notice.ts';
import { words } from '../words/index.ts';
import type { Mock, StudioAnswer, StudioRequest } from '../../engine/studio/contract.ts';
import { draftRenames } from './renames.ts';
import type { RecentCase, Sandbox, StudioState } from './records.ts';
import { flowOf, transit, useStudio } from './store.ts';
import { arranged, present, served, tested, testedAt } from './transitions.ts';

/** The scenario that is run when none is named: the one that was run last, or the first of the flow. */
export const chosenScenario = ({ sandbox, service: { workspace }, document }: StudioState): string | null =>
  sandbox.chosen ?? workspace?.flows.find((flow) => flow.path === document?.path)?.scenarios[0]?.path ?? null;

/** The open flow has no scenarios, so that it cannot be signed. */
export const isUntested = ({ service: { workspace }, document }: StudioState): boolean =>
  workspace?.flows.find((flow) => flow.path === document?.path)?.scenarios.length === 0;

/** An id for one thing that is tested in the place of what runs: that is stopped, and nothing of it is shown any more. */
function inPlaceOf({ asking }: Sandbox): string {
  // Where the engine is gone, so is what it ran.
  if (asking !== null)
    service()
      .call('stopTesting', { asking })
      .catch(() => undefined);
  return freshId('t');
}

/**
 * An id for one thing that this window asks to be tested, in the place of what it tests of the same flow. Null while a
 * release is signed, which is not stopped by the way.
 */
export function newAsking(sandbox: Sandbox): string | null {
  if (sandbox.running !== 'export') return inPlaceOf(sandbox);
  tell(words().cases.signing);
  return null;
}

/** What came of something that was asked, unless something else has taken its place. Gives whether it is shown. */
export function cameOf(path: string, asking: string, change: (state: StudioState) => Partial<Sandbox>): boolean {
  if (sandboxOf(useStudio.getState(), path).asking !== asking) return false;
  transit((state) => testedAt(state, path, { running: null, asking: null, ...change(state) }));
  return true;
}

/** How many cases are kept to look at again. */
const MAX_RECENT = 10;

/**
 * Runs one scenario on the flow as it is on the canvas, saved or not, with the mocks that are chosen, and shows it there:
 * all of it in the fold, or up to a step in the inspector of that step.
 */
export async function runScenario(scenario: string, until?: string): Promise<void> {
  const draft = draftText();
  const of = flowOf(useStudio.getState());
  if (draft === null || of === null) return;
  const asking = newAsking(useStudio.getState().sandbox);
  if (asking === null) return;
  transit((state) => {
    const running = {
      of,
      running: 'scenario',
      asking,
      chosen: scenario,
      result: null,
      error: null,
      showCoverage: false,
    } as const;
    const next = present(tested(state, running), { real: null, traffic: null });
    return until === undefined ? arranged(next, { foldOpen: true, foldTab: 'case', view: 'flows' }) : next;
  });
  const mocks = chosenMocks(useStudio.getState());
  const asked = {
    ...draft,
    scenario,
    asking,
    ...(Object.keys(mocks).length === 0 ? {} : { mocks }),
    ...(until === undefined ? {} : { until }),
    ...draftRenames(useStudio.getState()),
  };
  try {
    const result = await service().call('runScenario', asked);
    cameOf(draft.path, asking, (state) => ({
      result,
      recent: [{ scenario, result, of }, ...sandboxOf(state, draft.path).recent].slice(0, MAX_RECENT),
    }));
  } catch (error) {
    caseFailed(draft.path, asking, error);
  }
}

/** That a person stopped a case is no error of it. */
export function caseFailed(path: string, asking: string, cause: unknown): void {
  const error = toErrorShape(cause);
  const stopped = wasStopped(error);
  if (cameOf(path, asking, () => ({ error: stopped ? null : error })) && stopped) tell(words().cases.stopped);
}

/** A person asked for it; the engine that goes away stops with the same code, and by nobody's fault here. */
export const wasStopped = ({ code, fault }: ErrorShape): boolean => code === 'STOPPED' && fault === 'user';

type Exported = StudioAnswer<'exportFlow'>;

/** Tests and signs a flow; how many of its scenarios have run is told meanwhile. Throws why there is no release. */
export async function exportRelease(asked: StudioRequest<'exportFlow'>): Promise<Exported> {
  const asking = inPlaceOf(sandboxOf(useStudio.getState(), asked.path));
  transit((state) => testedAt(state, asked.path, { running: 'export', asking, progress: null }));
  try {
    return await service().call('exportFlow', { ...asked, asking });
  } finally {
    cameOf(asked.path, asking, () => ({}));
  }
}

/** Runs every scenario of the flow and keeps what they covered. */
export async function runSuite(): Promise<void> {
  const draft = draftText();
  const of = flowOf(useStudio.getState());
  if (draft === null) return;
  const asking = newAsking(useStudio.getState().sandbox);
  if (asking === null) return;
  transit((state) => tested(state, { of, running: 'suite', asking, progress: null, suite: null, error: null }));
  try {
    const suite = await service().call('runSuite', { ...draft, asking, ...draftRenames(useStudio.getState()) });
    cameOf(draft.path, asking, () => ({ suite, showCoverage: true, result: null }));
  } catch (error) {
    cameOf(draft.path, asking, () => ({ error: toErrorShape(error) }));
  }
}

/** Stops what this window tests of the open flow. Of a suite what has run is shown; of a case, or an export, nothing is left. */
export async function stopTesting(): Promise<void> {
  const { document, sandbox } = useStudio.getState();
  if (document === null || sandbox.asking === null) return;
  const { path } = document;
  try {
    await service().call('stopTesting', { asking: sandbox.asking });
  } catch (error) {
    transit((state) => testedAt(state, path, { error: toErrorShape(error) }));
  }
}

/** Shows a case again that was run before. */
export const showRecent = ({ scenario, result, of }: RecentCase): void =>
  transit((state) =>
    present(tested(state, { of, result, chosen: scenario, error: null, showCoverage: false }), {
      real: null,
      traffic: null,
    }),
  );

const sandboxOf = (state: StudioState, path: string): Sandbox =>
  state.document?.path === path
    ? state.sandbox
    : (state.tabs.find((tab) => tab.path === path)?.parked?.sandbox ?? state.sandbox);

type Mocks = StudioAnswer<'saveMock'>['mocks'];
const NONE: readonly Mock[] = [];

/** The mocks that a step of the open flow has. */
export const mocksAt = ({ document, service: { workspace } }: StudioState, node: string): readonly Mock[] =>
  workspace?.flows.find(({ path }) => path === document?.path)?.mocks[node] ?? NONE;

/** The name of the mock that stands in the place of a step; null where the step runs as it is. */
export function mockAt(state: StudioState, node: string): string | null {
  const name = Object.hasOwn(state.sandbox.mocks, node) ? state.sandbox.mocks[node] : undefined;
  return name !== undefined && mocksAt(state, node).some((mock) => mock.name === name) ? name : null;
}

/** The mocks that stand in the place of steps of the open flow, by id of the step. */
export const chosenMocks = (state: StudioState): Record<string, string> =>
  Object.fromEntries(
    Object.keys(state.sandbox.mocks).flatMap((node) => {
      const name = flowOf(state)?.nodes[node] === undefined ? null : mockAt(state, node);
      return name === null ? [] : [[node, name]];
    }),
  );

/** From the next case on a mock stands in the place of a step, or, with null, the step runs as it is. */
export function chooseMock(node: string, name: string | null): void {
  transit((state) => {
    const { [node]: _before, ...others } = state.sandbox.mocks;
    return tested(state, { mocks: name === null ? others : { ...others, [node]: name } });
  });
}

/** No mock stands anywhere any more. */
export const clearMocks = (): void => transit((state) => tested(state, { mocks: {} }));

/**
 * Keeps a mock with the tests of the flow, in the place of the one called `before`; without a mock that one is taken
 * away. The one that is kept is chosen. Gives why it cannot be kept, or null.
 */
export async function saveMock(node: string, before: string | null, mock: Mock | null): Promise<ErrorShape | null> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return null;
  try {
    const { mocks } = await service().call('saveMock', { path, node, before, mock });
    transit((state) => withMocks(state, path, mocks));
    if (mock !== null) chooseMock(node, mock.name);
    else if (useStudio.getState().sandbox.mocks[node] === before) chooseMock(node, null);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}

function withMocks(state: StudioState, path: string, mocks: Mocks): StudioState {
  const { workspace } = state.service;
  if (workspace === null) return state;
  const flows = workspace.flows.map((entry) => (entry.path === path ? { ...entry, mocks } : entry));
  return served(state, { workspace: { ...workspace, flows } });
}
