import { connectionSchema, POLICY_FORMAT, type Policy } from '../../connections/contract.ts';
import { exportDmn } from '../../dmn/exchange/export-dmn.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { flowOf, type FlowBuilder } from '../../flow/testing/build.ts';
import { modelCardSchema } from '../../models/card.ts';
import type { Surroundings } from '../../../nodes/kind.ts';
import { ruleSchema } from '../../../nodes/rule/config.ts';

const digest = `sha256-${'0'.repeat(64)}`;
const figures = {
  rows: 10,
  accuracy: 0.9,
  accuracyInterval: [0.8, 0.95],
  baseline: 0.5,
  logLoss: 0.2,
  brier: 0.1,
  ece: 0.02,
};

/** The model `topic`, which answers `refund`, `fraud` or `other`. */
const topic = modelCardSchema.parse({
  format: 'countersign.model',
  version: 1,
  type: 'built-in',
  name: 'topic',
  modelVersion: '1.0.0',
  purpose: 'Tests.',
  owner: 'Bea',
  question: 'What is it about?',
  limits: '',
  bar: 0.8,
  inputs: { text: true, columns: {} },
  choices: ['refund', 'fraud', 'other'],
  artefact: { digest, bytes: 1 },
  lineage: {
    data: [{ name: 'messages.csv', digest, rows: 30 }],
    seed: 1,
    trainedWith: 'a test',
    split: { training: 10, calibration: 10, test: 10 },
  },
  calibration: { method: 'temperature', temperature: 1, rows: 10 },
  novelty: { familiarityFloor: 0, strangeColumnsCeiling: 0, falseAlarmShare: 0.01 },
  metrics: {
    ...figures,
    calibrationBins: [],
    perChoice: {},
    confusions: [],
    atBar: { bar: 0.8, coverage: 1, accuracy: 0.9, belowBar: 0, unlike: 0 },
    bars: [],
  },
});

const http = { method: 'POST', path: '/x' };
const idempotency = { by: 'natural' };
const text = { type: 'string' };

/** Actions: `credit` (irreversible, an amount), `mail` (irreversible), `tag` (reversible) and `look` (a read). */
const billing = connectionSchema.parse({
  format: 'countersign.connection',
  version: 1,
  name: 'billing',
  title: 'Billing',
  owner: 'Payments',
  actions: {
    credit: {
      title: 'Credit',
      class: 'irreversible',
      idempotency,
      http,
      response: {},
      request: { amount: { type: 'number' } },
    },
    gift: {
      title: 'Gift',
      class: 'irreversible',
      idempotency,
      http,
      response: {},
      request: { amount: { type: 'number', optional: true } },
    },
    mail: { title: 'Mail', class: 'irreversible', idempotency, http, response: {}, request: { text } },
    tag: {
      title: 'Tag',
      class: 'reversible',
      undo: { action: 'tag', within: 'P1D', arguments: { amount: '0' } },
      idempotency,
      http,
      response: {},
      request: { amount: { type: 'number' } },
    },
    look: {
      title: 'Look',
      class: 'read',
      idempotency,
      http: { method: 'GET', path: '/x' },
      response: { amount: { type: 'number' } },
      request: {},
    },
  },
});

export const AROUND: Surroundings = { connections: { billing }, models: { topic } };

/** A policy that lets these actions of `billing` go without a person up to an amount. */
export const policyOf = (limits: Readonly<Record<string, number>>): Policy => ({
  format: POLICY_FORMAT,
  version: 1,
  withoutPerson: Object.fromEntries(
    Object.entries(limits).map(([action, max]) => [`billing.${action}`, { field: 'amount', max }]),
  ),
});

export interface TableDraft {
  /** Expressions of the input columns. */
  inputs: readonly string[];
  /** Names of the output columns. */
  outputs: readonly string[];
  /** Each row: cells of the inputs, then of the outputs. */
  rows: readonly (readonly string[])[];
  hitPolicy?: string;
  /** The exits; the first output is then the column to branch by. */
  routes?: readonly string[];
  /** What the outputs are when no row matches, by name. */
  defaults?: Readonly<Record<string, string>>;
}

export const ruleConfig = ({ inputs, outputs, rows, hitPolicy = 'FIRST', routes, defaults = {} }: TableDraft) => ({
  table: {
    hitPolicy,
    inputs: inputs.map((expression, i) => ({ id: `i${i}`, expression })),
    outputs: outputs.map((name, i) => ({
      id: `o${i}`,
      name,
      ...(i === 0 && routes !== undefined ? { type: 'string', values: routes } : {}),
      ...(defaults[name] === undefined ? {} : { default: defaults[name] }),
    })),
    rows: rows.map((cells, i) => ({
      id: `r${i + 1}`,
      when: cells.slice(0, inputs.length),
      then: cells.slice(inputs.length),
    })),
  },
  branchBy: routes === undefined ? null : (outputs[0] ?? null),
});

/** Draws flows for the proof in few words; nodes are spoken of by their names. */
export class Drawing {
  readonly #flow: FlowBuilder = flowOf('A flow')
    .input({ message: { type: 'string' }, amount: { type: 'number' }, other: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Stop', 'end', { result: 'done', value: {} });

  ai(name: string, extra: Record<string, unknown> = {}): this {
    const config = {
      model: 'topic',
      question: 'What?',
      text: 'input.message',
      columns: {},
      bar: null,
      timeout: 'PT30S',
    };
    this.#flow.node(name, 'ai-decision', { ...config, ...extra });
    return this;
  }

  rule(name: string, table: TableDraft): this {
    this.#flow.node(name, 'rule', ruleConfig(table));
    return this;
  }

  /** A rule that decides by the same table, as the decision of a DMN model. */
  model(name: string, table: TableDraft, scope: FeelScopeTypes): this {
    const { table: own, branchBy } = ruleSchema.parse(ruleConfig(table));
    if (own === undefined) throw new TypeError('the draft is a table');
    const lines = exportDmn(own, name, scope).split('\n');
    this.#flow.node(name, 'rule', { model: { lines, decision: `decision_${name}`, inputs: {} }, branchBy });
    return this;
  }

  approval(name: string, extra: Record<string, unknown> = {}): this {
    const config = { title: name, role: 'lead', count: 1, fourEyes: true, due: 'P1D', sendBack: true, show: [] };
    this.#flow.node(name, 'approval', { ...config, ...extra });
    return this;
  }

  /** A step that asks a person to choose, without a due date. */
  task(name: string, extra: Record<string, unknown>): this {
    const config = { type: 'choose', title: name, question: '', role: 'lead', fields: {}, fourEyes: false, due: null };
    this.#flow.node(name, 'task', { ...config, ...extra });
    return this;
  }

  act(name: string, action: string, args: Readonly<Record<string, string>>): this {
    const retry = { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' };
    this.#flow.node(name, 'connector', { connection: 'billing', action, arguments: args, timeout: 'PT10S', retry });
    return this;
  }

  transform(name: string, fields: Readonly<Record<string, string>>): this {
    this.#flow.node(name, 'transform', { fields });
    return this;
  }

  parallel(name: string, ...branches: readonly string[]): this {
    this.#flow.node(name, 'parallel', { branches });
    return this;
  }

  forEach(name: string, list: string): this {
    this.#flow.node(name, 'for-each', { list, item: 'one', atOnce: 2 });
    return this;
  }

  join(name: string, wait: 'all' | 'any' = 'all', collect = ''): this {
    this.#flow.node(name, 'join', { wait, collect });
    return this;
  }

  /** `wire('Topic', 'answered', 'Plan')`. */
  wire(from: string, port: string, to: string): this {
    this.#flow.edge(from, port, to);
    return this;
  }

  back(from: string, port: string, to: string): this {
    this.#flow.back(from, port, to);
    return this;
  }

  /** Every exit of a node to one other. */
  all(from: string, ports: readonly string[], to: string): this {
    for (const port of ports) this.#flow.edge(from, port, to);
    return this;
  }

  build() {
    return this.#flow.build();
  }
}

export const draw = (): Drawing => new Drawing();
