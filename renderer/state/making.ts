import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { askedIn, type Asked } from '../cases/asked.ts';
import { calledAs } from '../cases/carry.ts';
import { draftOf, lackingOf, newDraft, scenarioOf, type CaseDraft } from '../cases/draft.ts';
import { expectedOf, offersOf } from '../cases/expecting.ts';
import { tell } from '../ui/notice.ts';
import { words } from '../words/index.ts';
import { draftText, loadWorkspace, service } from './files.ts';
import { draftRenames } from './renames.ts';
import { cameOf, caseFailed, chosenMocks, newAsking, runScenario, stopTesting } from './sandbox.ts';
import { clampExtent } from './session.ts';
import { flowOf, surroundingsOf, transit, useStudio } from './store.ts';
import type { StudioState } from './records.ts';
import { arranged, present, tested, testedAt } from './transitions.ts';

/** Cases are made in the fold, run as they stand there, and kept as scenarios. */

/** A form and what came out stand beside each other; less than this is too little for them. */
const ROOM = 400;

const inSight = (state: StudioState): StudioState =>
  arranged(state, {
    view: 'flows',
    foldOpen: true,
    foldTab: 'case',
    foldHeight: clampExtent('foldHeight', Math.max(state.session.foldHeight, ROOM)),
  });

const begin = (making: CaseDraft): void => transit((state) => inSight(tested(state, { making, error: null })));

const askedNow = (state: StudioState): Asked[] => {
  const flow = flowOf(state);
  return flow === null ? [] : askedIn(flow, surroundingsOf(state));
};

/** A new case of the open flow; one that is being made already is shown. */
export function newCase(): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow !== null) begin(state.sandbox.making ?? newDraft(flow, askedNow(state)));
}

const fail = (path: string, error: unknown): void =>
  transit((state) => testedAt(state, path, { error: toErrorShape(error) }));

/**
 * A scenario with the digest of its file, as the draft on the canvas says it; null where it cannot be read, which is told,
 * or another flow is on the canvas by then.
 */
async function read(scenario: string) {
  const draft = draftText();
  if (draft === null) return null;
  try {
    const found = await service().call('openScenario', { ...draft, ...draftRenames(useStudio.getState()), scenario });
    return useStudio.getState().document?.path === draft.path ? found : null;
  } catch (error) {
    fail(draft.path, error);
    return null;
  }
}

export async function editCase(path: string): Promise<void> {
  const found = await read(path);
  if (found !== null) begin(draftOf(found.scenario, { path, base: found.digest }));
}

/** A new case that begins as a scenario is. */
export async function duplicateCase(path: string): Promise<void> {
  const found = await read(path);
  if (found === null) return;
  // What is another in it may well come out otherwise.
  begin({
    ...draftOf(found.scenario, null),
    name: words().making.copy(found.scenario.name).slice(0, 120),
    chose: false,
  });
}

const put = (some: Partial<CaseDraft>): void =>
  transit((state) =>
    state.sandbox.making === null ? state : tested(state, { making: { ...state.sandbox.making, ...some } }),
  );

/** What a person does to the case: it is theirs to be kept or dropped from then on. */
export const changeCase = (some: Partial<CaseDraft>): void => put({ ...some, touched: true });

/** The case that is being made comes in sight. */
export const showCase = (): void => transit(inSight);

/** What was made and not kept goes, and what came of it or is coming with it: it is the result of no scenario. */
export function closeCase(): void {
  if (useStudio.getState().sandbox.running === 'scenario') void stopTesting();
  transit((state) => {
    const { running, asking } = state.sandbox;
    const rest = running === 'scenario' ? { running: null, asking: null } : { running, asking };
    return tested(state, { making: null, result: null, error: null, ...rest });
  });
}

/** Runs the case that is being made on the flow as it is on the canvas; what comes out is expected, unless a person chose. */
export async function runCase(): Promise<void> {
  const draft = draftText();
  const before = useStudio.getState();
  const of = flowOf(before);
  const { making } = before.sandbox;
  if (draft === null || of === null || making === null) return;
  const asked = askedNow(before);
  if (lackingOf(making, of, asked).size > 0) {
    transit(inSight);
    put({ tried: true });
    return;
  }
  const scenario = scenarioOf(making, of, asked);
  const asking = newAsking(before.sandbox);
  if (asking === null) return;
  const running = { of, running: 'scenario', asking, result: null, error: null, showCoverage: false } as const;
  // On the canvas is what comes of it, and no real case.
  transit((state) => inSight(present(tested(state, running), { real: null, traffic: null })));
  const mocks = chosenMocks(before);
  try {
    const result = await service().call('runScenario', {
      ...draft,
      asking,
      scenario: { ...scenario, name: scenario.name === '' ? words().making.titleNew : scenario.name },
      ...(Object.keys(mocks).length === 0 ? {} : { mocks }),
    });
    cameOf(draft.path, asking, (state) => {
      const ran = { scenario, of, result };
      // A step may have got another name while the case ran.
      const drawn = calledAs(of, state.document?.path === draft.path ? (flowOf(state) ?? of) : of);
      const expect = expectedOf(result, offersOf(result, drawn, surroundingsOf(state)), scenario.expect);
      return {
        result,
        ...withMaking(state, draft.path, (now) => ({ ...now, ran, ...(now.chose ? {} : { expect }) })),
      };
    });
  } catch (error) {
    caseFailed(draft.path, asking, error);
  }
}

function withMaking(state: StudioState, path: string, change: (making: CaseDraft) => CaseDraft | null) {
  const sandbox =
    state.document?.path === path ? state.sandbox : state.tabs.find((tab) => tab.path === path)?.parked?.sandbox;
  const making = sandbox?.making ?? null;
  return making === null ? {} : { making: change(making) };
}

/**
 * Keeps the case that is being made in its file, or as a scenario of its own, and runs it as it is kept. Gives why it
 * cannot be kept, or null.
 */
export async function keepCase(as: 'it' | 'another'): Promise<ErrorShape | null> {
  const draft = draftText();
  const state = useStudio.getState();
  const flow = flowOf(state);
  const { making } = state.sandbox;
  if (draft === null || flow === null || making === null) return null;
  const scenario = scenarioOf(making, flow, askedNow(state));
  try {
    const { path, digest } = await service().call('saveScenario', {
      ...draft,
      ...draftRenames(state),
      scenario,
      file: as === 'it' ? making.place : null,
    });
    await loadWorkspace();
    // What was changed while it was being kept is not kept yet, and stays to be.
    const place = { path, base: digest };
    transit((now) =>
      testedAt(now, draft.path, {
        making: null,
        ...withMaking(now, draft.path, (later) =>
          later === making ? null : { ...later, place, scenario: { ...later.scenario, name: scenario.name } },
        ),
        gone: null,
        suite: null,
      }),
    );
    tell(words().making.kept(scenario.name));
    const { document, sandbox } = useStudio.getState();
    if (document?.path === draft.path && sandbox.making === null) await runScenario(path);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}

/** A flow as it lies on disk, by whose names its scenarios go. */
async function onDisk(path: string): Promise<{ path: string; text: string }> {
  const { text } = await service().call('openFlow', { path });
  return { path, text };
}

/** Takes a scenario away; it can be brought back as long as the flow is open, whatever the draft is called until then. */
export async function deleteCase(path: string): Promise<void> {
  const flow = useStudio.getState().document?.path;
  if (flow === undefined) return;
  try {
    const found = await service().call('openScenario', { ...(await onDisk(flow)), scenario: path });
    await service().call('deleteScenario', { scenario: path, base: found.digest });
    await loadWorkspace();
    const gone = { path, scenario: found.scenario };
    transit((state) => testedAt(state, flow, { gone, chosen: null, result: null, suite: null, error: null }));
  } catch (error) {
    fail(flow, error);
  }
}

/** Brings back what was deleted last, where it lay. */
export async function bringBack(): Promise<void> {
  const { document, sandbox } = useStudio.getState();
  const { gone } = sandbox;
  if (document === null || gone === null) return;
  const { path } = document;
  try {
    await service().call('saveScenario', {
      ...(await onDisk(path)),
      scenario: gone.scenario,
      file: { path: gone.path, base: NO_FILE },
    });
    await loadWorkspace();
    transit((now) => testedAt(now, path, { gone: null, chosen: gone.path, error: null }));
  } catch (error) {
    fail(path, error);
  }
}

/** What stands for the digest of a file that is not there. */
const NO_FILE = 'none';
