import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffFlows, leafChanges } from './diff.ts';
import { arbitraryFlow } from './testing/arbitrary.ts';
import { flowOf } from './testing/build.ts';
import { valueAt } from './shape.ts';

const some = () =>
  flowOf('Refunds')
    .input({ amount: { type: 'number' } })
    .node('Start', 'start')
    .node('Check', 'step', {
      bar: 0.8,
      rows: [
        { id: 'r1', gives: 'a' },
        { id: 'r2', gives: 'b' },
      ],
    })
    .node('Done', 'stop')
    .edge('Start', 'next', 'Check')
    .edge('Check', 'next', 'Done')
    .place('Check', 1, 2);

const sentences = (before: ReturnType<typeof some>, after: ReturnType<typeof some>, moves = false) =>
  diffFlows(before.build(), after.build(), { moves }).map((change) => change.sentence);

describe('the difference of two flows', () => {
  it('is nothing for equal ones, and its other side the other way round', () => {
    const turn = { added: 'removed', removed: 'added', changed: 'changed', unread: 'unread' } as const;
    fc.assert(
      fc.property(arbitraryFlow({ kinds: ['step', 'ai'] }), arbitraryFlow({ kinds: ['step', 'ai'] }), (a, b) => {
        expect(diffFlows(a, structuredClone(a), { moves: true })).toEqual([]);
        const there = diffFlows(a, b);
        const back = diffFlows(b, a);
        expect(back.map(({ path, change, before, after }) => [path, change, before, after])).toEqual(
          there.map(({ path, change, before, after }) => [path, turn[change], after, before]),
        );
        for (const { path, before, after } of there.filter((change) => change.path[0] === 'nodes')) {
          expect([valueAt(a, path), valueAt(b, path)]).toEqual([before, after]);
        }
      }),
    );
  });

  it('speaks of what the person drew', () => {
    const after = flowOf('Refunds', { businessOwner: 'Bo' })
      .input({ amount: { type: 'number', personal: true }, tier: { type: 'string' } })
      .node('Start', 'start')
      .node(
        'Check it',
        'step',
        {
          bar: 0.9,
          rows: [
            { id: 'r2', gives: 'c' },
            { id: 'r1', gives: 'a' },
          ],
        },
        'n_check',
      )
      .node('Done', 'stop')
      .node('Tell', 'step')
      .edge('Start', 'next', 'Check')
      .back('Check', 'next', 'Start', 1)
      .edge('Tell', 'next', 'Done')
      .place('Check', 3, 2);
    expect(sentences(some(), after)).toEqual([
      'About: “Answers for the result” changed from “Bea” to “Bo”.',
      'The input field “amount” changed: “personal” changed from no to yes.',
      'The input field “tier” was added.',
      '“Check it”: “bar” changed from 0.8 to 0.9.',
      '“Check it”: “rows.r2.gives” changed from “b” to “c”.',
      'The step “Check” is now called “Check it”.',
      'The step “Tell” (step) was added.',
      'The wire from “Check” (next) to “Done” is now from “Check it” (next) to “Start”, going back at most 1 time.',
      'The wire from “Tell” (next) to “Done” was added.',
    ]);
    expect(sentences(after, flowOf('Refunds')).slice(-3)).toContain(
      'The wire from “Tell” (next) to “Done” was removed.',
    );
  });

  it('leaves moves out unless it is asked for them', () => {
    expect(sentences(some(), some().place('Check', 3, 2))).toEqual([]);
    expect(sentences(some(), some().place('Check', 3, 2), true)).toEqual(['“Check” was moved.']);
  });

  it('says that a list was put in another order', () => {
    expect(leafChanges([{ id: 'a' }, { id: 'b' }], [{ id: 'b' }, { id: 'a' }])).toHaveLength(1);
    expect(leafChanges([1, 2], [1, 3])).toEqual([{ path: [1], before: 2, after: 3 }]);
  });

  it('tells of a decision table by row and cell, in its place among the rest of the step', () => {
    const table = (hitPolicy: string, ...cells: readonly string[]) => ({
      hitPolicy,
      inputs: [{ id: 'i1', label: 'amount', expression: 'input.amount' }],
      outputs: [{ id: 'o1', name: 'decision' }],
      rows: cells.map((cell, i) => ({ id: `r${i}`, when: [cell], then: ['1'] })),
    });
    const ruled = (config: Record<string, unknown>) => flowOf('Rules').node('Route', 'rule', config);
    const before = ruled({ branchBy: 'a', table: table('FIRST', '< 100', '-'), zeal: 1 });
    const after = ruled({ branchBy: 'b', table: table('UNIQUE', '< 150', '-', '7'), zeal: 2 });
    const changes = diffFlows(before.build(), after.build());
    expect(changes.map((change) => change.sentence)).toEqual([
      '“Route”: “branchBy” changed from “a” to “b”.',
      '“Route”: the hit policy was FIRST, is UNIQUE.',
      '“Route”: row 1: “amount” was “< 100”, is “< 150”.',
      '“Route”: row 3 was added: “amount” “7”, “decision” “1”.',
      '“Route”: “zeal” changed from 1 to 2.',
    ]);
    expect(changes[2]).toMatchObject({
      path: ['nodes', 'n_route', 'config', 'table', 'rows', 'r0', 'when', 'i1'],
      before: '< 100',
      after: '< 150',
    });
  });

  it('tells of a table that is none, and of one that only has other ids', () => {
    const ids = (id: string) => ({
      hitPolicy: 'FIRST',
      inputs: [],
      outputs: [{ id, name: 'decision' }],
      rows: [],
    });
    const ruled = (table: unknown) => flowOf('Rules').node('Route', 'rule', { table });
    expect(sentences(ruled(ids('a')), ruled(ids('b')))).toEqual([
      '“Route”: the table is written in another way (ids, empty texts) and says the same.',
    ]);
    expect(sentences(ruled(ids('a')), ruled('gone'))).toEqual(['“Route”: “table” changed from an object to “gone”.']);
  });
});
