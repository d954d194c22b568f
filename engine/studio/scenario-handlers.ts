import { CountersignError } from '../flow/error.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import { readFlow } from '../flow/read.ts';
import { isNothing, renamesBetween, type FieldRenames } from '../flow/renames.ts';
import { followRenames, stepNaming } from '../flow/rename-scenario.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { KINDS } from '../../nodes/index.ts';
import { scenarioForDraft } from './carry.ts';
import { invalid } from './export.ts';
import type { Handlers, Room } from './handlers.ts';
import { flowPath } from './paths.ts';
import { deleteScenarioFile, openScenarioFile, saveScenarioFile } from './scenario-files.ts';
import type { Workspace } from './workspace.ts';

export function scenarioHandlers({
  options: { root },
  workspace,
}: Room): Pick<Handlers, 'openScenario' | 'saveScenario' | 'deleteScenario'> {
  return {
    openScenario: ({ path, text, scenario: file, renamedFields }) => {
      const flows = flowsIn(workspace());
      const follow = scenarioForDraft({ root, flows }, flowPath(path), drawnIn(path, text), renamedFields);
      const { scenario, digest } = openScenarioFile(root, file);
      return { scenario: follow(scenario), digest };
    },
    saveScenario: ({ path, text, scenario, file, renamedFields }) => {
      const draft = drawnIn(flowPath(path), text);
      const flows = flowsIn(workspace());
      const fit = asOnDisk({ path, draft, flows }, scenario, renamedFields);
      const later = scenarioForDraft({ root, flows }, path, draft, renamedFields)(fit);
      if (!isSame(later, scenario)) throw ambiguous();
      return saveScenarioFile(root, path, fit, file);
    },
    deleteScenario: ({ scenario, base }) => {
      deleteScenarioFile(root, { path: scenario, base });
      return {};
    },
  };
}

const flowsIn = ({ surroundings: { flows } }: Workspace) => flows ?? {};

const isSame = (one: Scenario, other: Scenario): boolean => canonicalJson(asJson(one)) === canonicalJson(asJson(other));

/** A name that the draft gives to something new is, in the flow's file, still the one of something else. */
const ambiguous = (): CountersignError =>
  new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: 'The case speaks of something new by a name that was another’s in the flow as it is saved.',
    meaning: 'Nothing was written: once the flow is saved, the case would speak of that other.',
    hint: 'Save the flow first, then keep the case.',
  });

function drawnIn(path: string, text: string) {
  const { flow, newer, problems } = readFlow(text, KINDS);
  if (flow === null || newer) throw invalid(path, problems);
  return flow;
}

/**
 * A scenario of a draft under the names that the flow has in its file, so that it fits the flow that it lies beside; when
 * the draft is saved it follows. One that cannot be said so is kept as it is.
 */
export function asOnDisk(
  { path, draft, flows }: { path: string; draft: ReturnType<typeof drawnIn>; flows: ReturnType<typeof flowsIn> },
  scenario: Scenario,
  renamedFields: FieldRenames = {},
): Scenario {
  const onDisk = Object.hasOwn(flows, path) ? flows[path] : undefined;
  if (onDisk === undefined) return scenario;
  const back = Object.fromEntries(Object.entries(renamedFields).map(([from, to]) => [to, from]));
  const renames = renamesBetween(draft, onDisk, back);
  if (isNothing(renames)) return scenario;
  const naming = stepNaming({ path, flow: draft }, { path, steps: renames.steps }, flows, KINDS);
  const followed = followRenames(scenario, draft, renames, naming);
  return followed.ok ? followed.scenario : scenario;
}
