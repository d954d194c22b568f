import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportDmn } from '../../engine/dmn/exchange/export-dmn.ts';
import { importAsTable } from '../../engine/dmn/exchange/import-dmn.ts';
import { SCOPE, situation, soundTable, valuesOf } from '../../engine/dmn/exchange/testing/tables.ts';
import { compileTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { describeType, formatValue, fromJson } from '../../engine/feel/index.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import type { Step } from '../kind.ts';
import { rule, ruleSchema, tableOf, tablesOf, withTable } from './config.ts';
import type { RuleConfig } from './config.ts';
import { ruleRun } from './run.ts';

const around = { connections: {}, models: {} };
const lines = (text: string): string[] => text.split('\n');

function run(config: RuleConfig, scope: FeelScopeTypes, values: ReadonlyMap<string, FeelValue>): Step {
  const turn = { scope: values, now: 0, visit: 1, aside: [], digest: () => '' };
  return ruleRun.compile(config, scope, around).start(turn);
}

/** Two tables, a formula between them, and input data with a space in its name. */
const CREDIT = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="credit" name="Credit" namespace="urn:credit">
  <itemDefinition name="tRoute"><typeRef>string</typeRef><allowedValues><text>"pay", "ask"</text></allowedValues></itemDefinition>
  <inputData id="i_amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <inputData id="i_income" name="Monthly income"><variable name="Monthly income" typeRef="number"/></inputData>
  <inputData id="i_unused" name="Colour"><variable name="Colour" typeRef="string"/></inputData>
  <decision id="d_share" name="Share">
    <variable name="Share" typeRef="number"/>
    <informationRequirement><requiredInput href="#i_amount"/></informationRequirement>
    <informationRequirement><requiredInput href="#i_income"/></informationRequirement>
    <literalExpression><text>amount / Monthly income</text></literalExpression>
  </decision>
  <decision id="d_risk" name="Risk">
    <variable name="Risk" typeRef="string"/>
    <informationRequirement><requiredDecision href="#d_share"/></informationRequirement>
    <decisionTable id="t_risk" hitPolicy="UNIQUE">
      <input id="c1" label="Share of income"><inputExpression typeRef="number"><text>Share</text></inputExpression></input>
      <output id="c2"><outputValues><text>"low", "high"</text></outputValues></output>
      <rule id="small"><inputEntry><text>&lt; 0.5</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
      <rule id="large"><inputEntry><text>&gt;= 0.5, null</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="d_route" name="Route">
    <variable name="Route" typeRef="tRoute"/>
    <informationRequirement><requiredDecision href="#d_risk"/></informationRequirement>
    <literalExpression><text>if Risk = "low" then "pay" else "ask"</text></literalExpression>
  </decision>
</definitions>
`;

const scope: FeelScopeTypes = {
  amount: { kind: 'number' },
  input: { kind: 'context', open: false, fields: { 'Monthly income': { kind: 'number' } } },
};
const values = (amount: number, income: number): Map<string, FeelValue> =>
  new Map<string, FeelValue>([
    ['amount', fromJson(amount)],
    ['input', new Map<string, FeelValue>([['Monthly income', fromJson(income)]])],
  ]);

function credit(decision: string, branchBy: string | null = null, text = CREDIT): RuleConfig {
  const inputs = { 'Monthly income': 'input.Monthly income' };
  return ruleSchema.parse({ model: { lines: lines(text), decision, inputs }, branchBy });
}

const told = (config: RuleConfig, at: FeelScopeTypes = scope) =>
  rule.analyse(config, at, around).problems.map(({ code, severity, path }) => `${code} ${severity} ${path.join('.')}`);

describe('a rule that is a decision of a model', () => {
  test('runs the decision with all that it requires, and keeps the rows of its own table', () => {
    expect(told(credit('d_risk'))).toEqual([]);
    const step = run(credit('d_risk'), scope, values(10, 100));
    expect(step).toMatchObject({
      step: 'complete',
      port: 'next',
      record: { by: 'rule', rows: ['small'], warnings: [] },
    });
    expect(step.step === 'complete' && formatValue(step.value)).toBe('{Risk: "low"}');
    expect(run(credit('d_route'), scope, values(90, 100))).toMatchObject({ value: 'ask', record: { rows: [] } });
  });

  test('tells what is read and what comes out', () => {
    const { reads, writes } = rule.analyse(credit('d_risk'), scope, around);
    expect(reads).toEqual([['amount'], ['input', 'Monthly income']]);
    expect(writes === null ? null : describeType(writes)).toBe('{Risk: one of "low", "high"} or null');
    expect(rule.sentence(credit('d_risk'), around)).toBe('Risk, of Credit');
  });

  test('branches by an output of the table, and by the values of its type', () => {
    expect(rule.ports(credit('d_risk', 'Risk')).map(({ id }) => id)).toEqual(['low', 'high', 'otherwise']);
    expect(run(credit('d_risk', 'Risk'), scope, values(90, 100))).toMatchObject({ port: 'high' });
    expect(rule.ports(credit('d_route', 'Route')).map(({ id }) => id)).toEqual(['pay', 'ask', 'otherwise']);
    expect(run(credit('d_route', 'Route'), scope, values(1, 100))).toMatchObject({ port: 'pay' });
    expect(told(credit('d_share', 'Share'))).toEqual(['CONFIG error branchBy']);
    expect(told(credit('d_risk', 'Rsik'))).toEqual(['CONFIG error branchBy']);
  });

  test('misses an input that nothing stands for, and only those it needs', () => {
    const { amount: _amount, ...rest } = scope;
    expect(told(credit('d_risk'), rest)).toEqual(['EXPRESSION error model.inputs.amount']);
    const wrong = { ...scope, amount: { kind: 'string' as const } };
    expect(told(credit('d_risk'), wrong)).toEqual(['EXPRESSION_TYPE error model.inputs.amount']);
  });

  test('finds what is wrong in the model, at the cell where it is in one', () => {
    const gap = CREDIT.replace('&gt;= 0.5, null', '&gt; 0.6');
    expect(told(credit('d_risk', null, gap))).toEqual(['TABLE warning model.tables.t_risk.rows']);
    expect(told(credit('d_share', null, gap))).toEqual([]);
    const broken = CREDIT.replace('&lt; 0.5', '&lt; (');
    expect(told(credit('d_risk', null, broken))).toContain('TABLE error model.tables.t_risk.rows.0.when.0');
    expect(told(credit('d_share', null, broken))).toEqual(['EXPRESSION warning model']);
    expect(told(credit('d_gone'))).toEqual(['CONFIG error model.decision']);
    expect(told(credit('d_risk', null, CREDIT.slice(0, 900)))).toEqual(['CONFIG error model.lines']);
    const round = CREDIT.replace('requiredInput href="#i_amount"', 'requiredDecision href="#d_risk"');
    expect(told(credit('d_risk', null, round))).toContain('CONFIG error model');
  });

  test('fails where rows of the model contradict each other', () => {
    const both = credit('d_route', null, CREDIT.replace('&gt;= 0.5, null', '-'));
    expect(run(both, scope, values(1, 100))).toMatchObject({ step: 'fail', error: { code: 'TABLE_OVERLAP' } });
  });

  test('follows a name that changes, in what stands for its inputs and nowhere else', () => {
    const renamed = rule.rename(credit('d_risk'), scope, 'input', 'order');
    expect(renamed.model?.inputs).toEqual({ 'Monthly income': 'order.Monthly income' });
    const implicit = rule.rename(credit('d_risk'), scope, 'amount', 'sum');
    expect(implicit.model?.inputs).toEqual({ 'Monthly income': 'input.Monthly income', amount: 'sum' });
    expect(implicit.model?.lines).toEqual(credit('d_risk').model?.lines);
    expect(rule.rename(credit('d_risk'), scope, 'ticket', 'order')).toEqual(credit('d_risk'));
  });
});

describe('the tables of a model', () => {
  test('are shown, and written back into its document where they changed', () => {
    const config = credit('d_risk');
    const table = tableOf(config);
    if (table === null) throw new Error('there is no table');
    expect(tablesOf(config).map(({ key, owner }) => [key, owner.name])).toEqual([['t_risk', 'Risk']]);
    expect(withTable(config, structuredClone(table))).toBe(config);
    const rows = table.rows.map((row) => (row.id === 'small' ? { ...row, when: ['< 0.4'] } : row));
    const changed = withTable(config, { ...table, rows });
    const differing = changed.model?.lines.filter((line, i) => line !== config.model?.lines[i]);
    expect(differing).toHaveLength(1);
    expect(tableOf(changed)?.rows).toEqual(rows);
    expect(tableOf(credit('d_route'))).toBeNull();
  });

  test('a rule has one or the other', () => {
    const { model } = credit('d_risk');
    const table = tableOf(credit('d_risk'));
    for (const wrong of [{ branchBy: null }, { branchBy: null, table, model }])
      expect(ruleSchema.safeParse(wrong).success).toBe(false);
    expect(ruleSchema.safeParse({ branchBy: null, table }).success).toBe(true);
  });
});

test('a table in a model and the same table taken out of it are the same rule', () => {
  fc.assert(
    fc.property(soundTable, fc.array(situation, { minLength: 1, maxLength: 4 }), (own, situations) => {
      fc.pre(compileTable(own, SCOPE).problems.every(({ severity }) => severity !== 'error'));
      const text = exportDmn(own, 'Route', SCOPE);
      const decision = 'decision_Route';
      const model = ruleSchema.parse({ model: { lines: lines(text), decision, inputs: {} }, branchBy: null });
      const taken = importAsTable(text, decision);
      if (!taken.ok) throw new Error(taken.message);
      const mine = ruleSchema.parse({ table: taken.table, branchBy: null });
      expect(told(model, SCOPE).filter((one) => one.includes(' error '))).toEqual(
        told(mine, SCOPE)
          .filter((one) => one.includes(' error '))
          .map((one) => one.replace(' table.', ' model.tables.decision_Route_table.')),
      );
      for (const one of situations) {
        const [a, b] = [run(model, SCOPE, valuesOf(one)), run(mine, SCOPE, valuesOf(one))];
        expect(a.step).toBe(b.step);
        if (a.step !== 'complete' || b.step !== 'complete') continue;
        expect(formatValue(a.value)).toBe(formatValue(b.value));
        expect(a.record?.by === 'rule' && a.record.rows).toEqual(b.record?.by === 'rule' && b.record.rows);
      }
    }),
    { numRuns: 60 },
  );
});
