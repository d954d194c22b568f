import { compileExpression } from '../feel/index.ts';
import type { Flow } from '../flow/document.ts';
import { calledAt } from '../flow/renames.ts';
import { editDistance, nearest } from '../flow/nearest.ts';
import { kindNamed } from '../flow/open.ts';
import { listOf, quote } from '../flow/words.ts';
import { KINDS } from '../../nodes/index.ts';
import { followRenames, scopeOf, WITHIN } from '../flow/rename-scenario.ts';
import type { Scenario } from './scenario.ts';

/** What makes a scenario fit its flow again. Nothing else in the scenario changes. */
export type ScenarioRepair =
  | { repair: 'rename step' | 'rename field' | 'rename result'; from: string; to: string }
  | { repair: 'drop step' | 'drop field'; name: string }
  | { repair: 'drop condition'; condition: string };

/** Where a scenario speaks of what its flow does not have; the likeliest repair first. */
export interface ScenarioMisfit {
  message: string;
  hint: string;
  repairs: readonly ScenarioRepair[];
}

/** Names that steps had before, by what they had then, and have now; where it is known. */
export type FormerNames = ReadonlyMap<string, string>;

type Flows = Readonly<Record<string, Flow>>;

/**
 * Where a scenario does not fit its flow: steps, input fields, results and conditions that name what is not there. What
 * fits may still not hold. A name that misses everywhere is told once.
 */
export function misfitsOf(
  scenario: Scenario,
  flow: Flow,
  flows: Flows,
  former: FormerNames = new Map(),
): ScenarioMisfit[] {
  return [
    ...stepMisfits(scenario, flow, flows, former),
    ...fieldMisfits(scenario, flow),
    ...resultMisfits(scenario, flow),
    ...conditionMisfits(scenario, flow, former),
  ];
}

/** Every step that a scenario of the flow can name, those of its sub-flows among them. */
export function stepsToName(flow: Flow, flows: Flows, path: readonly Flow[] = []): string[] {
  if (path.includes(flow)) return [];
  return Object.entries(flow.nodes).flatMap(([id, { name }]) => {
    const called = calledAt(flow, id, KINDS);
    const inner = called !== null && Object.hasOwn(flows, called) ? flows[called] : undefined;
    const within = inner === undefined ? [] : stepsToName(inner, flows, [...path, flow]);
    return [name, ...within.map((step) => `${name}${WITHIN}${step}`)];
  });
}

function stepMisfits(scenario: Scenario, flow: Flow, flows: Flows, former: FormerNames): ScenarioMisfit[] {
  const known = stepsToName(flow, flows);
  return [...new Set(namedSteps(scenario))]
    .filter((name) => !known.includes(name))
    .map((name) => ({
      message: `It speaks of a step ${quote(name)}, which the flow does not have.`,
      hint: 'Say which step is meant, or take it out of the scenario.',
      repairs: [...renames('rename step', name, known, former), { repair: 'drop step', name }],
    }));
}

const namedSteps = ({ answers, people, expect }: Scenario): string[] => [
  ...Object.keys(answers ?? {}),
  ...(people ?? []).map(({ at }) => at),
  ...(expect.passes ?? []),
  ...(expect.avoids ?? []),
];

/** What may be meant: what it was called before, else what is most like it. */
function renames(
  repair: 'rename step' | 'rename field' | 'rename result',
  from: string,
  known: readonly string[],
  former: FormerNames = new Map(),
): ScenarioRepair[] {
  const before = former.get(from);
  const likely = before !== undefined && known.includes(before) ? [before] : [];
  const others = nearest(
    from,
    known.filter((name) => !likely.includes(name)),
    5,
  );
  return [...likely, ...others].map((to) => ({ repair, from, to }));
}

/** Whether the first repair is more than a guess: known by a former name, or the same but for a letter or two. */
export function isLikely({ repairs: [first] }: ScenarioMisfit, former: FormerNames): boolean {
  if (first === undefined || !('to' in first)) return false;
  return (
    former.get(first.from) === first.to || editDistance(first.from, first.to) <= Math.max(1, first.from.length / 4)
  );
}

function fieldMisfits({ input }: Scenario, flow: Flow): ScenarioMisfit[] {
  const unknown = Object.keys(input).filter((name) => !Object.hasOwn(flow.input, name));
  const missing = Object.entries(flow.input)
    .filter(([name, field]) => field.optional !== true && (input[name] ?? null) === null)
    .map(([name]) => name);
  const free = Object.keys(flow.input).filter((name) => !Object.hasOwn(input, name));
  const told = unknown.map((name): ScenarioMisfit => ({
    message: `Its case brings ${quote(name)}, which is no field of the flow’s input.`,
    hint: 'Say which field is meant, or take it out of the scenario.',
    repairs: [...renames('rename field', name, free), { repair: 'drop field', name }],
  }));
  if (missing.length === 0 || unknown.length > 0) return told;
  const hint = 'Give it in the scenario’s file, or let the field be empty.';
  return [{ message: `Its case does not bring ${listOf(missing)}.`, hint, repairs: [] }];
}

function resultMisfits({ expect: { result } }: Scenario, flow: Flow): ScenarioMisfit[] {
  const results = Object.values(flow.nodes).flatMap(({ kind: name, config }) => {
    const kind = kindNamed(KINDS, name);
    const read = kind?.schema.safeParse(config);
    const end = read?.success === true ? kind?.ends?.(read.data) : undefined;
    return end === undefined ? [] : [end.result];
  });
  if (result === undefined || results.includes(result)) return [];
  return [
    {
      message: `It expects the result ${quote(result)}, and no end of the flow gives it.`,
      hint: 'Say which result is meant.',
      repairs: renames('rename result', result, [...new Set(results)]),
    },
  ];
}

function conditionMisfits({ expect }: Scenario, flow: Flow, former: FormerNames): ScenarioMisfit[] {
  const scope = scopeOf(flow);
  return (expect.holds ?? []).flatMap((condition): ScenarioMisfit[] => {
    const fault = compileExpression(condition, scope).problems.find(({ severity }) => severity === 'error');
    if (fault === undefined) return [];
    const drop: ScenarioRepair = { repair: 'drop condition', condition };
    const meant = [...former].filter(
      ([from, to]) => Object.hasOwn(scope, to) && readsWith(condition, flow, from).includes(from),
    );
    const likely = meant.map(([from, to]): ScenarioRepair => ({ repair: 'rename step', from, to }));
    return [
      {
        message: `Its condition ${quote(condition)} cannot be read: ${fault.message}`,
        hint: fault.hint,
        repairs: [...likely, drop],
      },
    ];
  });
}

/** The names that a condition reads where the flow had a step of this name. */
const readsWith = (condition: string, flow: Flow, name: string): (string | undefined)[] =>
  compileExpression(condition, { ...scopeOf(flow), [name]: { kind: 'any' } }).reads.map(([root]) => root);

/** The scenario after a repair; the very same where it is no repair of it, and null where it cannot be done. */
export function repaired(scenario: Scenario, flow: Flow, repair: ScenarioRepair): Scenario | null {
  switch (repair.repair) {
    case 'rename step':
    case 'rename field':
      return renamed(scenario, flow, repair);
    case 'rename result':
      return { ...scenario, expect: { ...scenario.expect, result: repair.to } };
    case 'drop step':
      return withoutStep(scenario, repair.name);
    case 'drop field': {
      const { [repair.name]: _gone, ...input } = scenario.input;
      return { ...scenario, input };
    }
    case 'drop condition': {
      const holds = (scenario.expect.holds ?? []).filter((one) => one !== repair.condition);
      return { ...scenario, expect: { ...scenario.expect, holds } };
    }
  }
}

/** As if the flow had had the thing under its old name as well until now. */
function renamed(
  scenario: Scenario,
  flow: Flow,
  { repair, from, to }: Extract<ScenarioRepair, { from: string }>,
): Scenario | null {
  const names = new Map([[from, to]]);
  const none = new Map<string, string>();
  if (repair === 'rename field') {
    const field = flow.input[to];
    const input = field === undefined ? flow.input : { ...flow.input, [from]: field };
    const followed = followRenames(scenario, { ...flow, input }, { steps: none, fields: names }, (name) => name);
    return followed.ok ? followed.scenario : null;
  }
  // No formula reads a step of a sub-flow.
  const steps = from.includes(WITHIN) ? none : names;
  const nodes = { ...flow.nodes, [GONE]: { kind: 'note', name: from, config: {} } };
  const naming = (name: string) => (name === from ? to : name);
  const followed = followRenames(scenario, { ...flow, nodes }, { steps, fields: none }, naming);
  return followed.ok ? followed.scenario : null;
}

/** An id that no document has. */
const GONE = '';

function withoutStep(scenario: Scenario, name: string): Scenario {
  const { answers, people, expect } = scenario;
  const others = (names: readonly string[]) => names.filter((one) => one !== name);
  return {
    ...scenario,
    ...(answers === undefined
      ? {}
      : { answers: Object.fromEntries(Object.entries(answers).filter(([at]) => at !== name)) }),
    ...(people === undefined ? {} : { people: people.filter(({ at }) => at !== name) }),
    expect: {
      ...expect,
      ...(expect.passes === undefined ? {} : { passes: others(expect.passes) }),
      ...(expect.avoids === undefined ? {} : { avoids: others(expect.avoids) }),
    },
  };
}
