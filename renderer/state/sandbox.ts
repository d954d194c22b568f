import { toErrorShape } from '../../engine/flow/error.ts';
import { draftText, service } from './files.ts';
import { flowOf, transit, useStudio } from './store.ts';
import { arranged, tested } from './transitions.ts';

/** Runs one scenario on the flow as it is on the canvas, saved or not, and shows it there. */
export async function runScenario(scenario: string): Promise<void> {
  const draft = draftText();
  const of = flowOf(useStudio.getState());
  if (draft === null) return;
  transit((state) =>
    arranged(
      tested(state, { of, running: 'scenario', chosen: scenario, result: null, error: null, showCoverage: false }),
      { foldOpen: true, foldTab: 'case', view: 'flows' },
    ),
  );
  try {
    const result = await service().call('runScenario', { ...draft, scenario });
    transit((state) => tested(state, { running: null, result }));
  } catch (error) {
    transit((state) => tested(state, { running: null, error: toErrorShape(error) }));
  }
}

/** Runs every scenario of the flow and keeps what they covered. */
export async function runSuite(): Promise<void> {
  const draft = draftText();
  const of = flowOf(useStudio.getState());
  if (draft === null) return;
  transit((state) => tested(state, { of, running: 'suite', suite: null, error: null }));
  try {
    const suite = await service().call('runSuite', draft);
    transit((state) => tested(state, { running: null, suite, showCoverage: true, result: null }));
  } catch (error) {
    transit((state) => tested(state, { running: null, error: toErrorShape(error) }));
  }
}
