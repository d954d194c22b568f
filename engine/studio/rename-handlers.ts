import type { Flow } from '../flow/document.ts';
import { CountersignError } from '../flow/error.ts';
import { readFlow } from '../flow/read.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { isLikely, misfitsOf, repaired, type FormerNames } from '../sandbox/fit-scenario.ts';
import { KINDS } from '../../nodes/index.ts';
import { scenarioForDraft } from './carry.ts';
import type { Misfit } from './contract-renames.ts';
import { invalid } from './export.ts';
import type { Handlers, Room } from './handlers.ts';
import { flowPath, onDisk, scenarioPath } from './paths.ts';
import { asOnDisk } from './scenario-handlers.ts';
import { changedScenarioText } from './scenario-text.ts';
import { readVersion, versionsOf, wholeOfVersion } from './versions.ts';
import { readScenario, scenarioPaths } from './workspace.ts';

export function renameHandlers({ options: { root }, workspace }: Room): Pick<Handlers, 'misfits' | 'repairScenario'> {
  return {
    misfits: ({ path, text, renamedFields }) => {
      const { flow, newer } = readFlow(text, KINDS);
      // What cannot be read says so itself.
      if (flow === null || newer) return { misfits: [] };
      const flows = workspace().surroundings.flows ?? {};
      const follow = scenarioForDraft({ root, flows }, flowPath(path), flow, renamedFields);
      const misfits = scenarioPaths(root, path).flatMap((file): Misfit[] => {
        try {
          const scenario = follow(readScenario(root, file));
          const found = misfitsOf(scenario, flow, flows);
          if (found.length === 0) return [];
          const former = formerNames(root, path, flow);
          const told = misfitsOf(scenario, flow, flows, former);
          return told.map((one) => ({
            path: file,
            scenario: scenario.name,
            ...one,
            likely: isLikely(one, former),
            repairs: [...one.repairs],
          }));
        } catch {
          // A scenario that cannot be read is told of with the workspace.
          return [];
        }
      });
      return { misfits };
    },
    repairScenario: ({ path, text, scenario: file, repair, renamedFields }) => {
      const { flow, newer, problems } = readFlow(text, KINDS);
      if (flow === null || newer) throw invalid(path, problems);
      const flows = workspace().surroundings.flows ?? {};
      const follow = scenarioForDraft({ root, flows }, flowPath(path), flow, renamedFields);
      const next = changedScenarioText(root, scenarioPath(file), (scenario) => {
        const mended = repaired(follow(scenario), flow, repair);
        // Its file keeps to the flow as it is in its own; with the draft both follow.
        return mended === null ? null : asOnDisk({ path, draft: flow, flows }, mended, renamedFields);
      });
      if (next === null)
        throw new CountersignError({
          code: 'NOT_FOUND',
          message: `${file} was not changed: there is nothing in it that this would mend.`,
          hint: 'Look at the problems again; the scenario may have changed meanwhile.',
        });
      writeFileAtomic(onDisk(root, file), next);
      return {};
    },
  };
}

/** How many versions are looked through for a name. */
const MOST_VERSIONS = 20;

/** What steps of the flow were called in its versions, by that name; the newest version that knows a name counts. */
function formerNames(root: string, path: string, flow: Flow): FormerNames {
  const names = new Map<string, string>();
  for (const { number } of versionsOf(root, path).versions.slice(0, MOST_VERSIONS)) {
    const then = flowThen(root, path, number);
    for (const [id, { name }] of Object.entries(then?.nodes ?? {})) {
      const now = Object.hasOwn(flow.nodes, id) ? flow.nodes[id]?.name : undefined;
      if (now !== undefined && now !== name && !names.has(name)) names.set(name, now);
    }
  }
  return names;
}

/** Null for a version that cannot be read any more: it knows no names, and what does not fit is told all the same. */
function flowThen(root: string, path: string, number: number): Flow | null {
  try {
    return wholeOfVersion(readVersion(root, path, number)).flow;
  } catch {
    return null;
  }
}
