import { expect, test } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { check } from '../checks/check.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { removeThings } from './commands.ts';
import { repairOf } from './repairs.ts';

const checked = (flow: Flow) => check({ id: 1, flow, surroundings, policy: STRICT_POLICY }, KINDS);
let next = 0;
const freshId = (prefix: string): string => `${prefix}_safe${(next += 1)}`;

/** Every wire that a repair of this flow would draw, as `step.exit to step`. */
function wiresOffered(flow: Flow): string[] {
  return checked(flow).problems.flatMap((problem) => {
    const repair = repairOf(problem, flow);
    if (repair === null || !('change' in repair)) return [];
    const { edges } = repair.change(flow, freshId).flow;
    return Object.entries(edges).flatMap(([id, { from, to }]) =>
      Object.hasOwn(flow.edges, id) ? [] : [`${from.node}.${from.port} to ${to.node}`],
    );
  });
}

const without = (...edges: string[]): Flow => removeThings(payingFlow(), { nodes: [], edges });

test('R9 what was refused, or was not sure, is never offered to lead to an effect', () => {
  const refused = wiresOffered(without('e_4', 'e_5'));
  expect(refused).toContain('n_ask.approved to n_pay');
  expect(refused).not.toContain('n_ask.rejected to n_pay');
  const unsure = wiresOffered(without('e_4', 'e_3'));
  expect(unsure).toContain('n_ask.approved to n_pay');
  expect(unsure).not.toContain('n_topic.uncertain to n_pay');
  // With the good exit wired elsewhere, no exit is offered for the effect.
  const flow = without('e_4', 'e_5');
  const away: Flow = {
    ...flow,
    edges: { ...flow.edges, e_4: { from: { node: 'n_ask', port: 'approved' }, to: { node: 'n_end' } } },
  };
  expect(wiresOffered(away).filter((wire) => wire.endsWith('to n_pay'))).toEqual([]);
});

test('R9 control: it may lead to a person who approves what follows', () => {
  expect(wiresOffered(without('e_2', 'e_3'))).toContain('n_topic.uncertain to n_ask');
});
