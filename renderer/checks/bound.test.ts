import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { repairOf } from '../document/repairs.ts';
import { initialState } from '../state/transitions.ts';
import { surroundingsOf } from '../state/store.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { check } from './check.ts';

/** Of what the checks say under such surroundings, what concerns a connection that nothing stands behind. */
const unbound = (around: Surroundings) =>
  check({ id: 1, flow: payingFlow(), surroundings: around, policy: STRICT_POLICY }, KINDS).problems.filter(
    ({ code }) => code === 'BINDING_MISSING',
  );
/** What the window makes of the workspace's answer. */
const inWindow = (simulated?: string[]): Surroundings => {
  const { connections, models } = surroundings;
  const workspace = { connections, models, flows: [], documents: {}, policy: STRICT_POLICY, errors: [] };
  const before = initialState();
  return surroundingsOf({
    ...before,
    service: { ...before.service, workspace: simulated === undefined ? workspace : { ...workspace, simulated } },
  });
};

describe('a connection that nothing stands behind on this machine', () => {
  it('is told at each step that uses it, as a doubt, and leads to where connections are looked at', () => {
    const [problem, ...others] = unbound(inWindow([]));
    expect(problem).toMatchObject({ node: 'n_pay', severity: 'warning' });
    expect(problem?.path.slice(-2)).toEqual(['config', 'connection']);
    expect(problem?.message).toContain('“billing”');
    expect(problem?.hint).toContain('systems/billing.system.json');
    expect(others).toEqual([]);
    expect(problem === undefined ? null : repairOf(problem, payingFlow())).toMatchObject({ goTo: 'connections' });
  });

  it('control: is none where one stands, and nothing is said where nobody knows', () => {
    expect(unbound(inWindow(['billing']))).toEqual([]);
    expect(unbound(inWindow())).toEqual([]);
    expect(unbound(surroundings)).toEqual([]);
  });
});
