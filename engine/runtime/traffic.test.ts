import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Play } from '../core/testing/play.ts';
import { moves, PROGRAMS, walk } from '../core/testing/walk.ts';
import { outerEdge, outerNode } from '../flow/inlined-ids.ts';
import type { Program } from '../program/program.ts';
import { KINDS } from '../../nodes/index.ts';
import { Median } from './median.ts';
import { storyOf } from './story.ts';
import { TrafficCount, type Traffic } from './traffic.ts';

function countOf(program: Program, runs: readonly Play[]): Traffic {
  const count = new TrafficCount(program, KINDS);
  for (const run of runs) count.add(storyOf(program, run.journal), run.state.ended !== null);
  return count.get();
}

const plus = (counts: Record<string, number>, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

/** Wires as the events of the runs say, one by one, without a story. */
function naiveWires(program: Program, runs: readonly Play[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const take = (node: string, port: string): void => {
    const edge = program.nodes.get(node)?.ways.get(port)?.edge;
    const drawn = edge === undefined ? null : outerEdge(edge);
    if (drawn !== null) plus(counts, drawn);
  };
  for (const { events } of runs) {
    const branches = new Set<string>();
    for (const [i, event] of events.entries()) {
      const path = 'path' in event ? (event.path ?? '') : '';
      if (path.startsWith('undo:')) continue;
      path.split('/').forEach((part, at, parts) => {
        const branch = parts.slice(0, at + 1).join('/');
        if (part === '' || branches.has(branch)) return;
        branches.add(branch);
        const [fork = '', , key = ''] = part.split(':');
        take(fork, program.nodes.get(fork)?.ways.has('each') === true ? 'each' : key);
      });
      if (event.type === 'run.started') take(program.trigger, 'next');
      if (event.type !== 'node.completed') continue;
      const within = path.split('/').at(-1)?.split(':', 1)[0] ?? '';
      const arrives = program.nodes.get(within)?.block?.join === event.node;
      const after = events[i + 1];
      const fails =
        after !== undefined &&
        (after.type === 'run.stopping' || after.type === 'run.ended') &&
        after.body.error !== null;
      if (!arrives && !(fails && 'node' in after && after.node === event.node)) take(event.node, event.body.port);
    }
  }
  return counts;
}

/** What does not hold of a count: T1 to T3. */
function flawsOf({ flow, nodes }: Program, { nodes: counts, edges, cases }: Traffic): string[] {
  const wrong: string[] = [];
  const wires = Object.entries(flow.edges).filter(([id]) => edges[id] !== undefined);
  for (const [id, { came, went, waiting, left, turns, failed }] of Object.entries(counts)) {
    const into = wires.filter(([, { to }]) => outerNode(to.node) === id);
    const out = wires.filter(([, { from }]) => outerNode(from.node) === id);
    const sum = (some: typeof wires): number => some.reduce((all, [wire]) => all + (edges[wire] ?? 0), 0);
    const begun = flow.nodes[id]?.kind === 'trigger' ? cases : 0;
    if (came !== sum(into) + begun) wrong.push(`T1 ${id}: ${came} came, ${sum(into) + begun} by wires`);
    if (came !== went + waiting + left)
      wrong.push(`T2 ${id}: ${came} came, ${went + waiting + left} are accounted for`);
    if (Math.min(went, waiting, left, turns - failed) < 0) wrong.push(`T2 ${id}: less than none`);
    const fans = nodes.get(id)?.block !== null && nodes.get(id) !== undefined;
    const ends = flow.nodes[id]?.kind === 'end' ? turns : 0;
    if (!fans && turns < sum(out) + ends) wrong.push(`T3 ${id}: ${turns} turns, ${sum(out)} wires`);
    if (!fans && turns > sum(out) + ends + failed)
      wrong.push(`T3 ${id}: ${turns} turns, ${sum(out)} wires, ${failed} failed`);
  }
  return wrong;
}

describe('the traffic of cases', () => {
  it.each(PROGRAMS.map((program) => [program.title, program] as const))(
    'T1 T2 T3 holds of any cases, and is what their events say one by one: %#',
    (_, program) => {
      let waited = 0;
      fc.assert(
        fc.property(fc.array(moves, { minLength: 1, maxLength: 4 }), (all) => {
          const runs = all.map((one) => walk(program, one));
          const traffic = countOf(program, runs);
          expect(flawsOf(program, traffic)).toEqual([]);
          expect(traffic.edges).toEqual(naiveWires(program, runs));
          expect(traffic.cases).toBe(runs.length);
          for (const run of runs) waited += run.state.ended === null ? 1 : 0;
        }),
        { numRuns: 60 },
      );
      expect(waited).toBeGreaterThan(0);
    },
  );

  it('T2 who waits is who stands there', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there is one');
    fc.assert(
      fc.property(moves, (one) => {
        const run = walk(program, one);
        const { nodes } = countOf(program, [run]);
        const waiting = Object.entries(nodes).flatMap(([id, counts]) => (counts.waiting > 0 ? [id] : []));
        expect(waiting).toEqual(run.state.ended === null && run.position !== null ? [run.position.node] : []);
      }),
      { numRuns: 60 },
    );
  });

  it('T1 control: a case that is counted without its first step is noticed', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there is one');
    const run = walk(
      program,
      Array.from({ length: 20 }, () => ['done', 0, 10] as const),
    );
    const count = new TrafficCount(program, KINDS);
    count.add(storyOf(program, run.journal).slice(1), true);
    expect(flawsOf(program, count.get())).not.toEqual([]);
  });

  it('a sub-flow takes as long as its steps, and its failed share is of its turns', () => {
    const program = PROGRAMS[1];
    if (program === undefined) throw new Error('there is one');
    const done = walk(program, [
      ['yes', 0, 600],
      ['done', 0, 400],
    ]);
    const failed = walk(program, [
      ['yes', 0, 100],
      ['given up', 0, 100],
    ]);
    expect([done.phase, failed.state.ended?.status]).toEqual(['done', 'failed']);
    const { nodes } = countOf(program, [done, failed]);
    const id = Object.keys(nodes).find(
      (one) => program.flow.nodes[one]?.kind !== 'trigger' && (nodes[one]?.turns ?? 0) === 2,
    );
    expect(nodes[id ?? '']).toMatchObject({ turns: 2, failed: 1, medianMs: 600 });
  });
});

describe('the middle of many numbers', () => {
  it('is exact of few, and close of many, in bounded memory', () => {
    const of = (values: readonly number[]): number | null => {
      const median = new Median();
      for (const value of values) median.add(value);
      return median.get();
    };
    expect(of([])).toBeNull();
    expect(of([5, 1, 3])).toBe(3);
    expect(of([4, 1, 3, 2])).toBe(2.5);
    const middle = of(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003)) ?? 0;
    expect(Math.abs(middle - 50_000)).toBeLessThan(2_500);
  });
});
