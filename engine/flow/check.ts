import type { Surroundings } from '../../nodes/kind.ts';
import { graphProblems } from './check-graph.ts';
import type { About, Flow } from './document.ts';
import { marksOfAnalysis } from './marks.ts';
import { nameFault } from './names.ts';
import type { Kinds, OpenFlow } from './open.ts';
import type { Problem } from './problem.ts';
import { sortProblems } from './problems.ts';
import { readFlow, sizeProblem, type FlowReading } from './read.ts';
import { analyseFlow, type FlowAnalysis } from './scope.ts';
import { listOf, quote } from './words.ts';

/**
 * Everything that can be said about a flow without running it, sorted by path. Holds what {@link readFlow} says of kinds
 * and configs as well, so the problems of a flow that could be read are these alone.
 */
export function checkFlow(flow: Flow, kinds: Kinds, surroundings: Surroundings): Problem[] {
  const tooLarge = sizeProblem(flow);
  if (tooLarge !== null) return [tooLarge];
  const analysis = analyseFlow(flow, kinds, surroundings);
  return sortProblems([
    ...analysis.opened.problems,
    ...nameProblems(analysis.opened),
    ...graphProblems(analysis.opened, analysis.graph),
    ...analysisProblems(analysis),
    ...protectedInModels(analysis, surroundings),
    ...aboutProblems(flow.about),
  ]);
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

function analysisProblems({ analyses }: FlowAnalysis): Problem[] {
  return [...analyses].flatMap(([id, { problems }]) =>
    problems.map((problem) => ({ ...problem, path: ['nodes', id, 'config', ...problem.path], node: id })),
  );
}

/** Protected fields are measured for fairness and withheld from models, and so is what derives from them. */
function protectedInModels(analysis: FlowAnalysis, surroundings: Surroundings): Problem[] {
  const { opened, analyses } = analysis;
  const fields = Object.keys(opened.flow.input).filter((name) => opened.flow.input[name]?.protected === true);
  const marks = marksOfAnalysis(analysis, surroundings);
  return [...marks].flatMap(([id, own]) => {
    const node = opened.nodes.get(id);
    if (!own.protected || node?.kind?.influence !== 'ai' || !analyses.has(id)) return [];
    const from = fields.length === 0 ? '' : ` (${listOf(fields)})`;
    return [
      {
        code: 'MODEL_INPUT' as const,
        severity: 'error' as const,
        path: ['nodes', id, 'config'],
        message: `${quote(node.node.name)} hands its model something that derives from a protected field${from}.`,
        hint: 'Take it out of what the model reads. If a step works out both protected and other values, split it in two.',
        node: id,
      },
    ];
  });
}

const ABOUT_WORDS: readonly { path: readonly string[]; of: (about: About) => string; label: string; hint: string }[] = [
  {
    path: ['purpose'],
    of: (a) => a.purpose,
    label: 'purpose',
    hint: 'Write in a sentence or two what the flow is for.',
  },
  {
    path: ['businessOwner'],
    of: (a) => a.businessOwner,
    label: 'business owner',
    hint: 'Name who answers for its outcome.',
  },
  { path: ['flowOwner'], of: (a) => a.flowOwner, label: 'flow owner', hint: 'Name who looks after the drawing.' },
  {
    path: ['objective', 'text'],
    of: (a) => a.objective.text,
    label: 'objective',
    hint: 'Write what it is to make better.',
  },
  {
    path: ['objective', 'baseline'],
    of: (a) => a.objective.baseline,
    label: 'baseline',
    hint: 'Write where things stand without it.',
  },
  {
    path: ['objective', 'target'],
    of: (a) => a.objective.target,
    label: 'target',
    hint: 'Write where things should get to.',
  },
];

function aboutProblems(about: About): Problem[] {
  return ABOUT_WORDS.filter(({ of }) => of(about).trim() === '').map(({ path, label, hint }) => ({
    code: 'ABOUT_EMPTY',
    severity: 'warning',
    path: ['about', ...path],
    message: `The flow has no ${label}.`,
    hint,
  }));
}
