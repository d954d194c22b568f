import { relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { readFlow } from '../flow/read.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import { compileProgram } from '../program/compile.ts';
import { runScenario } from '../sandbox/run-scenario.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import { mockProgram } from '../sandbox/mocks.ts';
import { runSuite } from '../sandbox/suite.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import { againHandlers } from './again-handlers.ts';
import type { StudioAnswer, StudioEvent, StudioMethod, StudioRequest } from './contract.ts';
import { caseHandlers } from './case-handlers.ts';
import { decideTask } from './decide.ts';
import { exportFlow, invalid } from './export.ts';
import { saveAndCarry, scenarioForDraft } from './carry.ts';
import { createFlowFile, openFlowFile } from './flow-files.ts';
import type { Host } from './host.ts';
import type { LocalRunner } from './local-runner.ts';
import { chosenMocks, readMocks, saveMock } from './mock-files.ts';
import { flowPath, onDisk, scenarioPath } from './paths.ts';
import { lastMoment, refuseOlder, releasesOf } from './releases.ts';
import { digestOfTask, findTask, scenarioView, suiteView, taskDetail, taskView } from './views.ts';
import { needed } from './needed.ts';
import { policyHandlers } from './policy-handlers.ts';
import { queueHandlers } from './queue-handlers.ts';
import { recordHandlers } from './record-handlers.ts';
import { renameHandlers } from './rename-handlers.ts';
import { releaseDetailHandlers } from './release-handlers.ts';
import { scenarioHandlers } from './scenario-handlers.ts';
import { templateHandlers } from './template-handlers.ts';
import { Trials } from './trials.ts';
import { trafficHandlers } from './traffic-handlers.ts';
import { versionHandlers } from './version-handlers.ts';
import type { OpenWindow, Windows } from './windows.ts';
import { scenariosOf, type Workspace } from './workspace.ts';

/** What answers each method of the contract. */
export type Handlers = {
  [M in StudioMethod]: (
    request: StudioRequest<M>,
    /** The window that asks; null where it is none. */
    window: OpenWindow | null,
  ) => StudioAnswer<M> | Promise<StudioAnswer<M>>;
};

/** What the handlers share. */
export interface Room {
  options: { root: string; host: Host; version: string; person: string; templates?: string | undefined };
  /** Milliseconds since 1970. */
  now: () => number;
  workspace: () => Workspace;
  local: LocalRunner;
  windows: Windows;
  /** Tells every window. */
  tell: (event: StudioEvent) => void;
}

export function handlersOf(room: Room): Handlers {
  const trials = new Trials();
  return {
    hello: () => ({
      version: room.options.version,
      workspace: room.workspace().name,
      host: room.options.host.kind,
      engine: room.local.state,
      person: room.options.person,
    }),
    stamp: () => ({ person: room.options.person, at: room.now() }),
    ...documentHandlers(room),
    ...versionHandlers(room),
    ...templateHandlers(room),
    ...sandboxHandlers(room, trials),
    ...taskHandlers(room),
    ...caseHandlers(room),
    ...trafficHandlers(room),
    ...queueHandlers(room),
    ...releaseHandlers(room, trials),
    ...releaseDetailHandlers(room),
    ...againHandlers(room),
    ...policyHandlers(room),
    ...recordHandlers(room),
    ...renameHandlers(room),
    ...scenarioHandlers(room),
  };
}

function documentHandlers({
  options: { root },
  now,
  workspace,
  local,
}: Room): Pick<Handlers, 'workspace' | 'openFlow' | 'createFlow' | 'saveFlow'> {
  return {
    workspace: () => {
      const { flows, surroundings, systems, policy, errors } = workspace();
      const released = releasesOf(root);
      const told: ErrorShape[] = [...errors, ...released.errors];
      if (local.problem !== null) told.push(local.problem);
      const signed = (path: string) => released.releases.find(({ flow }) => flow === path)?.release ?? null;
      const entries = flows.map((path) => ({ ...flowEntry(root, path, told), signed: signed(path) }));
      const { connections, models, flows: documents = {} } = surroundings;
      return { flows: entries, connections, models, documents, simulated: Object.keys(systems), policy, errors: told };
    },
    openFlow: ({ path }) => openFlowFile(root, path),
    createFlow: ({ title, about }) => createFlowFile(root, title, about),
    saveFlow: ({ overwrite = false, ...asked }) => ({
      ...saveAndCarry({ root, flows: flowsIn(workspace()) }, { ...asked, overwrite }),
      savedAt: now(),
    }),
  };
}

/** A flow as it is listed; what of it cannot be read is added to `errors`, and its file name stands for its title. */
function flowEntry(
  root: string,
  path: string,
  errors: ErrorShape[],
): Omit<StudioAnswer<'workspace'>['flows'][number], 'signed'> {
  const name = path.slice('flows/'.length, -'.flow.json'.length);
  const attempt = <T>(read: () => T, instead: T): T => {
    try {
      return read();
    } catch (error) {
      const shape = toErrorShape(error);
      errors.push({ ...shape, where: { file: path, ...shape.where } });
      return instead;
    }
  };
  const title = attempt(() => readFlow(openFlowFile(root, path).text, KINDS).flow?.about.title ?? name, name);
  const files = attempt(() => scenariosOf(root, path), []);
  const mocks = attempt(() => readMocks(root, path), {});
  return { path, title, scenarios: files.map((file) => ({ path: file.path, name: file.scenario.name })), mocks };
}

function sandboxHandlers(
  { options: { root }, workspace, tell }: Room,
  trials: Trials,
): Pick<Handlers, 'runScenario' | 'runSuite' | 'stopTesting' | 'saveMock'> {
  return {
    runScenario: async ({ path, text, scenario, mocks = {}, until = null, renamedFields, asking }) => {
      const { drawn, ...parts } = partsOf(workspace(), flowPath(path), text);
      const chosen = chosenMocks(readMocks(root, path), mocks);
      const program = mockProgram(parts.program, drawn, workspace().surroundings, chosen);
      const follow = scenarioForDraft({ root, flows: flowsIn(workspace()) }, path, drawn, renamedFields);
      const played = typeof scenario === 'string' ? follow(oneScenario(root, scenario)) : scenario;
      return trials.during(asking, async (isStopped) =>
        scenarioView(await runScenario({ ...parts, program }, played, { until, isStopped })),
      );
    },
    saveMock: ({ path, ...change }) => ({ mocks: saveMock(root, flowPath(path), change) }),
    runSuite: async ({ path, text, renamedFields, asking }) => {
      const files = scenariosOf(root, path);
      const { drawn, ...parts } = partsOf(workspace(), flowPath(path), text);
      const follow = scenarioForDraft({ root, flows: flowsIn(workspace()) }, path, drawn, renamedFields);
      const scenarios = files.map((file) => follow(file.scenario));
      const suite = await trials.during(asking, (isStopped) =>
        runSuite(parts, scenarios, telling(tell, { asking, path, all: files.length }, isStopped)),
      );
      return { ...suiteView(suite, parts.program), stopped: suite.results.length < scenarios.length };
    },
    stopTesting: ({ asking }) => {
      trials.stop(asking);
      return {};
    },
  };
}

interface Telling {
  /** Nothing is told of what is asked for under no id. */
  asking: string | undefined;
  path: string;
  all: number;
}

/** Told of each scenario that has run, tells how far it is; gives whether to go on. */
function telling(tell: Room['tell'], { asking, path, all }: Telling, isStopped: () => boolean) {
  let done = 0;
  return async (): Promise<boolean> => {
    done += 1;
    if (asking !== undefined) tell({ event: 'testing', asking, path, done, all });
    // Whoever wants to stop it has to be heard.
    await setImmediate();
    return !isStopped();
  };
}

const flowsIn = ({ surroundings: { flows } }: Workspace) => flows ?? {};

/** A draft, compiled for the sandbox. Throws FLOW_INVALID. */
function partsOf(workspace: Workspace, path: string, text: string) {
  const read = readFlow(text, KINDS);
  if (read.flow === null || read.newer) throw invalid(path, read.problems);
  const { program, problems } = compileProgram(read.flow, KINDS, RUNS, workspace.surroundings, workspace.policy);
  if (program === null) throw invalid(path, problems);
  const { connections } = workspace.surroundings;
  const { systems, models } = workspace;
  return { drawn: read.flow, flow: program.flow, program, connections, systems, models };
}

function oneScenario(root: string, path: string): Scenario {
  const errors = { code: 'DOCUMENT_INVALID', what: path, hint: 'Correct the scenario at that place.' } as const;
  return readDocument(readBytes(onDisk(root, scenarioPath(path))), scenarioSchema, errors);
}

/** How many tasks wait for a person. Throws why the runner cannot work. */
export async function openTaskCount(local: LocalRunner): Promise<number> {
  return (await local.find())?.engine.reader().tasks({ status: 'open' }).length ?? 0;
}

async function openTasks(local: LocalRunner): Promise<StudioAnswer<'tasks'>['tasks']> {
  const runner = await local.find();
  return runner?.engine.reader().tasks({ status: 'open' }).map(taskView(runner)) ?? [];
}

function taskHandlers({ options, now, local }: Room): Pick<Handlers, 'tasks' | 'task' | 'decide'> {
  return {
    // The list is part of every page; why the runner is stopped is told in “workspace”.
    tasks: async () => ({ tasks: await openTasks(local).catch(() => []) }),
    task: async ({ id }) => taskDetail(await needed(local, id), id),
    decide: async ({ task, decision, comment, answer, digest }) => {
      const runner = await needed(local, task);
      const found = findTask(runner, task);
      const { row } = found;
      if (digestOfTask(found) !== digest) throw changed();
      const signer = { person: options.person, key: (await local.keys()).approver, at: now() };
      await decideTask(runner, found, { decision, comment, answer }, signer);
      return { run: row.run, status: runner.engine.reader().run(row.run)?.status ?? 'running' };
    },
  };
}

function releaseHandlers(
  { options: { root, person }, workspace, local, tell }: Room,
  trials: Trials,
): Pick<Handlers, 'exportFlow' | 'releases'> {
  return {
    exportFlow: async ({ path, release, notAfter, note, asking }) => {
      onDisk(root, flowPath(path));
      const until = lastMoment(notAfter);
      refuseOlder(root, path, release);
      const keys = await local.keys();
      const signing = [keys.author, keys.release];
      const asked = { flow: path, release, notAfter: until, author: person, keys: signing };
      const all = scenariosOf(root, path).length;
      const made = await trials.during(asking, (isStopped) =>
        exportFlow(workspace(), asked, telling(tell, { asking, path, all }, isStopped)),
      );
      if (note.trim() !== '') writeNote(made.path, note);
      await local.accept(made.path, path);
      return {
        manifest: relative(root, made.path).split(sep).join('/'),
        release,
        program: made.program,
        keys: signing.map((key) => key.keyId),
        tests: made.tests.results.length,
      };
    },
    releases: () => ({ releases: releasesOf(root).releases }),
  };
}

/** What the release is about, for people: beside the manifest, since what is signed is about the program alone. */
function writeNote(manifest: string, note: string): void {
  writeFileAtomic(manifest.replace(/\.manifest\.json$/, '.note.txt'), `${note.trim()}\n`);
}

const changed = (): CountersignError =>
  new CountersignError({
    code: 'APPROVAL_CHANGED',
    message: 'What was shown is not what the case would do now.',
    meaning: 'The decision is void and nothing was done.',
    hint: 'Open the task again, look at what it shows now, and decide on that.',
  });
