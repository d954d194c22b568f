import type { Surroundings } from '../../nodes/kind.ts';
import { aboutProblems } from './check-about.ts';
import { graphProblems } from './check-graph.ts';
import { passingExit } from './disabled.ts';
import type { Flow } from './document.ts';
import { isInlined, outerNode, shownName } from './inlined-ids.ts';
import { marksOfAnalysis } from './marks.ts';
import { nameFault } from './names.ts';
import type { Kinds, OpenFlow } from './open.ts';
import { hasErrors, type Problem } from './problem.ts';
import { sortProblems } from './problems.ts';
import { readFlow, sizeProblem, type FlowReading } from './read.ts';
import type { FlowAnalysis } from './scope.ts';
import { analyseWhole } from './whole.ts';
import { listOf, quote } from './words.ts';

/**
 * Everything that can be said about a flow without running it, sorted by path. Holds what {@link readFlow} says of kinds
 * and configs as well, so the problems of a flow that could be read are these alone.
 */
export const checkFlow = (flow: Flow, kinds: Kinds, surroundings: Surroundings): Problem[] =>
  analyseAndCheck(flow, kinds, surroundings).problems;

export interface Checked {
  problems: Problem[];
  /** Of the drawing; null for a flow that is too large to be looked at. */
  analysis: FlowAnalysis | null;
  /** Of the program, with sub-flows in their places: what runs, is proved and is marked. Null when a sub-flow is not there. */
  whole: FlowAnalysis | null;
  /** Paths of all sub-flows, sorted. */
  flows: readonly string[];
  /** Those that stand in the drawing, in the order in which they were checked, and what the checks of all came to. */
  parts: { drawn: readonly string[]; known: KnownParts };
}

/**
 * {@link checkFlow} and the analyses that it rests on.
 *
 * @param before what was said of the document before a change: the answer is the same with it, and comes sooner
 */
export const analyseAndCheck = (
  flow: Flow,
  kinds: Kinds,
  surroundings: Surroundings,
  before: Checked | null = null,
): Checked => analyseAndCheckIn(flow, kinds, surroundings, new Map(), before);

/** By path of a sub-flow, what is wrong with it; while it is checked it is null. */
type KnownParts = Map<string, readonly Problem[] | null>;

function analyseAndCheckIn(
  flow: Flow,
  kinds: Kinds,
  surroundings: Surroundings,
  known: KnownParts,
  before: Checked | null,
): Checked {
  const tooLarge = sizeProblem(flow);
  if (tooLarge !== null)
    return { problems: [tooLarge], analysis: null, whole: null, flows: [], parts: { drawn: [], known } };
  const earlier = before === null || before.analysis === null ? null : { drawn: before.analysis, whole: before.whole };
  const { drawn, whole, inlined } = analyseWhole(flow, kinds, surroundings, earlier);
  const paths = [...drawn.opened.nodes.values()].flatMap(
    ({ sound }) => sound?.kind.inlines?.use(sound.config).flow ?? [],
  );
  const checked = before !== null && isSameParts(before, drawn, paths) ? before.parts.known : known;
  const parts = partProblems(drawn, kinds, surroundings, checked);
  const own = [
    ...drawn.opened.problems,
    ...nameProblems(drawn.opened),
    ...graphProblems(drawn.opened, drawn.graph),
    ...analysisProblems(drawn),
    ...inlined.problems,
    ...parts,
    ...disabledProblems(flow, kinds),
    ...aboutProblems(flow.about),
  ];
  // Whoever knows of a fault in a part, or in the drawing, need not be told what it leads to.
  const together = whole === null || parts.length > 0 ? [] : protectedInModels(whole, before?.whole ?? null);
  if (whole !== null && whole !== drawn && !hasErrors([...own, ...together])) together.push(...wholeProblems(whole));
  return {
    problems: sortProblems([...own, ...together]),
    analysis: drawn,
    whole,
    flows: inlined.flows,
    parts: { drawn: paths, known: checked },
  };
}

const isSameParts = ({ analysis, parts }: Checked, drawn: FlowAnalysis, paths: readonly string[]): boolean =>
  analysis?.made.kinds === drawn.made.kinds &&
  analysis.made.surroundings === drawn.made.surroundings &&
  parts.drawn.length === paths.length &&
  parts.drawn.every((path, i) => path === paths[i]);

/** What is wrong with the flows that stand in this one. */
function partProblems(
  { opened }: FlowAnalysis,
  kinds: Kinds,
  surroundings: Surroundings,
  known: KnownParts,
): Problem[] {
  return [...opened.nodes.values()].flatMap(({ id, sound }) => {
    const path = sound?.kind.inlines?.use(sound.config).flow;
    const { flows = {} } = surroundings;
    const flow = path !== undefined && Object.hasOwn(flows, path) ? flows[path] : undefined;
    if (path === undefined || flow === undefined) return [];
    if (!known.has(path)) {
      known.set(path, null);
      known.set(path, analyseAndCheckIn(flow, kinds, surroundings, known, null).problems);
    }
    const errors = (known.get(path) ?? []).filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return [];
    const count = errors.length === 1 ? 'a problem' : `${errors.length} problems`;
    return [
      {
        code: 'FLOW_FAULTY' as const,
        severity: 'error' as const,
        path: ['nodes', id, 'config', 'flow'],
        message: `${quote(flow.about.title)} has ${count}: ${first.message}`,
        hint: `Open it and repair it there. ${first.hint}`,
        node: id,
      },
    ];
  });
}

const ACROSS: ReadonlySet<Problem['code']> = new Set(['BLOCK_CROSSED', 'BLOCK_END', 'BLOCK_OPEN', 'CYCLE_UNMARKED']);

/** What only shows once the sub-flows are in place: told of the step that stands for the one concerned. */
function wholeProblems(whole: FlowAnalysis): Problem[] {
  const found = [
    ...analysisProblems(whole),
    ...graphProblems(whole.opened, whole.graph).filter(({ code }) => ACROSS.has(code)),
  ];
  return found
    .filter(({ severity }) => severity === 'error')
    .map((problem) => {
      const id = outerNode(problem.node ?? '');
      return isInlined(problem.node ?? '') ? { ...problem, path: ['nodes', id, 'config'], node: id } : problem;
    });
}

/** Reads a document and checks what could be read: the whole list of its problems in one call. */
export function readAndCheck(text: string, kinds: Kinds, surroundings: Surroundings): FlowReading {
  const reading = readFlow(text, kinds);
  if (reading.flow === null || reading.newer) return reading;
  return { ...reading, problems: checkFlow(reading.flow, kinds, surroundings) };
}

function nameProblems(opened: OpenFlow): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const { id, node } of opened.nodes.values()) {
    const at = { severity: 'error', path: ['nodes', id, 'name'], node: id } as const;
    const fault = nameFault(node.name);
    if (fault !== null) problems.push({ ...at, code: 'NODE_NAME_INVALID', ...fault });
    if (owners.has(node.name)) {
      problems.push({
        ...at,
        code: 'NODE_NAME_TAKEN',
        message: `Two steps are called ${quote(node.name)}; expressions could not tell them apart.`,
        hint: 'Give one of them another name.',
      });
    }
    owners.set(node.name, id);
  }
  return problems;
}

/** That a step is passed by is told as long as it is so; which exit a case would take must be plain. */
function disabledProblems(flow: Flow, kinds: Kinds): Problem[] {
  return Object.entries(flow.nodes)
    .filter(([, { disabled }]) => disabled === true)
    .map(([id, node]) => {
      const at = { code: 'NODE_DISABLED', path: ['nodes', id, 'disabled'], node: id } as const;
      return passingExit(node, kinds) === null
        ? {
            ...at,
            severity: 'error',
            message: `${quote(node.name)} cannot be disabled: it is not said by which exit a case would pass it.`,
            hint: 'Enable it, or remove it and wire what is before it to what comes after.',
          }
        : {
            ...at,
            severity: 'warning',
            message: `${quote(node.name)} is disabled: cases pass it by, in releases too.`,
            hint: 'Enable it, or remove it if it is not needed.',
          };
    });
}

function analysisProblems({ analyses }: FlowAnalysis): Problem[] {
  return [...analyses].flatMap(([id, { problems }]) =>
    problems.map((problem) => ({ ...problem, path: ['nodes', id, 'config', ...problem.path], node: id })),
  );
}

/** Protected fields are measured for fairness and withheld from models, and so is what derives from them. */
function protectedInModels(analysis: FlowAnalysis, before: FlowAnalysis | null): Problem[] {
  const { opened, analyses } = analysis;
  const declared = [
    opened.flow.input,
    ...[...opened.nodes.values()].map(({ sound }) => sound?.kind.declares?.(sound.config) ?? {}),
  ];
  const fields = declared.flatMap((each) => Object.keys(each).filter((name) => each[name]?.protected === true));
  const marks = marksOfAnalysis(analysis, before);
  return [...marks].flatMap(([id, own]) => {
    const node = opened.nodes.get(id);
    if (!own.protected || node?.kind?.influence !== 'ai' || !analyses.has(id)) return [];
    const from = fields.length === 0 ? '' : ` (${listOf([...new Set(fields)])})`;
    return [
      {
        code: 'MODEL_INPUT' as const,
        severity: 'error' as const,
        path: ['nodes', outerNode(id), 'config'],
        message: `${quote(shownName(id, node.node.name))} hands its model something that derives from a protected field${from}.`,
        hint: 'Take it out of what the model reads. If a step works out both protected and other values, split it in two.',
        node: outerNode(id),
      },
    ];
  });
}
