import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { checkFlow } from './check.ts';
import { marksOf } from './marks.ts';
import { scopeAt } from './scope.ts';
import { flowOf, type FlowBuilder } from './testing/build.ts';

const AROUND = { connections: {}, models: {} };
const codes = (flow: FlowBuilder): string[] => checkFlow(flow.build(), KINDS, AROUND).map((problem) => problem.code);

/** Start → Fan → First, Second → Both → Done. */
function fanned(wait: 'all' | 'any' = 'all'): FlowBuilder {
  return flowOf()
    .input({ amount: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Fan', 'parallel', { branches: ['a', 'b'] })
    .node('First', 'transform', { fields: { x: 'input.amount' } })
    .node('Second', 'transform', { fields: { y: '2' } })
    .node('Both', 'join', { wait, collect: '' })
    .node('Done', 'end', { result: 'done', value: {} })
    .edge('Start', 'next', 'Fan')
    .edge('Fan', 'a', 'First')
    .edge('Fan', 'b', 'Second')
    .edge('First', 'next', 'Both')
    .edge('Second', 'next', 'Both')
    .edge('Both', 'next', 'Done');
}

function each(collect: string): FlowBuilder {
  return flowOf()
    .node('Start', 'trigger', { columns: {} })
    .node('Every', 'for-each', { list: '[1, 2]', item: 'one', atOnce: 2 })
    .node('Sum', 'transform', { fields: { twice: 'one * 2' } })
    .node('All', 'join', { wait: 'all', collect })
    .node('Done', 'end', { result: 'done', value: {} })
    .edge('Every', 'each', 'Sum')
    .edge('Sum', 'next', 'All')
    .chain('Start', 'Every')
    .chain('All', 'Done');
}

describe('branches', () => {
  it('that come together are sound', () => {
    expect(codes(fanned())).toEqual([]);
    expect(codes(each('Sum.twice'))).toEqual([]);
  });

  it('are seen after the join: all of them always, the first that arrives perhaps', () => {
    const nullableAt = (flow: FlowBuilder) =>
      scopeAt(flow.build(), 'n_done', KINDS, AROUND)['First']?.nullable ?? false;
    expect(nullableAt(fanned('all'))).toBe(false);
    expect(nullableAt(fanned('any'))).toBe(true);
  });

  it('do not see each other', () => {
    expect(Object.keys(scopeAt(fanned().build(), 'n_second', KINDS, AROUND))).toEqual(['input']);
  });

  it('of an iteration see their item; after the join only what was collected is seen', () => {
    const flow = each('Sum.twice').build();
    expect(scopeAt(flow, 'n_sum', KINDS, AROUND)['one']).toEqual({ kind: 'number' });
    expect(scopeAt(flow, 'n_all', KINDS, AROUND)).toMatchObject({ one: { kind: 'number' }, Sum: { kind: 'context' } });
    const after = scopeAt(flow, 'n_done', KINDS, AROUND);
    expect(Object.keys(after).sort()).toEqual(['All', 'input']);
    expect(after['All']).toEqual({ kind: 'list', of: { kind: 'number' } });
  });

  it('control: a branch that ends the case, leaves its block, or has no join is a problem', () => {
    expect(
      codes(
        fanned()
          .node('Over', 'end', { result: 'x', value: {} })
          .node('Third', 'parallel', { branches: ['p', 'q'] }),
      ),
    ).toContain('BLOCK_OPEN');
    const ends = flowOf()
      .node('Start', 'trigger', { columns: {} })
      .node('Fan', 'parallel', { branches: ['a', 'b'] })
      .node('Both', 'join', { wait: 'all', collect: '' })
      .node('Done', 'end', { result: 'done', value: {} })
      .node('Over', 'end', { result: 'over', value: {} })
      .chain('Start', 'Fan')
      .edge('Fan', 'a', 'Both')
      .edge('Fan', 'b', 'Over')
      .chain('Both', 'Done');
    expect(codes(ends)).toContain('BLOCK_END');
    const enters = fanned().node('Rule', 'transform', { fields: { z: '1' } });
    expect(codes(enters.edge('Both', 'next', 'First'))).toContain('BLOCK_CROSSED');
    const alone = flowOf()
      .node('Start', 'trigger', { columns: {} })
      .node('Both', 'join', { wait: 'all', collect: '' })
      .node('Done', 'end', { result: 'done', value: {} })
      .chain('Start', 'Both', 'Done');
    expect(codes(alone)).toContain('JOIN_ALONE');
  });

  it('control: an item that is called like something else is a problem', () => {
    const flow = each('Sum.twice').build();
    const config = flow.nodes['n_every']?.config ?? {};
    config['item'] = 'Sum';
    const found = checkFlow(flow, KINDS, AROUND).filter((problem) => problem.code === 'CONFIG');
    expect(found.map((problem) => problem.node)).toEqual(['n_every']);
  });

  it('control: what an item comes from marks who reads it', () => {
    const flow = each('Sum.twice').build();
    flow.input = { text: { type: 'string', personal: true } };
    const every = flow.nodes['n_every'];
    if (every !== undefined) every.config['list'] = 'split(input.text, ",")';
    expect(marksOf(flow, KINDS, AROUND).get('n_sum')?.personal).toBe(true);
    expect(marksOf(each('Sum.twice').build(), KINDS, AROUND).get('n_sum')?.personal).toBe(false);
  });
});
