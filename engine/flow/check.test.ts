import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFlow, readAndCheck } from './check.ts';
import type { Flow } from './document.ts';
import { graphOf, reachable } from './graph.ts';
import { hasErrors, type ProblemCode } from './problem.ts';
import { comparePaths } from './problems.ts';
import { writeFlow } from './read.ts';
import { arbitraryFlow, START } from './testing/arbitrary.ts';
import { flowOf, idOf, type FlowBuilder } from './testing/build.ts';
import { FAKE_KINDS, NOTHING_AROUND } from './testing/kinds.ts';

const check = (flow: Flow) => checkFlow(flow, FAKE_KINDS, NOTHING_AROUND);
const codes = (builder: FlowBuilder): ProblemCode[] => check(builder.build()).map((problem) => problem.code);

const sound = () =>
  flowOf()
    .input({ amount: { type: 'number' } })
    .node('Start', 'start')
    .node('Ask', 'ai', { reads: ['input.amount'] })
    .node('Boss', 'person')
    .node('Done', 'stop')
    .node('Remark', 'note')
    .edge('Start', 'next', 'Ask')
    .edge('Ask', 'answered', 'Boss')
    .edge('Ask', 'uncertain', 'Boss')
    .edge('Boss', 'approved', 'Done');
const whole = () => sound().back('Boss', 'rejected', 'Ask');

describe('checking a flow', () => {
  it('finds nothing in a sound one', () => {
    expect(check(whole().build())).toEqual([]);
  });

  it('finds each fault by its code, and nothing else that follows from it', () => {
    const cases: readonly [FlowBuilder, readonly ProblemCode[]][] = [
      [flowOf().node('Done', 'stop'), ['TRIGGER_MISSING']],
      [whole().node('Begin', 'start').edge('Begin', 'next', 'Ask'), ['TRIGGER_SEVERAL']],
      [flowOf().node('Start', 'start'), ['END_MISSING', 'PORT_UNWIRED']],
      [sound(), ['PORT_UNWIRED']],
      [sound().edge('Boss', 'rejected', 'Nobody'), ['EDGE_DANGLING']],
      [whole().edge('Nobody', 'next', 'Done'), ['EDGE_DANGLING']],
      [whole().edge('Boss', 'shrugged', 'Done'), ['PORT_UNKNOWN']],
      [whole().edge('Done', 'next', 'Boss'), ['CYCLE_UNMARKED', 'PORT_UNKNOWN']],
      [whole().edge('Boss', 'approved', 'Ask'), ['CYCLE_UNMARKED', 'PORT_TAKEN']],
      [sound().edge('Boss', 'rejected', 'Remark'), ['INPUT_CLOSED']],
      [sound().edge('Boss', 'rejected', 'Start'), ['CYCLE_UNMARKED', 'INPUT_CLOSED']],
      [whole().node('Lost', 'step').edge('Lost', 'next', 'Done'), ['NODE_UNREACHABLE']],
      [sound().edge('Boss', 'rejected', 'Ask'), ['CYCLE_UNMARKED']],
      [sound().edge('Boss', 'rejected', 'Boss'), ['CYCLE_UNMARKED']],
      [sound().back('Boss', 'rejected', 'Done'), ['BACK_EDGE_IDLE']],
      [whole().node('Ask', 'ai', { reads: ['Nobody'] }), ['EXPRESSION']],
      [whole().node('Ask', 'ai', { reads: ['Boss'] }), ['EXPRESSION_NULLABLE']],
      [whole().node('Ask', 'teleport'), ['NODE_KIND_UNKNOWN']],
      [whole().node('Ask', 'ai', { reads: 1 }), ['NODE_CONFIG']],
      [whole().node('if', 'note'), ['NODE_NAME_INVALID']],
      [whole().node('input', 'note'), ['NODE_NAME_INVALID']],
      [whole().node('a - b', 'note'), ['NODE_NAME_INVALID']],
      [whole().node('Remark', 'note', {}, 'n_second'), ['NODE_NAME_TAKEN']],
      [whole().input({ amount: { type: 'number', protected: true } }), ['MODEL_INPUT']],
    ];
    for (const [builder, expected] of cases) expect(codes(builder).toSorted()).toEqual(expected);
  });

  it('finds what a case could never leave, and says so of each step in it', () => {
    const flow = whole()
      .node('Ask', 'ai', { exits: ['answered', 'uncertain', 'lost'] })
      .node('A', 'step')
      .node('B', 'step')
      .edge('Ask', 'lost', 'A')
      .edge('A', 'next', 'B')
      .back('B', 'next', 'A')
      .build();
    expect(check(flow).map(({ code, node }) => [code, node])).toEqual([
      ['NODE_NO_WAY_OUT', idOf('A')],
      ['NODE_NO_WAY_OUT', idOf('B')],
    ]);
  });

  it('leaves an exit that may stay unwired alone', () => {
    expect(
      codes(whole().node('Ask', 'ai', { exits: ['answered', 'uncertain', 'failed'], optional: ['failed'] })),
    ).toEqual([]);
  });

  it('names the steps of a circle and the wire that closes it', () => {
    const [problem] = check(sound().edge('Boss', 'rejected', 'Ask').build());
    expect(problem).toMatchObject({
      code: 'CYCLE_UNMARKED',
      edge: 'e_005',
      message: '“Ask” and “Boss” go round in a circle; the wire from “Boss” (rejected) to “Ask” closes it.',
      hint: 'Mark the wire from “Boss” (rejected) to “Ask” as going back, with how often a case may take it, or lead it elsewhere.',
    });
  });

  it('puts what a kind finds at its place in the document', () => {
    const [problem] = check(
      whole()
        .node('Ask', 'ai', { reads: ['input', 'Nobody'] })
        .build(),
    );
    expect(problem).toMatchObject({ path: ['nodes', idOf('Ask'), 'config', 'reads', 1], node: idOf('Ask') });
  });

  it('takes an empty about as a warning that stops nothing', () => {
    const flow = whole().build();
    flow.about = {
      title: 'T',
      purpose: ' ',
      businessOwner: '',
      flowOwner: '',
      objective: { text: '', baseline: '', target: '' },
    };
    const problems = check(flow);
    expect(problems.map((problem) => problem.code)).toEqual(Array.from({ length: 6 }, () => 'ABOUT_EMPTY'));
    expect(hasErrors(problems)).toBe(false);
  });

  it('is sorted by path, the same each time, and speaks in whole sentences', () => {
    fc.assert(
      fc.property(arbitraryFlow({ kinds: ['step', 'ai', 'person', 'teleport'] }), (flow) => {
        const problems = check(flow);
        expect(problems).toEqual(problems.toSorted((a, b) => comparePaths(a.path, b.path)));
        expect(check(structuredClone(flow))).toEqual(problems);
        for (const { message, hint } of problems) expect([message.at(-1), hint.at(-1)]).toEqual(['.', '.']);
      }),
    );
  });

  it('lets a run that keeps to a flow without errors always come to an end', () => {
    let seen = 0;
    fc.assert(
      fc.property(arbitraryFlow({ maxNodes: 4 }), (flow) => {
        if (hasErrors(check(flow))) return;
        seen += 1;
        const graph = graphOf(flow, FAKE_KINDS);
        const reached = reachable(graph, [START]);
        expect(reached).toEqual(new Set(graph.nodes));
        const leadsOut = reachable(graph, graph.ends, { against: true });
        for (const id of reached) expect(leadsOut.has(id)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(seen).toBeGreaterThan(20);
  });

  it('says all there is to say of a text in one call', () => {
    const flow = whole().node('Ask', 'teleport').build();
    expect(readAndCheck(writeFlow(flow), FAKE_KINDS, NOTHING_AROUND).problems).toEqual(check(flow));
    expect(readAndCheck('{', FAKE_KINDS, NOTHING_AROUND).problems).toHaveLength(1);
  });
});
