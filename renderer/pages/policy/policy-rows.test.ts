import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policySchema, STRICT_POLICY, type Policy } from '../../../engine/connections/contract.ts';
import { shop } from '../../../engine/connections/shop.fixture.ts';
import { guardOf } from '../../../engine/program/guard.ts';
import { draftAfter, howOf, policyRows, samePolicy, strangeEntries, withLimit } from './policy-rows.ts';

const connections = { [shop.name]: shop };

describe('the policy’s page', () => {
  it('R1 every action that does something is listed, those that cannot be taken back first', () => {
    const rows = policyRows(STRICT_POLICY, connections);
    const acting = Object.values(shop.actions).filter((action) => action.class !== 'read');
    expect(rows).toHaveLength(acting.length);
    const classes = rows.map(({ action }) => action.class);
    expect(classes).toEqual(classes.toSorted());
  });

  it('R2 what is said of an action is what the engine does: never, freely, or up to the limit', () => {
    const marks = {
      ai: new Set(['n_ai']),
      controlAi: new Set<string>(),
      person: false,
      personal: false,
      protected: false,
    };
    const limit = fc.option(fc.record({ field: fc.constant('amount'), max: fc.nat(500) }));
    fc.assert(
      fc.property(fc.constantFrom(...policyRows(STRICT_POLICY, connections)), limit, (row, given) => {
        const policy = withLimit(STRICT_POLICY, row.entry, given);
        const now = policyRows(policy, connections).find(({ entry }) => entry === row.entry);
        if (now === undefined) throw new Error('the row is gone');
        const [connection = '', action = ''] = row.entry.split('.');
        const guard = guardOf({ connection, action }, row.action.class, marks, policy);
        const said = { never: 'always', free: null, limit: given }[howOf(now)];
        expect(guard).toEqual(said);
      }),
    );
  });

  it('R3 a limit that is set and taken back leaves nothing behind, and what is written is a policy', () => {
    const other: Policy = { ...STRICT_POLICY, withoutPerson: { 'shop.zz': { field: 'a', max: 1 } } };
    const set = withLimit(other, 'shop.refund', { field: 'amount', max: 5 });
    expect(policySchema.safeParse(set).success).toBe(true);
    expect(Object.keys(set.withoutPerson)).toEqual(['shop.refund', 'shop.zz']);
    expect(samePolicy(withLimit(set, 'shop.refund', null), other)).toBe(true);
    expect(samePolicy(set, other)).toBe(false);
    expect(samePolicy({ ...other, fourEyesOnRelease: false }, other)).toBe(true);
    expect(samePolicy({ ...other, fourEyesOnRelease: true }, other)).toBe(false);
  });

  it('R4 lines about what is not there are told apart, so that they can be removed', () => {
    const policy = withLimit(STRICT_POLICY, 'bank.pay', { field: 'amount', max: 5 });
    expect(strangeEntries(policy, connections).map(({ entry }) => entry)).toEqual(['bank.pay']);
    expect(strangeEntries(withLimit(STRICT_POLICY, 'shop.refund', { field: 'sum', max: 5 }), connections)).toEqual([]);
  });

  it('R5 what is changed while the policy is being saved stays, on top of what was saved', () => {
    const [saved, later] = [50, 60].map((max) => withLimit(STRICT_POLICY, 'shop.pay', { field: 'amount', max }));
    if (saved === undefined || later === undefined) throw new Error('there are two');
    expect(draftAfter({ policy: later, base: 'before' }, saved, 'after')).toEqual({ policy: later, base: 'after' });
    expect(draftAfter({ policy: saved, base: 'before' }, saved, 'after')).toBeNull();
    expect(draftAfter(null, saved, 'after')).toBeNull();
  });
});
