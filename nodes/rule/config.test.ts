import { describe, expect, test } from 'vitest';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { rule, ruleSchema } from './config.ts';
import type { RuleConfig } from './config.ts';

const scope: Record<string, FeelType> = { amount: { kind: 'number' } };

function config(
  cells: readonly string[],
  table: Partial<DecisionTable> = {},
  branchBy: string | null = null,
): RuleConfig {
  return ruleSchema.parse({
    table: {
      hitPolicy: 'UNIQUE',
      inputs: [{ id: 'i', expression: 'amount' }],
      outputs: [{ id: 'o', name: 'route', values: ['pay', 'stop'] }],
      rows: cells.map((cell, r) => ({ id: `r${r}`, when: [cell], then: ['"pay"'] })),
      ...table,
    },
    branchBy,
  });
}

const problems = (of: RuleConfig) =>
  rule
    .analyse(of, scope, { connections: {}, models: {} })
    .problems.map(({ code, severity, path }) => [code, severity, path.join('.')].join(' '));

const withDefault = { outputs: [{ id: 'o', name: 'route', values: ['pay', 'stop'], default: '"stop"' }] };

describe('a rule', () => {
  test('whose rows overlap under UNIQUE is wrong before it runs', () => {
    expect(problems(config(['<= 50', '>= 50']))).toEqual(['TABLE error table.rows.1']);
    expect(problems(config(['<= 50', '> 50']))).toEqual([]);
    expect(problems(config(['<= 50', '-'], { hitPolicy: 'FIRST' }))).toEqual([]);
  });

  test('with a gap is warned of, unless defaults or a list say what then', () => {
    const gap = ['TABLE warning table.rows'];
    expect(problems(config(['< 50']))).toEqual(gap);
    expect(problems(config(['< 50'], withDefault))).toEqual([]);
    expect(problems(config(['< 50'], withDefault, 'route'))).toEqual(gap);
    expect(problems(config(['< 50'], { hitPolicy: 'COLLECT' }))).toEqual([]);
  });

  test('with a row that never counts is warned of', () => {
    expect(problems(config(['-', '< 50'], { hitPolicy: 'FIRST' }))).toEqual(['TABLE warning table.rows.1']);
    expect(problems(config(['[9..1]', '-']))).toEqual(['TABLE warning table.rows.0.when.0']);
  });

  test('an output outside its values is told once', () => {
    const rows = [{ id: 'r', when: ['< 50'], then: ['"refund"'] }];
    expect(problems(config([], { rows }))).toEqual(['TABLE error table.rows.0.then.0', 'TABLE warning table.rows']);
  });

  test('says what was not analysed, at the cell, unless the cell has a problem of its own', () => {
    expect(problems(config(['> amount + 1', '< 5']))).toEqual(['TABLE warning table.rows.0.when.0']);
    expect(problems(config(['((', '-']))).toEqual(['TABLE error table.rows.0.when.0']);
    const twice = {
      inputs: [
        { id: 'i', expression: 'amount + 1' },
        { id: 'j', expression: 'amount' },
      ],
    };
    const rows = [
      { id: 'r', when: ['< 5', '-'], then: ['"pay"'] },
      { id: 's', when: ['-', '> 5'], then: ['"pay"'] },
    ];
    expect(problems(config([], { ...twice, rows }))).toContain('TABLE warning table.inputs.0');
  });

  test('has its example in what is said of an overlap or a gap', () => {
    const { problems: all } = rule.analyse(config(['< 50', '[40..60]']), scope, { connections: {}, models: {} });
    expect(all.map(({ message }) => /“amount” is [\d.-]+/.test(message))).toEqual([true, true]);
  });
});
