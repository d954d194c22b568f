import { ANY, compileExpression, renameInExpression, type FeelScopeTypes, type FeelType } from '../feel/index.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import type { Flow } from './document.ts';
import { fieldsType } from './field-type.ts';
import type { Kinds } from './open.ts';
import { calledAt, renamedKeys, type Renames } from './renames.ts';

/**
 * A scenario follows its flow: what it says of steps and input fields is said under their new names.
 *
 * - N1 Renaming and renaming back gives the scenario as it was.
 * - N2 Everything else in it stays: it goes the same way through the flow, and holds if it held before.
 * - N3 Where a formula would mean something else under a new name, the scenario is left as it is and that is told.
 */
export type Followed = { ok: true; scenario: Scenario } | { ok: false; why: string };

/** What stands in the way between the names of a sub-flow and of a step of it, as scenarios write them. */
export const WITHIN = ' › ';

/** How a scenario's names of steps become others: the whole of `Check credit › Read account` comes in and goes out. */
export type StepNaming = (name: string) => string;

/**
 * The names of steps as scenarios of `flow` write them, after the flow at `path` gave other names to its steps. `flow` may
 * be that flow itself, as it was before, or one in which it stands.
 */
export function stepNaming(
  at: { path: string; flow: Flow },
  changed: { path: string; steps: Renames['steps'] },
  flows: Readonly<Record<string, Flow>>,
  kinds: Kinds,
): StepNaming {
  const walk = (path: string, flow: Flow | undefined, [name, ...rest]: readonly string[]): string[] => {
    if (name === undefined) return [];
    const now = path === changed.path ? (changed.steps.get(name) ?? name) : name;
    const id = Object.keys(flow?.nodes ?? {}).find((one) => flow?.nodes[one]?.name === name);
    const called = flow === undefined || id === undefined ? null : calledAt(flow, id, kinds);
    if (called === null) return [now, ...rest];
    return [now, ...walk(called, Object.hasOwn(flows, called) ? flows[called] : undefined, rest)];
  };
  return (name) => walk(at.path, at.flow, name.split(WITHIN)).join(WITHIN);
}

/** The scenario of a flow, as it was before, after names in it became others. */
export function followRenames(
  scenario: Scenario,
  before: Flow,
  { steps, fields }: Renames,
  naming: StepNaming,
): Followed {
  const { answers, people, expect } = scenario;
  const input = renamedKeys(scenario.input, fields);
  if (input === null) return { ok: false, why: 'two of its values would be of one input field' };
  const names = new Map(Object.keys(answers ?? {}).map((name) => [name, naming(name)] as const));
  const answered = answers === undefined ? {} : renamedKeys(answers, names);
  if (answered === null) return { ok: false, why: 'two of its answers would be of one step' };
  const holds = expect.holds?.map((source) => followInFormula(source, before, { steps, fields }));
  if (holds?.includes(null) === true) return { ok: false, why: 'a condition of it would mean something else' };
  return {
    ok: true,
    scenario: {
      ...scenario,
      input,
      ...(answers === undefined ? {} : { answers: answered }),
      ...(people === undefined ? {} : { people: people.map((act) => ({ ...act, at: naming(act.at) })) }),
      expect: {
        ...expect,
        ...(expect.passes === undefined ? {} : { passes: expect.passes.map(naming) }),
        ...(expect.avoids === undefined ? {} : { avoids: expect.avoids.map(naming) }),
        ...(holds === undefined ? {} : { holds: holds.filter((source) => source !== null) }),
      },
    },
  };
}

/** What formulas of a scenario may read: the input, and every step by its name. */
export const scopeOf = (flow: Flow): FeelScopeTypes => scopeWith(flow, (name) => name);

const scopeWith = (flow: Flow, step: StepNaming, field: StepNaming = (name) => name): FeelScopeTypes => ({
  ...Object.fromEntries(Object.values(flow.nodes).map(({ name }) => [step(name), ANY])),
  input: fieldsType(Object.fromEntries(Object.entries(flow.input).map(([name, one]) => [field(name), one]))),
});

/** Null where the formula would read something else. */
function followInFormula(source: string, before: Flow, { steps, fields }: Renames): string | null {
  // Names may change places with each other, so that each first becomes one that nothing has.
  const [stepVia, fieldVia] = [between(steps, source, 'step'), between(fields, source, 'field')];
  const scope = scopeOf(before);
  const step: StepNaming = (name) => stepVia.get(name) ?? name;
  const field: StepNaming = (name) => fieldVia.get(name) ?? name;
  const apart = scopeWith(before, step, field);
  const after = scopeWith(
    before,
    (name) => steps.get(name) ?? name,
    (name) => fields.get(name) ?? name,
  );
  const both = { ...scope, ...apart };
  let text = source;
  for (const [from, via] of fieldVia)
    text = renameInExpression(text, { ...both, input: withBoth(scope, apart) }, `input.${from}`, via);
  for (const [from, via] of stepVia) text = renameInExpression(text, both, from, via);
  const fieldsToo = { ...apart, input: withBoth(apart, after) };
  for (const [from, via] of fieldVia)
    text = renameInExpression(text, fieldsToo, `input.${via}`, fields.get(from) ?? from);
  for (const [from, via] of stepVia)
    text = renameInExpression(text, { ...apart, ...after }, via, steps.get(from) ?? from);
  const expected = compileExpression(source, scope).reads.map((read) => readAfter(read, { steps, fields }));
  return sameReads(expected, compileExpression(text, after).reads) ? text : null;
}

/** The input with the fields of both, as it is while they are renamed one by one. */
function withBoth({ input: one }: FeelScopeTypes, { input: other }: FeelScopeTypes): FeelType {
  const fields = one?.kind === 'context' && other?.kind === 'context' ? { ...one.fields, ...other.fields } : {};
  return { kind: 'context', fields, open: false };
}

/** A name for each that the formula does not have. */
function between(names: ReadonlyMap<string, string>, source: string, word: string): ReadonlyMap<string, string> {
  let free = word;
  while (source.includes(free)) free = `${free}_`;
  return new Map([...names.keys()].map((name, i) => [name, `${free}_${i}`]));
}

function readAfter([root = '', first, ...rest]: readonly string[], { steps, fields }: Renames): readonly string[] {
  const path = first === undefined ? [] : [first, ...rest];
  return root === 'input' && first !== undefined
    ? [root, fields.get(first) ?? first, ...rest]
    : [steps.get(root) ?? root, ...path];
}

const sameReads = (one: readonly (readonly string[])[], other: readonly (readonly string[])[]): boolean =>
  keyed(one) === keyed(other);

const keyed = (reads: readonly (readonly string[])[]): string =>
  [...new Set(reads.map((read) => JSON.stringify(read)))].sort().join();
