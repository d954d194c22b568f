import { describe, expect, it } from 'vitest';
import { SURROUNDINGS } from '../../engine/core/testing/flows.ts';
import { ruleConfig } from '../../engine/program/testing/proof-kit.ts';
import { aiDecision, type AiDecisionConfig } from './config.ts';

const scope = { input: { kind: 'context', open: false, fields: { amount: { kind: 'number' } } } } as const;
const base: AiDecisionConfig = {
  model: 'topic',
  question: 'What?',
  text: '"x"',
  columns: {},
  bar: null,
  timeout: 'PT5S',
};
const table = (rows: readonly (readonly string[])[], more: object = {}) => ({
  ...ruleConfig({ inputs: ['input.amount'], outputs: ['choice'], rows }).table,
  ...more,
});
const person = { role: 'agent', due: null };
const problems = (fallback: unknown) =>
  aiDecision
    .analyse(aiDecision.schema.parse({ ...base, fallback }), scope, SURROUNDINGS)
    .problems.map(({ severity, path }) => `${severity} ${path.join('.')}`);
const exits = (more: Partial<AiDecisionConfig>) => aiDecision.ports({ ...base, ...more }).map(({ id }) => id);

describe('who is asked instead', () => {
  it('exits follow: none but “answered” where somebody answers in the end', () => {
    expect(exits({})).toEqual(['answered', 'uncertain', 'failed']);
    expect(exits({ timedOut: true })).toEqual(['answered', 'uncertain', 'timed out', 'failed']);
    expect(exits({ fallback: { person: { ...person, due: 'PT1H' } } })).toEqual(['answered', 'uncertain', 'failed']);
    expect(exits({ fallback: { person }, timedOut: true })).toEqual(['answered']);
  });

  it('a table gives one of the choices, and a case that no row matches is no problem', () => {
    expect(problems({ table: table([['> 5', '"fraud"']]), person })).toEqual([]);
    expect(problems({ table: table([['> 5', '"nothing of it"']]) })).toEqual(['error fallback.table.rows.0.then.0']);
    expect(problems({ table: table([['> 5', '"fraud"']], { hitPolicy: 'COLLECT' }) })).toContain(
      'error fallback.table.hitPolicy',
    );
    // What cannot be read is found in its cell, as in any table.
    expect(problems({ table: table([['> ', '"fraud"']]) })).toEqual(['error fallback.table.rows.0.when.0']);
  });

  it('is somebody, and another model answers the same question', () => {
    expect(problems({})).toEqual(['warning fallback']);
    expect(problems({ person: { ...person, role: ' ' } })).toEqual(['error fallback.person.role']);
    expect(problems({ model: 'gone' })).toEqual(['error fallback.model']);
    expect(problems({ model: 'topic' })).toEqual([]);
  });

  it('stands in the sentence, and formulas in its table are renamed', () => {
    const config: AiDecisionConfig = {
      ...base,
      fallback: aiDecision.schema.parse({ ...base, fallback: { table: table([['-', '"other"']]), person } }).fallback,
    };
    expect(aiDecision.sentence(config, SURROUNDINGS)).toContain('otherwise 1 row, then agent');
    expect(aiDecision.rename(config, scope, 'input', 'case').fallback?.table?.inputs[0]?.expression).toBe(
      'case.amount',
    );
  });
});
