import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import type { Whole } from '../../engine/flow/pinned.ts';
import { wholeOf } from '../../engine/program/pinned.ts';
import { KINDS } from '../../nodes/index.ts';
import { removeThings } from '../document/commands.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { compare, pinChange, stepped } from './compare.ts';
import { wordDiff } from './word-diff.ts';

const whole = (flow: Flow, around = surroundings): Whole => wholeOf(flow, KINDS, around, STRICT_POLICY);
const config = (flow: Flow, id: string, some: Record<string, unknown>): Flow => {
  const node = flow.nodes[id];
  if (node === undefined) throw new Error(`no step ${id}`);
  return { ...flow, nodes: { ...flow.nodes, [id]: { ...node, config: { ...node.config, ...some } } } };
};

describe('word by word', () => {
  const text = array(constantFrom('amount', ' ', '>', '50', '"a b"', '\n', 'input.x', 'é'), { maxLength: 30 }).map(
    (all) => all.join(''),
  );

  test('what is not added is the text before, what is not removed the text after, and equal texts have no change', () => {
    assert(
      property(text, text, (before, after) => {
        const all = wordDiff(before, after);
        const but = (change: string) =>
          all
            .filter((one) => one.change !== change)
            .map((one) => one.text)
            .join('');
        expect(but('added')).toBe(before);
        expect(but('removed')).toBe(after);
        expect(all.every((one) => one.change === 'same')).toBe(before === after);
      }),
    );
  });

  test('only the words that changed are marked, also in a text that is long', () => {
    expect(wordDiff('amount > 50 and gold', 'amount > 100 and gold')).toEqual([
      { text: 'amount > ', change: 'same' },
      { text: '50', change: 'removed' },
      { text: '100', change: 'added' },
      { text: ' and gold', change: 'same' },
    ]);
    const long = Array.from({ length: 3000 }, (_, i) => `line ${i}\n`).join('');
    const marked = wordDiff(long, long.replace('line 1500\n', 'other\n')).filter((one) => one.change !== 'same');
    expect(marked.map(({ text: part }) => part)).toEqual(['line 1500', 'other']);
  });
});

describe('a comparison', () => {
  test('a flow with itself has nothing to show, moved or not', () => {
    const flow = payingFlow();
    const moved = { ...flow, layout: { ...flow.layout, n_ask: { x: 7, y: 7 } } };
    expect(compare(whole(flow), whole(flow), { moves: true }).groups).toEqual([]);
    expect(compare(whole(flow), whole(moved), { moves: false }).groups).toEqual([]);
    const [group] = compare(whole(flow), whole(moved), { moves: true }).groups;
    expect(group).toMatchObject({ what: 'node', id: 'n_ask', mark: 'moved' });
  });

  test('what was removed is a ghost where it was, with its wires; the way back shows it as added', () => {
    const before = payingFlow();
    const after = removeThings(before, { nodes: ['n_ask'], edges: [] });
    const { marks, groups } = compare(whole(before), whole(after), { moves: false });
    expect(marks.ghosts).toEqual([{ id: 'n_ask', node: before.nodes['n_ask'], place: { x: 600, y: 0 } }]);
    expect(marks.ghostEdges.map(([id]) => id)).toEqual(['e_2', 'e_4', 'e_5']);
    expect(groups.map(({ key, mark }) => `${key} ${mark}`)).toEqual([
      'node n_ask removed',
      'edge e_2 removed',
      'edge e_4 removed',
      'edge e_5 removed',
    ]);
    const back = compare(whole(after), whole(before), { moves: false }).marks;
    expect(back.nodes).toEqual(new Map([['n_ask', 'added']]));
    expect([...back.edges.values()]).toEqual(['added', 'added', 'added']);
    expect(back.ghosts).toEqual([]);
  });

  test('all changes of one step are one group, and a change within it is a change of the step', () => {
    const before = payingFlow();
    const after = config(before, 'n_topic', { text: 'input.message + "x"', bar: 0.9 });
    const { groups, marks, changes } = compare(whole(before), whole(after), { moves: false });
    expect(groups).toHaveLength(1);
    expect(groups[0]?.changes).toEqual(changes);
    expect(changes).toHaveLength(2);
    expect(marks.nodes).toEqual(new Map([['n_topic', 'changed']]));
  });

  test('a contract that changed marks the steps that lean on it, with its digests', () => {
    const flow = payingFlow();
    const { billing } = surroundings.connections;
    if (billing === undefined) throw new Error('there is billing');
    const other = { ...surroundings, connections: { billing: { ...billing, owner: 'Others' } } };
    const [before, after] = [whole(flow), whole(flow, other)];
    const { groups, marks } = compare(before, after, { moves: false });
    expect(marks.nodes).toEqual(new Map([['n_pay', 'leans']]));
    const [group] = groups;
    if (group === undefined) throw new Error('there is a group');
    expect(group).toMatchObject({ what: 'connection', id: 'billing', nodes: ['n_pay'] });
    const pins = pinChange(group, before.pinned, after.pinned);
    expect(pins?.before).toMatch(/^sha256-[0-9a-f]{12}$/);
    expect(pins?.before).not.toBe(pins?.after);
  });

  test('a contract that cannot be read is not said to be used no more', () => {
    const flow = payingFlow();
    const { groups, marks } = compare(whole(flow), whole(flow, { ...surroundings, connections: {} }), { moves: false });
    expect(groups.map(({ what, mark }) => `${what} ${mark}`)).toEqual(['connection unread']);
    expect(groups[0]?.changes[0]?.sentence).not.toContain('no longer');
    expect(marks.nodes).toEqual(new Map([['n_pay', 'leans']]));
  });

  test('next and previous go around', () => {
    expect([stepped(null, 1, 3), stepped(null, -1, 3), stepped(2, 1, 3), stepped(0, -1, 3), stepped(0, 1, 0)]).toEqual([
      0,
      2,
      0,
      2,
      null,
    ]);
  });
});
