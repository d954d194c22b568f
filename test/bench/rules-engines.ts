/** The engines of the benchmark of rules, each given the same tables, expression and graph in its own form. */
import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import { evaluate as feelinEvaluate, unaryTest } from 'feelin';
import { compileModel } from '../../engine/dmn/compile-model.ts';
import type { DmnModel } from '../../engine/dmn/model.ts';
import { compileTable } from '../../engine/dmn/table.ts';
import { compileExpression, isFeelContext } from '../../engine/feel/index.ts';
import type { FeelContext, FeelValue } from '../../engine/feel/index.ts';
import { toDouble, isFeelNumber } from '../../engine/feel/number.ts';
import {
  byHand,
  CASES,
  cellsOf,
  EXPRESSION,
  expressionByHand,
  FEE,
  FIELDS,
  graphByHand,
  SCOPE,
  SCOPES,
  tableOf,
  TOTAL,
} from './rules-workload.ts';
import type { Case, RuleRow } from './rules-workload.ts';

/** One way to answer. `ours` takes the case as FEEL has it, prepared beforehand as a run of the engine has it too. */
export interface Contestant {
  readonly name: string;
  /** Answers the case of an index, below the number of cases. */
  readonly answer: (i: number) => unknown;
  /** Calls made at once, for those that answer later. */
  readonly width: number;
}

export const OURS = 'countersign';
export const ZEN = 'zen-engine, 16 at once';
export const FEELIN = 'feelin';
export const HAND = 'written by hand';
export const CODE = 'written by hand as code';

const caseAt = (i: number): Case => CASES[i % CASES.length] ?? NO_CASE;
const scopeAt = (i: number): FeelContext => SCOPES[i % SCOPES.length] ?? NO_SCOPE;
const NO_CASE: Case = { label: '', country: '', amount: 0, score: 0 };
const NO_SCOPE: FeelContext = new Map();

const field = (value: FeelValue, name: string): FeelValue => (isFeelContext(value) ? (value.get(name) ?? null) : null);
const plain = (value: FeelValue): unknown => (isFeelNumber(value) ? toDouble(value) : value);

const now = (name: string, answer: Contestant['answer']): Contestant => ({ name, answer, width: 1 });

export function ourTable(rows: readonly RuleRow[]): Contestant {
  const table = compileTable(tableOf(rows), SCOPE);
  return now(OURS, (i) => field(table.evaluate(scopeAt(i)).value, 'out'));
}

export function handTable(rows: readonly RuleRow[]): Contestant {
  const answer = byHand(rows);
  return now(HAND, (i) => answer(caseAt(i)));
}

/** @param asCode the same rows as statements, where somebody wrote them */
export function tables(rows: readonly RuleRow[], asCode?: (one: Case) => string): readonly Contestant[] {
  const cells = rows.map((row) => ({ tests: cellsOf(row), out: row.out }));
  return [
    ourTable(rows),
    zen(tableGraph(rows), 'out'),
    now(FEELIN, (i) => feelinTable(cells, caseAt(i))),
    ...(asCode === undefined ? [] : [now(CODE, (i) => asCode(caseAt(i)))]),
    handTable(rows),
  ];
}

interface FeelinRow {
  readonly tests: readonly string[];
  readonly out: string;
}

/** Feelin evaluates unary tests, not tables: the loop over the rows is ours, and stops at the first. */
function feelinTable(rows: readonly FeelinRow[], one: Case): string {
  const hit = (test: string, c: number): boolean =>
    test === '' || unaryTest(test, { '?': one[FIELDS[c] ?? 'label'] }).value === true;
  return rows.find(({ tests }) => tests.every(hit))?.out ?? '';
}

export function expressions(): readonly Contestant[] {
  const compiled = compileExpression(EXPRESSION, SCOPE);
  return [
    now(OURS, (i) => plain(compiled.evaluate(scopeAt(i)).value)),
    zen(expressionGraph(EXPRESSION), 'result'),
    now(FEELIN, (i) => feelinEvaluate(EXPRESSION, { ...caseAt(i) }).value),
    now(HAND, (i) => expressionByHand(caseAt(i))),
  ];
}

export function graphs(rows: readonly RuleRow[]): readonly Contestant[] {
  const model = compileModel(graphModel(rows));
  const cells = rows.map((row) => ({ tests: cellsOf(row), out: row.out }));
  const byFeelin = (one: Case): unknown => {
    const fee: unknown = feelinEvaluate(FEE, { ...one }).value;
    return feelinEvaluate(TOTAL, { fee, risk: feelinTable(cells, one) }).value;
  };
  const answer = graphByHand(rows);
  return [
    now(OURS, (i) => plain(model.evaluateDecision('total', scopeAt(i)).value)),
    zen(decisionGraph(rows), 'total'),
    now(FEELIN, (i) => byFeelin(caseAt(i))),
    now(HAND, (i) => answer(caseAt(i))),
  ];
}

function graphModel(rows: readonly RuleRow[]): DmnModel {
  const { inputs, rows: lines } = tableOf(rows);
  const literal = (text: string) => ({ kind: 'literal', text, language: null, typeRef: null }) as const;
  return {
    namespace: 'urn:bench',
    name: 'graph',
    imports: [],
    types: [],
    knowledge: [],
    services: [],
    inputs: FIELDS.map((name) => ({
      id: name,
      name,
      typeRef: name === 'label' || name === 'country' ? 'string' : 'number',
    })),
    decisions: [
      { id: 'fee', name: 'fee', typeRef: 'number', requires: ['amount'], expression: literal(FEE) },
      {
        id: 'risk',
        name: 'risk',
        typeRef: 'string',
        requires: FIELDS,
        expression: {
          kind: 'table',
          typeRef: null,
          hitPolicy: 'FIRST',
          aggregation: null,
          inputs: inputs.map(({ expression }) => ({ expression, typeRef: null, values: null })),
          outputs: [{ name: 'out', typeRef: null, values: null, default: null }],
          rows: lines,
        },
      },
      { id: 'total', name: 'total', typeRef: 'number', requires: ['fee', 'risk'], expression: literal(TOTAL) },
    ],
  };
}

/** A decision of zen-engine, its content compiled once. */
function zen(graph: object, output: string): Contestant {
  const decision = new ZenEngine().createDecision(new ZenDecisionContent(graph));
  const answer = async (i: number): Promise<unknown> => {
    const answered: { readonly result: unknown } = await decision.evaluate(caseAt(i));
    return fieldOf(answered.result, output);
  };
  return { name: ZEN, answer, width: 16 };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const position = { x: 0, y: 0 };
const node = (id: string, type: string, content?: object) => ({
  id,
  name: id,
  type,
  position,
  ...(content === undefined ? {} : { content }),
});
const edge = (sourceId: string, targetId: string) => ({
  id: `${sourceId}-${targetId}`,
  sourceId,
  targetId,
  type: 'edge',
});

function tableContent(rows: readonly RuleRow[], output: string): object {
  return {
    hitPolicy: 'first',
    inputs: FIELDS.map((name) => ({ id: name, name, field: name })),
    outputs: [{ id: output, name: output, field: output }],
    rules: rows.map((row, i) => {
      const [label, country, amount, score] = cellsOf(row);
      return { _id: `r${i}`, label, country, amount, score, [output]: `"${row.out}"` };
    }),
  };
}

function through(middle: ReturnType<typeof node>): object {
  return {
    nodes: [node('in', 'inputNode'), node('out', 'outputNode'), middle],
    edges: [edge('in', middle.id), edge(middle.id, 'out')],
  };
}

const tableGraph = (rows: readonly RuleRow[]): object =>
  through(node('table', 'decisionTableNode', tableContent(rows, 'out')));

const formula = (key: string, value: string) => ({ expressions: [{ id: key, key, value }] });

const expressionGraph = (text: string): object => through(node('sum', 'expressionNode', formula('result', text)));

function decisionGraph(rows: readonly RuleRow[]): object {
  return {
    nodes: [
      node('in', 'inputNode'),
      node('fee', 'expressionNode', formula('fee', FEE)),
      node('risk', 'decisionTableNode', tableContent(rows, 'risk')),
      node('total', 'expressionNode', formula('total', 'risk == "default" ? fee : fee + 100')),
      node('out', 'outputNode'),
    ],
    edges: [edge('in', 'fee'), edge('in', 'risk'), edge('fee', 'total'), edge('risk', 'total'), edge('total', 'out')],
  };
}
