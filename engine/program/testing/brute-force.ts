import { compileTable } from '../../dmn/table.ts';
import { compileExpression } from '../../feel/index.ts';
import { literalText } from '../../feel/format.ts';
import { isFeelContext, type FeelValue } from '../../feel/value.ts';
import type { Flow } from '../../flow/document.ts';
import { wireAt } from '../../flow/graph.ts';
import { marksOfAnalysis } from '../../flow/marks.ts';
import { analyseFlow, type FlowAnalysis } from '../../flow/scope.ts';
import { KINDS } from '../../../nodes/index.ts';
import { aiDecisionSchema, type AiDecisionConfig } from '../../../nodes/ai-decision/config.ts';
import { connectorSchema } from '../../../nodes/connector/config.ts';
import { OTHERWISE, routesOf, ruleSchema } from '../../../nodes/rule/config.ts';
import { transformSchema } from '../../../nodes/transform/config.ts';
import { AROUND } from './proof-kit.ts';

type Values = ReadonlyMap<string, FeelValue>;

/** Where a case is, with every value and the AI decisions whose answers nobody has approved since. */
interface Concrete {
  node: string;
  values: Values;
  pending: ReadonlySet<string>;
  /** Those of them that answered since the branch began in which it is. */
  fresh: ReadonlySet<string>;
}

interface Outcome {
  port: string;
  value: FeelValue;
}

/** An effect about to happen. */
export interface Deed {
  node: string;
  amount: FeelValue;
  pending: ReadonlySet<string>;
}

export interface Trial {
  /** Amounts that the input is tried with. */
  grid: readonly number[];
  /** The exits of a person's step that are tried. */
  decisions?: readonly string[];
  /** The one answer that AI decisions give in all cases; all are tried without. */
  answer?: (node: string) => string | null;
  /** Exits that clear what is pending. */
  clearing?: readonly string[];
}

const CHOICES = ['refund', 'fraud', 'other'];

/**
 * Every effect that a flow can come to, found by running it: all amounts of a grid, all answers, all decisions, all
 * outcomes of actions, on real tables and formulas. Loops end since the states that can be met are finite. Branches of
 * which all are waited for are run each by itself, and put together in every way that they can come out.
 */
export function everyDeed(flow: Flow, trial: Trial): Deed[] {
  const everyCase = new EveryCase(analyseFlow(flow, KINDS, AROUND), trial);
  return everyCase.deeds();
}

class EveryCase {
  readonly #analysis: FlowAnalysis;
  readonly #trial: Trial;
  readonly #runners: ReadonlyMap<string, Runner>;
  readonly #deeds = new Map<string, Deed>();
  /** By where a branch began, how it can come out. */
  readonly #branches = new Map<string, Concrete[]>();

  constructor(analysis: FlowAnalysis, trial: Trial) {
    this.#analysis = analysis;
    this.#trial = trial;
    this.#runners = new Map(analysis.graph.nodes.map((id) => [id, runnerOf(id, analysis, trial)]));
  }

  deeds(): Deed[] {
    const input = (amount: number): Values =>
      new Map<string, FeelValue>([
        [
          'input',
          new Map<string, FeelValue>([
            ['message', 'x'],
            ['amount', amount],
            ['other', 5],
          ]),
        ],
      ]);
    const node = this.#analysis.graph.triggers[0] ?? '';
    this.#run(
      this.#trial.grid.map((amount) => ({ node, values: input(amount), pending: NOBODY, fresh: NOBODY })),
      null,
    );
    return [...this.#deeds.values()];
  }

  /** Runs on from these states; gives back those that come to the join. */
  #run(starts: readonly Concrete[], join: string | null): Concrete[] {
    const arrived: Concrete[] = [];
    const seen = new Set<string>();
    const waiting = [...starts];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      const text = textOfState(state);
      if (seen.has(text)) continue;
      seen.add(text);
      if (state.node === join) arrived.push(state);
      else waiting.push(...this.#step(state));
    }
    return arrived;
  }

  #step(state: Concrete): Concrete[] {
    const { graph, opened } = this.#analysis;
    const { node, values, pending, fresh } = state;
    const one = opened.nodes.get(node);
    const runner = this.#runners.get(node);
    if (one === undefined || runner === undefined) return [];
    const join = graph.blocks.joinOf.get(node);
    if (join !== undefined) return this.#fork(state, join);
    const deed = runner.deed?.(values);
    if (deed !== undefined)
      this.#deeds.set(JSON.stringify([node, literalText(deed), [...pending].sort()]), { node, amount: deed, pending });
    const answers = one.kind?.influence === 'ai' ? [node] : [];
    return runner.run(values).flatMap(({ port, value }): Concrete[] => {
      const wire = wireAt(graph, node, port);
      if (wire === null) return [];
      const cleared = one.kind?.approves !== undefined && (this.#trial.clearing ?? ['approved']).includes(port);
      return [
        {
          node: wire.to,
          values: new Map([...values, [one.node.name, value]]),
          pending: cleared ? NOBODY : new Set([...pending, ...answers]),
          fresh: cleared ? NOBODY : new Set([...fresh, ...answers]),
        },
      ];
    });
  }

  /**
   * What somebody approved in one branch is approved for what all of them began with; what another branch answered
   * meanwhile is not.
   */
  #fork(state: Concrete, join: string): Concrete[] {
    const { graph } = this.#analysis;
    let together: { values: Values; pending: ReadonlySet<string>; fresh: ReadonlySet<string> }[] = [
      { values: state.values, pending: state.pending, fresh: NOBODY },
    ];
    for (const { to } of graph.out.get(state.node) ?? []) {
      const began: Concrete = { ...state, node: to, fresh: NOBODY };
      const text = JSON.stringify([textOfState(began), join]);
      const ways = this.#branches.get(text) ?? this.#run([began], join);
      this.#branches.set(text, ways);
      together = together.flatMap((before) =>
        ways.map((way) => ({
          values: new Map([
            ...before.values,
            ...[...way.values].filter(([name, value]) => state.values.get(name) !== value),
          ]),
          pending: before.pending.intersection(way.pending),
          fresh: before.fresh.union(way.fresh),
        })),
      );
    }
    return together.map(({ values, pending, fresh }) => ({
      node: wireAt(graph, join, 'next')?.to ?? '',
      values,
      pending: pending.union(fresh),
      fresh: state.fresh.intersection(pending).union(fresh),
    }));
  }
}

const NOBODY: ReadonlySet<string> = new Set();

const textOfState = ({ node, values, pending, fresh }: Concrete): string =>
  JSON.stringify([node, textOf(values), [...pending].sort(), [...fresh].sort()]);

/** The effects that need a person, lack one, and depend on the answer of an AI decision; `max` is the policy's limit. */
export function unapproved(flow: Flow, trial: Trial, max: number | null): string[] {
  const marks = marksOfAnalysis(analyseFlow(flow, KINDS, AROUND));
  const found = everyDeed(flow, trial).filter(({ node, amount, pending }) => {
    const own = marks.get(node);
    const depends = [...pending].some((ai) => own?.ai.has(ai) === true || own?.controlAi.has(ai) === true);
    return depends && (max === null || (typeof amount === 'number' && amount > max));
  });
  return [...new Set(found.map((deed) => deed.node))].sort();
}

interface Runner {
  run(values: Values): readonly Outcome[];
  deed?: (values: Values) => FeelValue;
}

function runnerOf(id: string, analysis: FlowAnalysis, trial: Trial): Runner {
  const opened = analysis.opened.nodes.get(id);
  const config = opened?.sound?.config;
  const scope = analysis.scopes.get(id) ?? {};
  const ports = opened?.sound?.ports ?? [];
  switch (opened?.node.kind) {
    case 'ai-decision':
      return aiRunner(aiDecisionSchema.parse(config), scope, ports, trial.answer?.(id));
    case 'approval':
      return {
        run: () =>
          (trial.decisions ?? ports.map((port) => port.id)).map((port) => ({
            port,
            value: new Map<string, FeelValue>([['decision', port]]),
          })),
      };
    case 'connector': {
      const { arguments: given } = connectorSchema.parse(config);
      const amount = compileExpression(given['amount'] ?? 'null', scope);
      return {
        run: () => ports.map((port) => ({ port: port.id, value: null })),
        deed: (values) => amount.evaluate(values).value,
      };
    }
    case 'transform': {
      const fields = Object.entries(transformSchema.parse(config).fields).map(
        ([name, source]) => [name, compileExpression(source, scope)] as const,
      );
      return {
        run: (values) => [
          { port: 'next', value: new Map(fields.map(([name, field]) => [name, field.evaluate(values).value])) },
        ],
      };
    }
    case 'rule':
      return ruleRunner(ruleSchema.parse(config), scope);
    default:
      return { run: () => ports.map((port) => ({ port: port.id, value: null })) };
  }
}

/** All that the model can say, and where it is not sure or fails, all that others can in its place. */
function aiRunner(
  { fallback }: AiDecisionConfig,
  scope: Parameters<typeof compileTable>[1],
  ports: readonly { id: string }[],
  fixed: string | null | undefined,
): Runner {
  const value = (choice: string | null, by: string | null, guess: string | null): FeelValue =>
    new Map<string, FeelValue>([
      ['choice', choice],
      ['by', by],
      ['guess', guess],
    ]);
  const answered = (choice: string | null, by: string, guess: string | null): Outcome => ({
    port: 'answered',
    value: value(choice, by, guess),
  });
  const said = fixed === undefined ? [...CHOICES, null] : [fixed];
  const sure = said.filter((choice) => choice !== null).map((choice) => answered(choice, 'model', choice));
  const unsure = [
    ...(said.includes(null) ? [{ port: 'uncertain', guess: 'other' }] : []),
    ...(fixed === undefined
      ? [
          { port: 'failed', guess: null },
          { port: 'timed out', guess: null },
        ]
      : []),
  ];
  const table = fallback?.table === undefined ? null : compileTable(fallback.table, scope);
  const output = fallback?.table?.outputs[0]?.name ?? '';
  const instead = (values: Values, { port, guess }: { port: string; guess: string | null }): Outcome[] => {
    const given = table?.evaluate(values).value ?? null;
    const choice = given !== null && isFeelContext(given) ? (given.get(output) ?? null) : null;
    if (typeof choice === 'string' && CHOICES.includes(choice)) return [answered(choice, 'rule', guess)];
    const people =
      fallback?.person === undefined ? [] : CHOICES.map((chosen): Outcome => answered(chosen, 'person', guess));
    const left = ports.some(({ id }) => id === port) ? port : 'failed';
    return [...people, { port: left, value: left === 'uncertain' ? value(null, null, guess) : null }];
  };
  return { run: (values) => [...sure, ...unsure.flatMap((one) => instead(values, one))] };
}

function ruleRunner(config: Parameters<typeof routesOf>[0], scope: Parameters<typeof compileTable>[1]): Runner {
  if (config.table === undefined) throw new TypeError('models are not executed here');
  const table = compileTable(config.table, scope);
  const routes = routesOf(config);
  return {
    run: (values) => {
      const { value, warnings } = table.evaluate(values);
      if (warnings.some(({ code }) => code === 'DMN_UNIQUE_OVERLAP' || code === 'DMN_ANY_DISAGREE')) return [];
      if (routes === null || config.branchBy === null) return [{ port: 'next', value }];
      const route = value !== null && isFeelContext(value) ? value.get(config.branchBy) : null;
      return [{ port: typeof route === 'string' && routes.includes(route) ? route : OTHERWISE, value }];
    },
  };
}

const textOf = (values: Values): string[] =>
  [...values].map(([name, value]) => `${name}: ${literalText(value)}`).sort();
