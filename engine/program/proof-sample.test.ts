import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectionSchema, policySchema } from '../connections/contract.ts';
import { flowSchema, type Flow } from '../flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';

const sample = new URL('../../examples/support-desk/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, sample), 'utf8'));

const flow = flowSchema.parse(read('flows/support-desk.flow.json'));
const policy = policySchema.parse(read('policy.json'));
const connections = readdirSync(new URL('connections/', sample))
  .filter((name) => name.endsWith('.connection.json'))
  .map((name) => connectionSchema.parse(read(`connections/${name}`)));
const around = { connections: Object.fromEntries(connections.map((one) => [one.name, one])), models: {} };
const prove = (one: Flow) => proveSafety(one, KINDS, around, policy);

/** The flow with the way past every approval: who would be asked is not. */
function withoutApprovals(): Flow {
  const edges = Object.entries(flow.edges).map(([id, edge]) => {
    const target = flow.nodes[edge.to.node];
    const on = Object.values(flow.edges).find(({ from }) => from.node === edge.to.node && from.port === 'approved');
    return [id, target?.kind === 'approval' && on !== undefined ? { from: edge.from, to: on.to } : edge] as const;
  });
  return { ...flow, edges: Object.fromEntries(edges) };
}

describe('the support desk that is shipped', () => {
  it('S5 is safe under its policy', () => {
    expect(prove(flow).unsafe).toEqual([]);
  });

  it('S5 S10 without its approvals it is refused, with the way to the money', () => {
    const { safe, unsafe } = prove(withoutApprovals());
    expect(safe).toBe(false);
    const credit = unsafe.find((path) => path.effect.action === 'credit account');
    expect(flow.nodes[credit?.ai ?? '']?.kind).toBe('ai-decision');
    expect(credit?.reason).toContain('no person approves it');
  });
});
