import type { Flow } from '../flow/document.ts';
import { CountersignError, toErrorShape } from '../flow/error.ts';
import { readFlow, writeFlow } from '../flow/read.ts';
import {
  followInCalls,
  isNothing,
  renamesBetween,
  standsIn,
  type FieldRenames,
  type Renames,
} from '../flow/renames.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { followRenames, stepNaming } from '../flow/rename-scenario.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Carried } from './contract-renames.ts';
import { checkSave, saveFlowFile, type SaveRequest } from './flow-files.ts';
import { flowPath, onDisk } from './paths.ts';
import { changedScenarioText } from './scenario-text.ts';
import { readFlowFile, scenarioPaths } from './workspace.ts';

/**
 * Scenarios fit the flow that lies beside them. A draft's renames reach them when it is saved: what has another name under
 * the same id in the file than in the draft was renamed, however that came about, and undoing it before saving changes
 * nothing but the draft.
 *
 * - W1 Nothing is written unless everything can be; what was written when something fails is put back.
 * - W2 Scenarios are read when they are written, so that what others changed in them meanwhile stays.
 * - W3 The flow is written last: if the machine dies in between, saving the draft again does what was not done.
 */
export interface CarryRequest extends SaveRequest {
  renamedFields?: FieldRenames | undefined;
  /** Flows that call this one and are to follow the names of its input. */
  callers?: readonly string[] | undefined;
}

export interface Surrounding {
  root: string;
  /** Every flow of the workspace as it is on disk, by path. */
  flows: Readonly<Record<string, Flow>>;
}

/** Saves a flow with what follows its renames. Refused as {@link saveFlowFile} is; nothing is written then. */
export function saveAndCarry(around: Surrounding, request: CarryRequest): { digest: string; carried: Carried } {
  checkSave(around.root, request);
  const { writes, carried } = plan(around, request);
  const done: { file: string; before: Uint8Array }[] = [];
  try {
    for (const { path, text } of writes) {
      const file = onDisk(around.root, path);
      const before = readBytes(file);
      writeFileAtomic(file, text);
      done.push({ file, before });
    }
    return { digest: saveFlowFile(around.root, request), carried };
  } catch (error) {
    for (const { file, before } of done.toReversed()) putBack(file, before);
    throw error;
  }
}

/** One that cannot be put back keeps no other from it; it is misfit to its flow, and told of as such. */
function putBack(file: string, before: Uint8Array): void {
  try {
    writeFileAtomic(file, before);
  } catch {
    // Why the flow was not saved is what is told.
  }
}

interface Plan {
  writes: { path: string; text: string }[];
  carried: Carried;
}

function plan(around: Surrounding, { path, text, renamedFields, callers = [] }: CarryRequest): Plan {
  const carried: Carried = { scenarios: [], flows: [], left: [] };
  const writes: Plan['writes'] = [];
  const before = onDiskNow(around.root, path);
  const after = readFlow(text, KINDS).flow;
  if (before === null || after === null) return { writes, carried };
  const renames = renamesBetween(before, after, renamedFields);
  if (isNothing(renames)) return { writes, carried };
  const put = (list: string[], at: string, change: () => string | null): void => {
    try {
      const next = change();
      if (next === null) return;
      writes.push({ path: at, text: next });
      list.push(at);
    } catch (error) {
      carried.left.push({ path: at, why: toErrorShape(error).message });
    }
  };
  for (const [at, flow] of Object.entries({ ...around.flows, [path]: before })) {
    if (at !== path && !standsIn(path, flow, around.flows, KINDS)) continue;
    const follow = following({ path: at, flow }, { path, renames }, around.flows);
    for (const file of scenarioPaths(around.root, at))
      put(carried.scenarios, file, () => changedScenarioText(around.root, file, follow));
  }
  for (const at of callers)
    put(carried.flows, at, () => {
      const flow = onDiskNow(around.root, flowPath(at));
      const next = flow === null ? null : followInCalls(flow, path, renames.fields, KINDS);
      return next === null || next === flow ? null : writeFlow(next);
    });
  return { writes, carried };
}

/** How scenarios of `at` follow: of the flow that changed itself, or of one in which that flow stands. */
function following(
  at: { path: string; flow: Flow },
  changed: { path: string; renames: Renames },
  flows: Surrounding['flows'],
): (scenario: Scenario) => Scenario {
  const own = at.path === changed.path;
  const naming = stepNaming(at, { path: changed.path, steps: changed.renames.steps }, flows, KINDS);
  const renames = own ? changed.renames : NOTHING;
  return (scenario) => {
    const followed = followRenames(scenario, at.flow, renames, naming);
    if (followed.ok) return followed.scenario;
    throw new CountersignError({
      code: 'DOCUMENT_INVALID',
      message: `“${scenario.name}” does not follow: ${followed.why}.`,
      hint: 'Correct the scenario by hand.',
    });
  };
}

const NOTHING: Renames = { steps: new Map(), fields: new Map() };

/** The flow as it is in its file; null where there is none, or none that can be read. */
function onDiskNow(root: string, path: string): Flow | null {
  try {
    const { flow, newer } = readFlowFile(root, path);
    return newer ? null : flow;
  } catch {
    return null;
  }
}

/** A scenario of a draft under the names that the draft gives: as it will be once the draft is saved. */
export function scenarioForDraft(
  { root, flows }: Surrounding,
  path: string,
  draft: Flow,
  renamedFields: FieldRenames | undefined,
): (scenario: Scenario) => Scenario {
  const before = onDiskNow(root, path);
  if (before === null) return (scenario) => scenario;
  const renames = renamesBetween(before, draft, renamedFields);
  if (isNothing(renames)) return (scenario) => scenario;
  const follow = following({ path, flow: before }, { path, renames }, flows);
  // What does not follow is run as it is in its file, and says itself what does not fit.
  return (scenario) => {
    try {
      return follow(scenario);
    } catch {
      return scenario;
    }
  };
}
