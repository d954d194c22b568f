import type { Flow } from '../../engine/flow/document.ts';
import { followRenames, stepNaming, type StepNaming } from '../../engine/flow/rename-scenario.ts';
import { isNothing, renamedKeys, renamesBetween, standsIn, type Renames } from '../../engine/flow/renames.ts';
import type { Scenario } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import type { FieldNames } from '../document/history.ts';
import type { CaseDraft } from './draft.ts';

/**
 * A case that is being made follows its flow as a kept scenario does (engine/studio/carry.ts): what it says of steps and
 * input fields is said under their new names, and under the old ones again when that is undone. Where a condition in it
 * would mean something else under a new name, all of it stays as it is.
 */

type Flows = Readonly<Record<string, Flow>>;

interface Change {
  path: string;
  before: Flow;
  after: Flow;
  /** Input fields that have another name since, by the name before. */
  fields: FieldNames;
}

/** The case after its own flow became another; the very same where no name in it did. */
export function afterChange(draft: CaseDraft, { path, before, after, fields }: Change, flows: Flows): CaseDraft {
  if (before === after) return draft;
  const renames = renamesBetween(before, after, Object.fromEntries(fields));
  if (isNothing(renames)) return draft;
  const naming = stepNaming({ path, flow: before }, { path, steps: renames.steps }, flows, KINDS);
  return following(draft, before, renames, naming);
}

/** The case of a flow after other flows became others, of which some may stand in it; the very same where no name did. */
export function afterOthers(
  draft: CaseDraft,
  own: { path: string; flow: Flow },
  before: Flows,
  after: Flows,
): CaseDraft {
  return Object.entries(before).reduce((now, [path, was]) => {
    const is = Object.hasOwn(after, path) ? after[path] : undefined;
    if (is === undefined || is === was || path === own.path || !standsIn(path, own.flow, before, KINDS)) return now;
    const { steps } = renamesBetween(was, is);
    if (steps.size === 0) return now;
    return following(now, own.flow, NOTHING, stepNaming(own, { path, steps }, before, KINDS));
  }, draft);
}

const NOTHING: Renames = { steps: new Map(), fields: new Map() };

function following(draft: CaseDraft, before: Flow, renames: Renames, naming: StepNaming): CaseDraft {
  const { scenario, people, answers, expect, ran } = draft;
  const said = followRenames({ ...scenario, answers, people: [], expect }, before, renames, naming);
  const given = renamedKeys(draft.given, renames.fields);
  if (!said.ok || given === null) return draft;
  const { input } = said.scenario;
  return {
    ...draft,
    scenario: { ...scenario, input },
    given,
    people: people.map((act) => ({ ...act, at: naming(act.at) })),
    answers: said.scenario.answers ?? {},
    expect: said.scenario.expect,
    ran: ran === null ? null : { ...ran, scenario: followed(ran.scenario, before, renames, naming) },
  };
}

/** A case that does not follow is as it was when it ran. */
function followed(scenario: Scenario, before: Flow, renames: Renames, naming: StepNaming): Scenario {
  const said = followRenames(scenario, before, renames, naming);
  return said.ok ? said.scenario : scenario;
}

/** A flow that was run, with its steps called as they are called now. */
export const calledAs = (ran: Flow, now: Flow): Flow => ({
  ...ran,
  nodes: Object.fromEntries(
    Object.entries(ran.nodes).map(([id, node]) => [
      id,
      { ...node, name: (Object.hasOwn(now.nodes, id) ? now.nodes[id]?.name : undefined) ?? node.name },
    ]),
  ),
});
