import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import { tryTable } from '../../../engine/dmn/try-table.ts';
import { feelEquals, fromJson, type FeelScopeTypes, type FeelType } from '../../../engine/feel/index.ts';
import { payingFlow } from '../../test-kit/flows.ts';
import { valuesOfCase } from './case-values.ts';
import { fieldsOf, givenBy, readValue, writeValue } from './fields.ts';

const scope: FeelScopeTypes = {
  topic: { kind: 'context', open: false, fields: { guess: { kind: 'choice', values: ['refund', 'other'] } } },
  ticket: {
    kind: 'context',
    open: false,
    fields: { amount: { kind: 'number' }, since: { kind: 'date' }, tags: { kind: 'list', of: { kind: 'string' } } },
  },
};
const table: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [
    { id: 'i1', expression: 'topic.guess' },
    { id: 'i2', expression: 'ticket.amount' },
  ],
  outputs: [{ id: 'o1', name: 'pay' }],
  rows: [
    { id: 'r1', when: ['"refund"', '<= 50'], then: ['ticket.amount'] },
    { id: 'r2', when: ['-', '-'], then: ['0'] },
  ],
};

describe('trying a table', () => {
  it('Y1 asks for what the table reads; a record read as a whole is asked for by its fields', () => {
    expect(fieldsOf(table, scope).map(({ key }) => key)).toEqual(['ticket.amount', 'topic.guess']);
    const whole = {
      ...table,
      inputs: [
        { id: 'i1', expression: 'topic' },
        { id: 'i2', expression: 'ticket' },
      ],
    };
    expect(fieldsOf(whole, scope).map(({ key }) => key)).toEqual([
      'ticket.amount',
      'ticket.since',
      'ticket.tags',
      'topic.guess',
    ]);
  });

  it('Y2 what is given is what the table sees', () => {
    const fields = fieldsOf(table, scope);
    const { values, faults } = givenBy(
      fields,
      new Map([
        ['topic.guess', 'refund'],
        ['ticket.amount', '12.50'],
      ]),
    );
    expect(faults.size).toBe(0);
    expect(tryTable(table, scope, values, { now: null }).chosen).toEqual(['r1']);
    expect(givenBy(fields, new Map([['ticket.amount', 'twelve']])).faults).toEqual(new Set(['ticket.amount']));
  });

  it('Y3 a value that was written is read again', () => {
    const anyJson = fc.oneof(
      fc.record({ type: fc.constant<FeelType>({ kind: 'number' }), json: fc.integer() }),
      fc.record({ type: fc.constant<FeelType>({ kind: 'boolean' }), json: fc.boolean() }),
      fc.record({
        type: fc.constant<FeelType>({ kind: 'string' }),
        json: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
      }),
      fc.record({
        type: fc.constant<FeelType>({ kind: 'list', of: { kind: 'number' } }),
        json: fc.array(fc.integer(), { maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(anyJson, ({ type, json }) => {
        const read = readValue(writeValue(fromJson(json), type), type);
        expect(read !== undefined && feelEquals(read, fromJson(json))).toBe(true);
      }),
    );
  });

  it('Y4 a scenario gives what its steps said before it came to the table, and says what it does not tell', () => {
    const flow = payingFlow();
    const [first, second] = Object.keys(flow.nodes);
    const name = flow.nodes[first ?? '']?.name ?? '';
    const types: FeelScopeTypes = {
      [name]: { kind: 'context', open: false, fields: { a: { kind: 'number' } } },
      input: { kind: 'any' },
    };
    const course = { path: '', state: 'done' as const, settledAt: 1, fromMs: 0, tookMs: 0, read: [], moments: [] };
    const step = { ...course, visit: 1, port: 'next', edge: null, record: null, atMs: 0, sentence: '' };
    const trace = [
      { ...step, node: first ?? '', value: { a: 3 } },
      { ...step, node: second ?? '', value: null },
    ];
    const fields = [
      { path: [name, 'a'], key: `${name}.a`, type: { kind: 'number' } as const },
      { path: ['input', 'x'], key: 'input.x', type: { kind: 'any' } as const },
    ];
    const found = valuesOfCase(trace, { flow, node: second ?? '', scope: types }, fields);
    expect(found).toEqual({ reached: true, texts: new Map([[`${name}.a`, '3']]), untold: ['input.x'] });
    expect(valuesOfCase(trace, { flow, node: 'elsewhere', scope: types }, fields).reached).toBe(false);
  });
});
