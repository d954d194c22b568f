/** What each step can do next, as the safety proof follows it: its exits, and what is known after each. */
import { itemOf, WITHOUT_ITEMS } from '../flow/blocks.ts';
import type { Field, Fields, Flow } from '../flow/document.ts';
import { shownName } from '../flow/inlined-ids.ts';
import type { OpenNode } from '../flow/open.ts';
import type { FlowAnalysis } from '../flow/scope.ts';
import type { DecisionTable } from '../dmn/table.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { z } from '../flow/zod.ts';
import { aiDecisionSchema, type AiDecisionConfig } from '../../nodes/ai-decision/config.ts';
import { tableFor } from '../../nodes/ai-decision/fallback.ts';
import { OTHERWISE, routesOf, ruleSchema, type RuleConfig } from '../../nodes/rule/config.ts';
import { transformSchema } from '../../nodes/transform/config.ts';
import { termOf, valueOf, type Facts, type Term } from './proof-expressions.ts';
import { passesOf, tableTerms, type Pass } from './proof-table.ts';
import { EVERYTHING, exactly, isEmpty, isWithin, meet, minus, NUMBERS, unite, type ValueSet } from './proof-values.ts';

/** One way on from a step. */
export interface Exit {
  readonly port: string;
  /** The id of the rule row that led there. */
  readonly row: string | null;
  /** What holds of the expressions that were tested, as they were before the step's value was new. */
  readonly learned: Facts;
  /** The fields of the step's new value. */
  readonly written: ReadonlyMap<string, ValueSet>;
}

/** A step of the program, ready to be followed. */
export interface Step {
  readonly id: string;
  /** What formulas read its value by. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Whether it leaves by rows. */
  readonly hasRows: boolean;
  /** The ids of its table's rows, from the top. */
  readonly rows: readonly string[];
  /** The name under which the branches that it opens see their item. */
  readonly item: string | null;
  /** The exit behind which a person has approved. */
  readonly approves: string | null;
  /** Expressions whose values say where the step leads, and of which its exits teach something. */
  readonly tests: readonly Term[];
  /** Fields of its value of which its exits teach something, with the expressions that they come from. */
  readonly writes: ReadonlyMap<string, readonly Term[]>;
  exits(facts: Facts): readonly Exit[];
}

/** What the steps of a flow were made of, and the steps. */
export interface MadeSteps {
  analysis: FlowAnalysis;
  steps: ReadonlyMap<string, Step>;
}

/**
 * The steps of a flow by node id. Every node of the program has to be sound.
 *
 * @param before of the document before a change, with the same surroundings: what it says of a step that leads to the
 *   same exits with the same knowledge is taken from there, the very same object
 */
export function stepsOf(analysis: FlowAnalysis, before: MadeSteps | null = null): ReadonlyMap<string, Step> {
  const { opened, graph, made } = analysis;
  const steps = new Map<string, Step>();
  const isSame = before === null ? () => false : sameIn(before.analysis, analysis);
  for (const id of graph.nodes) {
    const node = opened.nodes.get(id);
    if (node === undefined) continue;
    const known = isSame(id) ? before?.steps.get(id) : undefined;
    steps.set(id, known ?? stepOf(node, scopeFor(analysis, id), opened.flow, made.surroundings));
  }
  return steps;
}

/** Whether what is said of a node is the same in two analyses, as far as its step goes. */
function sameIn(before: FlowAnalysis, now: FlowAnalysis): (id: string) => boolean {
  const sameInput = JSON.stringify(before.opened.flow.input) === JSON.stringify(now.opened.flow.input);
  return (id) => {
    const [a, b] = [before.opened.nodes.get(id), now.opened.nodes.get(id)];
    if (a === undefined || b === undefined) return false;
    if (sameInput && isUntouched(id, before, now)) return true;
    return (
      isPlain(a) && isPlain(b) && a.kind === b.kind && JSON.stringify(outlineOf(a)) === JSON.stringify(outlineOf(b))
    );
  };
}

/** Whether a node, what is in its scope and what is said of it are the very same in two analyses. */
export const isUntouched = (id: string, before: FlowAnalysis, now: FlowAnalysis): boolean =>
  before.opened.nodes.get(id) === now.opened.nodes.get(id) &&
  before.analyses.get(id) === now.analyses.get(id) &&
  before.scopes.get(id) === now.scopes.get(id);

/** Whether {@link plainStep} speaks for it, whatever its config says. */
const isPlain = ({ node, kind }: OpenNode): boolean =>
  node.kind !== 'rule' && node.kind !== 'transform' && kind?.seam === undefined && kind?.influence !== 'ai';

/** All that a plain step is made of, but for its kind. */
const outlineOf = ({ node, sound }: OpenNode): unknown => [node.name, sound?.ports.map(({ id }) => id), itemOf(sound)];

/** The part of a node's scope that its expressions read; large flows are parsed against a few names rather than all. */
export function scopeFor(analysis: FlowAnalysis, id: string): FeelScopeTypes {
  const scope = analysis.scopes.get(id) ?? {};
  const reads = analysis.analyses.get(id)?.reads ?? [];
  const names = new Set(reads.map(([root]) => root ?? ''));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const type = Object.hasOwn(scope, name) ? scope[name] : undefined;
      return type === undefined ? [] : [[name, type]];
    }),
  );
}

function stepOf(node: OpenNode, scope: FeelScopeTypes, flow: Flow, surroundings: Surroundings): Step {
  const config = node.sound?.config;
  const rule = node.node.kind === 'rule' ? ruleSchema.safeParse(config) : null;
  // Only a table that stands alone is followed row by row; what a DMN model gives may be anything that it can give.
  const table = rule?.success === true ? rule.data.table : undefined;
  if (rule?.success === true && table !== undefined) return ruleStep(node, rule.data, table, scope, flow);
  const transform = node.node.kind === 'transform' ? transformSchema.safeParse(config) : null;
  if (transform?.success === true) return transformStep(node, transform.data.fields, scope);
  if (node.kind?.seam !== undefined) return seamStep(node, scope);
  const ai = node.kind?.influence === 'ai' ? aiDecisionSchema.safeParse(config) : null;
  if (ai?.success === true) return aiStep(node, ai.data, scope, flow, surroundings);
  return plainStep(node);
}

function ruleStep(node: OpenNode, config: RuleConfig, table: DecisionTable, scope: FeelScopeTypes, flow: Flow): Step {
  const terms = tableTerms(table, scope, (term) => domainOf(term, flow.input));
  const routes = routesOf(config);
  const columns = terms.columns.map((column) => column.term);
  const writes = table.outputs.map((output, i) => {
    const cells = [...terms.rows.map((row) => row.outputs[i]), terms.defaults[i]];
    return [output.name, [...new Set(cells.filter((term) => term !== null && term !== undefined))]] as const;
  });
  const waysOf = (pass: Pass): { port: string; route: ValueSet }[] => {
    if (routes === null || config.branchBy === null) return [{ port: 'next', route: EVERYTHING }];
    const route = pass.outputs === null ? EVERYTHING : (pass.outputs.get(config.branchBy) ?? EVERYTHING);
    const ways = routes.map((port) => ({ port, route: meet(route, exactly(port)) }));
    return [...ways, { port: OTHERWISE, route: minus(route, exactly(...routes)) }].filter((way) => !isEmpty(way.route));
  };
  return {
    ...described(node),
    hasRows: true,
    rows: table.rows.map(({ id }) => id),
    tests: columns,
    writes: new Map(writes),
    exits: (facts) =>
      passesOf(terms, facts).flatMap((pass) =>
        waysOf(pass).map(({ port, route }) => {
          const written = new Map(pass.outputs ?? []);
          if (config.branchBy !== null && pass.outputs !== null) written.set(config.branchBy, route);
          return { port, row: pass.row, learned: pass.learned, written };
        }),
      ),
  };
}

function transformStep(node: OpenNode, fields: Readonly<Record<string, string>>, scope: FeelScopeTypes): Step {
  const terms = Object.entries(fields).map(([field, source]) => [field, termOf(source, scope)] as const);
  return {
    ...described(node),
    tests: [],
    writes: new Map(terms.map(([field, term]) => [field, [term]])),
    exits: (facts) => {
      const written = new Map(terms.map(([field, term]) => [field, valueOf(term, facts)]));
      return [{ port: 'next', row: null, learned: NO_FACTS, written }];
    },
  };
}

/**
 * Where a sub-flow begins and comes back. It begins with an input that fits what it declares, so that what the declaration
 * says of a field holds beside what its formula says; otherwise it fails.
 */
function seamStep(node: OpenNode, scope: FeelScopeTypes): Step {
  const { sound } = node;
  const declared = sound?.kind.declares?.(sound.config);
  const terms = Object.entries(formulasOf(sound?.config)).map(
    ([field, source]) => [field, termOf(source, scope)] as const,
  );
  const ports = sound?.ports ?? [];
  return {
    ...described(node),
    tests: [],
    writes: new Map([
      ...Object.keys(declared ?? {}).map((field): [string, readonly Term[]] => [field, []]),
      ...terms.map(([field, term]): [string, readonly Term[]] => [field, [term]]),
    ]),
    exits: (facts) =>
      ports.flatMap((port): Exit[] => {
        if (declared !== undefined && port.id === 'failed')
          return [{ port: port.id, row: null, learned: NO_FACTS, written: new Map() }];
        const written = new Map(terms.map(([field, term]) => [field, valueOf(term, facts)] as const));
        for (const [field, of] of Object.entries(declared ?? {}))
          written.set(field, meet(written.get(field) ?? exactly(null), domainOfField(of)));
        // What cannot be begun with is not begun.
        if ([...written.values()].some(isEmpty)) return [];
        return [{ port: port.id, row: null, learned: NO_FACTS, written }];
      }),
  };
}

const entrySchema = z.object({ arguments: z.record(z.string(), z.string()) });
const returnSchema = z.object({ value: z.record(z.string(), z.string()).nullable() });

/** The formulas by which a sub-flow begins or comes back. */
function formulasOf(config: unknown): Readonly<Record<string, string>> {
  return entrySchema.safeParse(config).data?.arguments ?? returnSchema.safeParse(config).data?.value ?? {};
}

/**
 * An AI decision: the model may answer or not, and where it does not, whoever is asked in its place. By which row of its
 * table it left is told apart; that a person chose is not taken for an approval, since they were shown no more than the
 * question.
 */
function aiStep(
  node: OpenNode,
  { model, fallback }: AiDecisionConfig,
  scope: FeelScopeTypes,
  flow: Flow,
  { models }: Surroundings,
): Step {
  const card = Object.hasOwn(models, model) ? models[model] : undefined;
  const choices = card === undefined ? EVERYTHING : exactly(...card.choices);
  const table = fallback?.table === undefined ? null : tableFor(fallback.table, card?.choices ?? null);
  const terms = table === null ? null : tableTerms(table, scope, (term) => domainOf(term, flow.input));
  const nothing = exactly(null);
  const guess = unite(choices, nothing);
  const exit = (port: string, written: Record<string, ValueSet>): Exit => ({
    port,
    row: null,
    learned: NO_FACTS,
    written: new Map(Object.entries(written)),
  });
  // Where the table gives no choice: a person, or nobody. An answer below the bar is a guess without a choice; one that
  // failed is neither.
  const beyond = [
    ...(fallback?.person === undefined ? [] : [exit('answered', { choice: choices, by: exactly('person'), guess })]),
    ...(node.sound?.ports ?? [])
      .filter(({ id }) => id !== 'answered')
      .map(({ id }) => exit(id, { choice: nothing, by: nothing, guess: id === 'uncertain' ? choices : nothing })),
  ];
  const sure = exit('answered', { choice: choices, by: exactly('model'), guess: choices });
  const output = table?.outputs[0]?.name ?? '';
  const byTable = (pass: Pass): Exit[] => {
    const { row, learned } = pass;
    const given = pass.outputs?.get(output) ?? EVERYTHING;
    const choice = meet(given, meet(choices, TEXTS));
    const matched = {
      port: 'answered',
      row,
      learned,
      written: new Map(Object.entries({ choice, by: exactly('rule'), guess })),
    };
    return [
      ...(isEmpty(choice) ? [] : [matched]),
      ...(isWithin(given, choice) ? [] : beyond.map((one) => ({ ...one, learned }))),
    ];
  };
  const cells = terms === null ? [] : [...terms.rows.map((row) => row.outputs[0]), terms.defaults[0]];
  const given = [...new Set(cells.filter((term) => term !== null && term !== undefined))];
  return {
    ...described(node),
    rows: table?.rows.map(({ id }) => id) ?? [],
    tests: terms?.columns.map((column) => column.term) ?? [],
    writes: new Map<string, readonly Term[]>([
      ['choice', given],
      ['by', []],
      ['guess', []],
    ]),
    exits: terms === null ? () => [sure, ...beyond] : (facts) => [sure, ...passesOf(terms, facts).flatMap(byTable)],
  };
}

/** Whatever is neither a number nor nothing. */
const TEXTS = minus(minus(EVERYTHING, NUMBERS), exactly(null));

/** A step whose exits depend on others: a person, a system. */
function plainStep(node: OpenNode): Step {
  const iterates = itemOf(node.sound) !== null;
  const ports = [...(node.sound?.ports ?? []), ...(iterates ? [{ id: WITHOUT_ITEMS }] : [])];
  const exits = ports.map((port): Exit => {
    const written = new Map<string, ValueSet>();
    if (node.kind?.approves !== undefined) written.set('decision', exactly(port.id));
    return { port: port.id, row: null, learned: NO_FACTS, written };
  });
  return {
    ...described(node),
    tests: [],
    writes: new Map(exits.flatMap((exit) => [...exit.written.keys()].map((field) => [field, []]))),
    exits: () => exits,
  };
}

const NO_FACTS: Facts = new Map();

const described = (node: OpenNode): Pick<Step, 'id' | 'name' | 'title' | 'hasRows' | 'rows' | 'item' | 'approves'> => ({
  id: node.id,
  name: node.node.name,
  title: shownName(node.id, node.node.name),
  hasRows: false,
  rows: [],
  item: itemOf(node.sound),
  approves: node.kind?.approves ?? null,
});

/** What a plain path into the input can be: runs are started with inputs that fit the declaration only. */
function domainOf(term: Term, input: Fields): ValueSet {
  const [path] = term.reads;
  if (path === undefined || term.reads.length !== 1 || path.length !== 2 || path[0] !== 'input') return EVERYTHING;
  const field = Object.hasOwn(input, path[1] ?? '') ? input[path[1] ?? ''] : undefined;
  if (field === undefined || term.key !== path.join('.')) return EVERYTHING;
  return domainOfField(field);
}

/** What a value can be that fits a declared field. */
function domainOfField(field: Field): ValueSet {
  const values =
    field.type === 'number'
      ? NUMBERS
      : field.type === 'boolean'
        ? exactly(true, false)
        : field.type === 'string' && field.values !== undefined
          ? exactly(...field.values)
          : EVERYTHING;
  return field.optional === true ? unite(values, exactly(null)) : values;
}
