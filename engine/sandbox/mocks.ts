import { conformsTo, describeType, fromJson, valueForType, type FeelType, type FeelValue } from '../feel/index.ts';
import { analyseAndCheck } from '../flow/check.ts';
import type { Flow } from '../flow/document.ts';
import { CountersignError } from '../flow/error.ts';
import { isInlined, regionOf } from '../flow/inlined-ids.ts';
import { digestOf } from '../flow/json.ts';
import type { FlowAnalysis } from '../flow/scope.ts';
import type { Program, ProgramNode, Way } from '../program/program.ts';
import { KINDS } from '../../nodes/index.ts';
import { neverResumes } from '../../nodes/expression.ts';
import type { Behaviour, Surroundings } from '../../nodes/kind.ts';
import { canBeMocked, typeAtExit } from '../../nodes/mockable.ts';
import type { Mock } from './mock-document.ts';

/**
 * Mocks: the sandbox runs a copy of the program in which some steps are replaced by made-up outcomes.
 *
 * - K1 A step with a mock does nothing: no model is asked, no effect intended, no person asked. It leaves by the mock's
 *   exit with the mock's value, and the record says `mocked`, with the mock's name.
 * - K2 The copy has a digest of its own that is no digest of a program, so that nothing else takes it for one.
 * - K3 A copy knows its mocks (`mocksOf`), so that whatever runs it says so in its result. No other place makes one.
 * - K4 A mock fits the step: its exit is there, and its value is of the type that the step leaves.
 */

/** A step of the drawn flow and the mock that was chosen for it. */
export interface ChosenMock {
  node: string;
  mock: Mock;
}

/** What a result tells of a mock. */
export interface AppliedMock {
  node: string;
  name: string;
}

const copies = new WeakMap<Program, readonly AppliedMock[]>();

/** The mocks in a program; none for every program that was not made by {@link mockProgram}. */
export const mocksOf = (program: Program): readonly AppliedMock[] => copies.get(program) ?? [];

/**
 * A copy of a program with mocks in the place of steps. `drawn` is the flow as it is drawn, which gives the types.
 * Throws DOCUMENT_INVALID for a mock that does not fit (K4).
 */
export function mockProgram(
  program: Program,
  drawn: Flow,
  surroundings: Surroundings,
  chosen: readonly ChosenMock[],
): Program {
  if (chosen.length === 0) return program;
  const { analysis } = analyseAndCheck(drawn, KINDS, surroundings);
  if (analysis === null) throw new Error('a compiled flow has an analysis');
  const nodes = new Map(program.nodes);
  for (const one of chosen) {
    const outcome = outcomeOf(analysis, drawn, one);
    const place = placeOf(program, one.node);
    nodes.set(place.id, { ...place, ...INERT, behaviour: leaves(one.mock, outcome) });
  }
  const digest = `mocked-${digestOf({ program: program.digest, mocks: Object.fromEntries(chosen.map(({ node, mock }) => [node, mock])) })}`;
  const copy: Program = { ...program, digest, nodes };
  copies.set(
    copy,
    chosen.map(({ node, mock }) => ({ node, name: mock.name })),
  );
  return copy;
}

/** What only a step has that reaches for something outside. */
const INERT = { target: null, action: null, undo: null, guard: null, declared: null } as const;

const leaves = ({ name, port }: Mock, value: FeelValue): Behaviour => ({
  start: () => ({ step: 'complete', port, value, record: { by: 'mock', name } }),
  resume: neverResumes('mock'),
});

/** The node of the program that stands for a drawn step; of a sub-flow its beginning, which then leaves by its results. */
function placeOf(program: Program, id: string): ProgramNode {
  const own = program.nodes.get(id);
  if (own !== undefined) return own;
  const inner = [...program.nodes.values()].filter((node) => isInlined(node.id) && regionOf(node.id) === id);
  const entry = inner.find((node) => KINDS_AT_SEAM.entry.has(node.kind));
  const returns = inner.filter((node) => KINDS_AT_SEAM.back.has(node.kind));
  const [back] = returns;
  if (entry === undefined || back === undefined) throw new Error(`a step of the program stands for ${id}`);
  const ways = new Map<string, Way>(returns.flatMap((node) => [...node.ways]));
  return { ...entry, variable: back.variable, name: back.name, ways };
}

const seams = Object.values(KINDS).flatMap((kind) => (kind.inlines === undefined ? [] : [kind.inlines]));
const KINDS_AT_SEAM = {
  entry: new Set(seams.map((seam) => seam.entry.kind)),
  back: new Set(seams.map((seam) => seam.back.kind)),
};

function outcomeOf(analysis: FlowAnalysis, drawn: Flow, { node: id, mock }: ChosenMock): FeelValue {
  const opened = analysis.opened.nodes.get(id);
  const name = drawn.nodes[id]?.name ?? id;
  const kind = opened?.kind ?? null;
  if (opened === undefined || kind === null || !canBeMocked(kind))
    throw misfit(mock, name, 'this step takes no mocks', ['mocks', id]);
  if (!(opened.sound?.ports ?? []).some((port) => port.id === mock.port))
    throw misfit(mock, name, `it leaves by “${mock.port}”, an exit that the step does not have`, ['mocks', id, 'port']);
  const found = analysis.analyses.get(id);
  const type: FeelType = found === undefined ? { kind: 'null' } : typeAtExit(found, mock.port);
  const value = valueForType(fromJson(mock.value), type);
  if (!conformsTo(value, type) && !(value === null && mock.port === 'failed'))
    throw misfit(mock, name, `its value is to be ${describeType(type)}`, ['mocks', id, 'value']);
  return value;
}

const misfit = (mock: Mock, step: string, why: string, path: string[]): CountersignError =>
  new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: `The mock “${mock.name}” does not fit “${step}”: ${why}.`,
    where: { path },
    hint: 'Correct the mock, or run the case without it.',
  });
