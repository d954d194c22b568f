import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policySchema, type Policy } from '../connections/contract.ts';
import { shop } from '../connections/shop.fixture.ts';
import { actionOfEntry, limitFields, policyFindings } from './policy-findings.ts';

const policy = (withoutPerson: Policy['withoutPerson']): Policy => ({
  format: 'countersign.policy',
  version: 1,
  withoutPerson,
});
const connections = { [shop.name]: shop };
const codes = (withoutPerson: Policy['withoutPerson']) =>
  policyFindings(policy(withoutPerson), connections).map(({ code }) => code);

describe('what is wrong with a policy', () => {
  it('F1 an action that there is, limited by a number of its request, is in order', () => {
    const entries = Object.entries(shop.actions).flatMap(([name, action]) =>
      action.class === 'read' ? [] : limitFields(action).map((field) => ({ name: `${shop.name}.${name}`, field })),
    );
    expect(entries.length).toBeGreaterThan(0);
    for (const { name, field } of entries) expect(codes({ [name]: { field, max: 50 } })).toEqual([]);
  });

  it('F2 what is not there, only reads, or is no number is told, at its entry', () => {
    expect(codes({ 'bank.pay': { field: 'amount', max: 1 } })).toEqual(['CONNECTION_UNKNOWN']);
    expect(codes({ 'shop.refnud': { field: 'amount', max: 1 } })).toEqual(['ACTION_UNKNOWN']);
    expect(codes({ 'shop.refund': { field: 'sum', max: 1 } })).toEqual(['FIELD_UNKNOWN']);
    expect(codes({ 'shop.refund': { field: 'order', max: 1 } })).toEqual(['FIELD_NOT_A_NUMBER']);
    const reading = Object.entries(shop.actions).find(([, action]) => action.class === 'read')?.[0] ?? '';
    expect(policyFindings(policy({ [`shop.${reading}`]: { field: 'x', max: 1 } }), connections)).toMatchObject([
      { entry: `shop.${reading}`, code: 'ACTION_READS', severity: 'warning' },
    ]);
  });

  it('F3 names that every object has are no connections, actions or fields', () => {
    const names = fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty');
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(codes({ [`${a}.${b}`]: { field: 'amount', max: 1 } })).toEqual(['CONNECTION_UNKNOWN']);
        expect(codes({ [`shop.${a}`]: { field: 'amount', max: 1 } })).toEqual(['ACTION_UNKNOWN']);
        expect(codes({ 'shop.refund': { field: a, max: 1 } })).toEqual(['FIELD_UNKNOWN']);
        expect(actionOfEntry(`shop.${a}`, connections)).toBeUndefined();
      }),
    );
    expect(policySchema.safeParse(policy({ 'no dot': { field: 'a', max: 1 } })).success).toBe(false);
  });
});
