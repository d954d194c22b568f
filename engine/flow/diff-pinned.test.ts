import { describe, expect, test } from 'vitest';
import { connectionSchema, STRICT_POLICY, type Connection, type Policy } from '../connections/contract.ts';
import { shop } from '../connections/shop.fixture.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Flow } from './document.ts';
import { flowOf } from './testing/build.ts';
import { diffPinned, diffWholes } from './diff-pinned.ts';
import { pinsOf, type Pinned, type Whole } from './pinned.ts';

const contract: Connection = connectionSchema.parse(shop);
const base: Pinned = { connections: { shop: contract }, models: {}, flows: {}, policy: STRICT_POLICY };
const said = (before: Pinned, after: Pinned): string[] => diffPinned(before, after).map(({ sentence }) => sentence);
const withPolicy = (withoutPerson: Policy['withoutPerson'], more: Partial<Policy> = {}): Pinned => ({
  ...base,
  policy: { ...STRICT_POLICY, withoutPerson, ...more },
});
const retry = { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' };
const irreversible = Object.entries(contract.actions).find(([, action]) => action.class === 'irreversible')?.[0] ?? '';

function withAction(
  name: string,
  change: (action: Connection['actions'][string]) => Connection['actions'][string],
): Pinned {
  const action = contract.actions[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  return { ...base, connections: { shop: { ...contract, actions: { ...contract.actions, [name]: change(action) } } } };
}

describe('what a flow leans on', () => {
  test('the same gives nothing, and every difference of a pin gives a sentence', () => {
    expect(said(base, structuredClone(base))).toEqual([]);
    const others: Pinned[] = [
      { ...base, connections: {} },
      withAction(irreversible, (action) => ({ ...action, title: 'Another' })),
      withPolicy({ 'shop.x': { field: 'amount', max: 1 } }),
      withPolicy({}, { fourEyesOnRelease: true }),
      { ...base, flows: { 'flows/x.flow.json': flowOf('X').build() } },
    ];
    for (const other of others) {
      expect(pinsOf(other)).not.toEqual(pinsOf(base));
      expect(said(base, other).length).toBeGreaterThan(0);
      expect(said(other, base).length).toBeGreaterThan(0);
    }
  });

  test('a contract is told by action and field', () => {
    const changed = withAction(irreversible, ({ request, ...action }) => ({
      ...action,
      request: { ...request, reason: { type: 'string' } },
      http: { ...action.http, path: '/other' },
    }));
    expect(said(base, changed)).toEqual([
      `Connection “shop”: the action “${irreversible}” now takes “reason” (string).`,
      `Connection “shop”: the action “${irreversible}” has another setting: “http.path” changed from “${contract.actions[irreversible]?.http.path ?? ''}” to “/other”.`,
    ]);
    expect(said(changed, base)[0]).toBe(`Connection “shop”: the action “${irreversible}” no longer takes “reason”.`);
    expect(said(base, { ...base, connections: {} })).toEqual(['The flow no longer uses the connection “shop”.']);
  });

  test('the policy says what may go without a person, by what the action is', () => {
    const id = `shop.${irreversible}`;
    const some = withPolicy({ [id]: { field: 'amount', max: 50 } });
    const more = withPolicy({ [id]: { field: 'amount', max: 100 } });
    expect(said(base, some)).toEqual([
      `Policy: “${id}” may go without a person up to 50 of “amount”; always needed one.`,
    ]);
    expect(said(some, more)).toEqual([
      `Policy: “${id}” may go without a person up to 100 of “amount”; was up to 50 of “amount”.`,
    ]);
    expect(said(more, base)).toEqual([`Policy: “${id}” always needs a person; was up to 100 of “amount”.`]);
  });

  test('a sub-flow is told by what changed in it, and its moves are ignored unless asked for', () => {
    const path = 'flows/inner.flow.json';
    const inner = flowOf('Inner').node('Start', 'trigger', { columns: {} }).build();
    const [id = ''] = Object.keys(inner.nodes);
    const moved = { ...inner, layout: { ...inner.layout, [id]: { x: 999, y: 9 } } };
    const renamed = { ...inner, about: { ...inner.about, purpose: 'Another' } };
    const pinned = (flow: typeof inner): Pinned => ({ ...base, flows: { [path]: flow } });
    expect(said(pinned(inner), pinned(moved))).toEqual([]);
    expect(diffPinned(pinned(inner), pinned(moved), { moves: true })).toHaveLength(1);
    const [change] = diffWholes({ flow: inner, pinned: pinned(inner) }, { flow: inner, pinned: pinned(renamed) });
    expect(change).toMatchObject({ what: 'subflow', id: path, path: ['flows', path, 'about', 'purpose'] });
    expect(change?.sentence).toMatch(/^Sub-flow “Inner”: About: “What is it for\?”/);
  });

  test('what a step still names but cannot be read is never told as no longer used', () => {
    const config = { connection: 'shop', action: irreversible, arguments: {}, timeout: 'PT10S', retry };

    const uses = flowOf('Uses').node('Do', 'connector', config).build();
    const without = flowOf('Without').build();
    const unread: Pinned = { ...base, connections: {} };
    const told = (before: Whole, after: Whole) =>
      diffWholes(before, after, { kinds: KINDS }).filter(({ what }) => what === 'connection' || what === 'subflow');
    const [gone, ...others] = told({ flow: uses, pinned: base }, { flow: uses, pinned: unread });
    expect(others).toEqual([]);
    expect(gone).toMatchObject({ change: 'unread', id: 'shop' });
    expect(gone?.sentence).toMatch(/^The connection “shop” cannot be read now/);
    expect(told({ flow: uses, pinned: unread }, { flow: uses, pinned: base })[0]?.change).toBe('unread');
    // Where no step names it any more, it is used no more.
    expect(told({ flow: uses, pinned: base }, { flow: without, pinned: unread })[0]).toMatchObject({
      change: 'removed',
      sentence: 'The flow no longer uses the connection “shop”.',
    });
    // A step that is switched off uses nothing.
    const off: Flow = {
      ...uses,
      nodes: Object.fromEntries(
        Object.entries(uses.nodes).map(([id, node]) => [id, { ...node, disabled: true as const }]),
      ),
    };
    expect(told({ flow: uses, pinned: base }, { flow: off, pinned: unread })[0]?.change).toBe('removed');
  });

  test('what a sub-flow that cannot be read used is not told as no longer used either', () => {
    const path = 'flows/inner.flow.json';
    const outer = flowOf('Outer').node('Inner', 'subflow', { flow: path, arguments: {} }).build();
    const inner = flowOf('Inner').node('Do', 'connector', { connection: 'shop', action: irreversible, arguments: {} });
    const whole = { flow: outer, pinned: { ...base, flows: { [path]: inner.build() } } };
    const lost = { flow: outer, pinned: { ...base, connections: {} } };
    expect(diffWholes(whole, lost, { kinds: KINDS }).map(({ what, change }) => `${what} ${change}`)).toEqual([
      'subflow unread',
    ]);
  });
});
