import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { inlineFlows } from '../flow/inline.ts';
import type { Problem } from '../flow/problem.ts';
import { quote } from '../flow/words.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { readBytes } from '../manifest/atomic.ts';
import { buildManifest, type PinnedFile } from '../manifest/build.ts';
import { writeManifest } from '../manifest/disk.ts';
import { signManifestFile } from '../manifest/sign-file.ts';
import type { PrivateKey } from '../manifest/sign-keys.ts';
import type { Required } from '../manifest/statement.ts';
import { compileProgram } from '../program/compile.ts';
import { usedSurroundings } from '../program/digest.ts';
import type { Program } from '../program/program.ts';
import { proveSafety, type SafetyProof } from '../program/proof.ts';
import { countsForRelease, runSuite, type SuiteResult } from '../sandbox/suite.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import { readFlowFile, scenariosOf, type Workspace } from './workspace.ts';
import type { Flow } from '../flow/document.ts';

/** A flow of a workspace, compiled and proved, or refused. */
export interface ReadyFlow {
  path: string;
  flow: Flow;
  program: Program;
  proof: SafetyProof;
  problems: readonly Problem[];
  /** Paths of the flows that stand in it. */
  flows: readonly string[];
}

/** Reads, checks, compiles and proves a flow. Throws FLOW_INVALID with the first error; an unsafe proof is returned. */
export function readyFlow(workspace: Workspace, path: string): ReadyFlow {
  const read = readFlowFile(workspace.root, path);
  if (read.flow === null || read.newer) throw invalid(path, read.problems);
  const compiled = compileProgram(read.flow, KINDS, RUNS, workspace.surroundings, workspace.policy);
  if (compiled.program === null) throw invalid(path, compiled.problems);
  const proof = proveSafety(read.flow, KINDS, workspace.surroundings, workspace.policy);
  const { flows } = inlineFlows(read.flow, KINDS, workspace.surroundings);
  return { path, flow: read.flow, program: compiled.program, proof, problems: compiled.problems, flows };
}

/** Why a flow cannot be run or exported: its first error, and how many there are. */
export function invalid(path: string, problems: readonly Problem[]): CountersignError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  return new CountersignError({
    code: 'FLOW_INVALID',
    message: `${path} has ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}: ${first?.message ?? ''}`,
    where: {
      file: path,
      ...(first === undefined ? {} : { path: first.path }),
      ...(first?.node === undefined ? {} : { node: first.node }),
      // The first of the characters that are meant.
      ...(first?.at === undefined ? {} : { column: first.at.from + 1 }),
    },
    hint: first?.hint ?? 'Run “countersign validate” to see them all.',
  });
}

export function unsafe(path: string, { program, proof }: Pick<ReadyFlow, 'program' | 'proof'>): CountersignError {
  const [first] = proof.unsafe;
  const way = first?.nodes.map((id) => program.nodes.get(id)?.name ?? id) ?? [];
  return new CountersignError({
    code: 'PROOF_UNSAFE',
    message: `${path} is not safe: ${first?.reason ?? ''}`,
    meaning: `Nothing was exported. The unsafe path is ${way.join(' → ')}.`,
    where: { file: path, ...(first === undefined ? {} : { node: first.effect.node }) },
    hint: 'Put an approval on that path, or a rule row that limits the action to what the policy lets go by itself.',
  });
}

/** Runs the flow's scenarios in the sandbox. */
export function testFlow(
  workspace: Workspace,
  ready: ReadyFlow,
  tell?: Parameters<typeof runSuite>[2],
): Promise<SuiteResult> {
  const parts = {
    flow: ready.program.flow,
    program: ready.program,
    connections: workspace.surroundings.connections,
    systems: workspace.systems,
    models: workspace.models,
  };
  return runSuite(
    parts,
    scenariosOf(workspace.root, ready.path).map((file) => file.scenario),
    tell,
  );
}

export interface ExportRequest {
  flow: string;
  release: number;
  notAfter: string;
  author: string;
  /** Where the manifest goes; the workspace's `releases` by default. */
  out?: string | undefined;
  /** Signed with at once, in order; more can sign later. */
  keys: readonly PrivateKey[];
}

export interface Exported {
  path: string;
  digest: string;
  program: string;
  tests: SuiteResult;
  proof: SafetyProof;
  /** What should be known before it is signed: steps that cases pass by. */
  warnings: readonly string[];
}

/**
 * Builds and signs the manifest of a flow, and writes it to the workspace's `releases`. Refused with FLOW_INVALID,
 * PROOF_UNSAFE or TESTS_FAILED, and with STOPPED where `tell` stopped the tests; nothing is written then. The bytes depend on the workspace and the request alone.
 */
export async function exportFlow(
  workspace: Workspace,
  request: ExportRequest,
  tell?: Parameters<typeof runSuite>[2],
): Promise<Exported> {
  refuseBroken(workspace.errors);
  const ready = readyFlow(workspace, request.flow);
  if (!ready.proof.safe) throw unsafe(request.flow, ready);
  const tests = await testFlow(workspace, ready, tell);
  if (tests.results.length < scenariosOf(workspace.root, request.flow).length) throw testsStopped(request.flow);
  const failed = tests.results.filter((result) => !countsForRelease(result));
  if (failed.length > 0 || tests.results.length === 0)
    throw testsFailed(
      request.flow,
      failed.map((one) => one.scenario),
    );
  const built = buildManifest({
    title: ready.flow.about.title,
    program: ready.program.digest,
    release: request.release,
    notAfter: request.notAfter,
    author: request.author,
    pins: pinsOf(workspace, ready, tests),
    requires: requiresOf(ready),
  });
  const path = writeManifest(
    request.out ?? join(workspace.root, 'releases'),
    basename(request.flow, '.flow.json'),
    built,
  );
  for (const key of request.keys) signManifestFile(path, key);
  return {
    path,
    digest: built.digest,
    program: ready.program.digest,
    tests,
    proof: ready.proof,
    warnings: disabledSteps(workspace, ready),
  };
}

/** Steps of the flow and of its sub-flows that are disabled, each as a sentence. */
function disabledSteps({ surroundings: { flows = {} } }: Workspace, { flow, flows: parts }: ReadyFlow): string[] {
  return [flow, ...parts.flatMap((path) => flows[path] ?? [])].flatMap(({ about, nodes }) =>
    Object.values(nodes)
      .filter(({ disabled }) => disabled === true)
      .map(
        ({ name }) => `The step ${quote(name)} of ${quote(about.title)} is disabled: cases of this release pass it by.`,
      ),
  );
}

/** Everything that the program leans on, and the evidence for it. */
function pinsOf(workspace: Workspace, ready: ReadyFlow, tests: SuiteResult): PinnedFile[] {
  const used = usedSurroundings(ready.flow, KINDS, workspace.surroundings);
  const file = (kind: PinnedFile['kind'], name: string, path: string): PinnedFile => ({
    kind,
    name,
    path,
    bytes: readBytes(join(workspace.root, path)),
  });
  return [
    file('flow', ready.flow.about.title, ready.path),
    ...ready.flows.map((path) => file('subflow', basename(path, '.flow.json'), path)),
    ...Object.keys(used.connections).map((name) => file('connection', name, `connections/${name}.connection.json`)),
    ...Object.values(used.models).flatMap((card) => [
      file('model', card.name, `models/${card.name}.model.json`),
      file('artefact', card.name, `models/blobs/${card.artefact.digest}`),
    ]),
    ...(existsSync(join(workspace.root, 'policy.json')) ? [file('policy', 'policy', 'policy.json')] : []),
    made('tests', 'evidence/tests.json', reportOf(tests)),
    made('proof', 'evidence/proof.json', ready.proof),
  ];
}

const made = (kind: PinnedFile['kind'], path: string, value: unknown): PinnedFile => ({
  kind,
  name: kind,
  path,
  bytes: new TextEncoder().encode(prettyJson(asJson(value))),
});

/** The test report: what held and what was covered. Signatures of simulated people and the like stay out of it. */
function reportOf(tests: SuiteResult) {
  return {
    scenarios: tests.results.map(({ scenario, holds, status, result, expectations }) => ({
      scenario,
      holds,
      status,
      result,
      expectations,
    })),
    coverage: tests.coverage,
  };
}

function requiresOf(ready: ReadyFlow): Required[] {
  const byConnection = new Map<string, Map<string, Required['actions'][number]>>();
  const need = (connection: string, name: string, actionClass: Required['actions'][number]['class']) => {
    const actions = byConnection.get(connection) ?? new Map<string, Required['actions'][number]>();
    byConnection.set(connection, actions.set(name, { name, class: actionClass }));
  };
  for (const { target, action, undo } of ready.program.nodes.values()) {
    if (target === null || action === null) continue;
    need(target.connection, target.action, action.class);
    if (undo !== null) need(target.connection, undo.action, undo.contract.class);
  }
  return [...byConnection].map(([connection, actions]) => ({ connection, actions: [...actions.values()] }));
}

function refuseBroken(errors: readonly ErrorShape[]): void {
  const [first] = errors;
  if (first !== undefined) throw new CountersignError(first);
}

function testsFailed(flow: string, failed: readonly string[]): CountersignError {
  return new CountersignError({
    code: 'TESTS_FAILED',
    message:
      failed.length === 0
        ? `${flow} has no scenarios, so nothing has been tested.`
        : `${failed.length} of the flow’s scenarios do not hold: ${failed.join(', ')}.`,
    meaning: 'Nothing was exported.',
    where: { file: flow },
    hint:
      failed.length === 0
        ? 'Make a case in the studio and keep it as a scenario, or write one in tests/<flow>.'
        : 'Run “countersign test” to see what was expected and what was.',
  });
}

const testsStopped = (flow: string): CountersignError =>
  new CountersignError({
    code: 'STOPPED',
    message: 'The tests were stopped before all had run.',
    meaning: 'Nothing was exported.',
    where: { file: flow },
    hint: 'Export again when there is time for all of them.',
    fault: 'user',
  });
