import { describe, expect, it } from 'vitest';
import { framesOf } from './frames.ts';
import type { Flow } from '../flow/document.ts';
import { approval, ask, call, callFlow, end, programOf, shopFlow } from './testing/flows.ts';
import { OLGA, SIGNATURE } from './testing/people.ts';
import { answer, DONE, failedWith, Play } from './testing/play.ts';

/** Every open task is approved by somebody. */
function approveAll(run: Play): void {
  for (const { position } of framesOf(run.state)) {
    if (position?.phase !== 'tasked') continue;
    const { id, digest, role } = position.task;
    const decision = { decision: 'approved' as const, person: 'ada', role, comment: '', shown: digest, at: run.now };
    run.say({ stimulus: 'decided', task: id, decision: { ...decision, signature: SIGNATURE } });
  }
}

function answerAll(run: Play): void {
  for (const { path, node, visit } of run.commands)
    run.say({ stimulus: 'answered', path, node, visit, outcome: { outcome: 'answered', answer: answer() } });
}

/** Each answer is approved in its own iteration, and a letter about all of them is posted after. */
const listed = (): Flow =>
  shopFlow()
    .node('Every', 'for-each', { list: '[1, 2]', item: 'one', atOnce: 2 })
    .node('Topic', 'ai-decision', ask())
    .node('Agree', 'approval', approval())
    .node('All', 'join', { wait: 'all', collect: 'Topic.guess' })
    .node('Letter', 'connector', call('post letter', { arguments: { order: 'string join(All, "-")' } }))
    .node('Done', 'end', end('done'))
    .chain('Start', 'Every')
    .edge('Every', 'each', 'Topic')
    .edge('Topic', 'answered', 'Agree')
    .edge('Topic', 'uncertain', 'Agree')
    .edge('Agree', 'approved', 'All')
    .back('Agree', 'rejected', 'Topic', 2)
    .edge('All', 'next', 'Letter')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Done')
    .build();

describe('approvals in iterations', () => {
  it('I6 what follows from all of them is shown before it is sent: nobody has seen it', () => {
    const run = new Play(programOf(listed()), { order: '7' });
    answerAll(run);
    approveAll(run);
    expect(run.of('call.intended')).toEqual([]);
    expect(run.task.task.again).toBe(true);
    expect(run.task.task.shown?.effects[0]?.request).toEqual({ order: 'refund-refund' });
    run.vote('approved');
    expect(run.command).toMatchObject({ action: 'post letter' });
  });
});

describe('a block within a branch that is left', () => {
  it('I8 I9 is gone once what was out is settled, though another branch of it had arrived', () => {
    const flow = shopFlow()
      .node('Outer', 'parallel', { branches: ['a', 'b'] })
      .node('Inner', 'parallel', { branches: ['c', 'd'] })
      .node('Look', 'connector', call('read order'))
      .node('Refund', 'connector', call('refund'))
      .node('Same', 'transform', { fields: { x: '1' } })
      .node('Both', 'join', { wait: 'all', collect: '' })
      .node('First', 'join', { wait: 'any', collect: '' })
      .node('Done', 'end', end('done'))
      .chain('Start', 'Outer')
      .edge('Outer', 'a', 'Look')
      .edge('Outer', 'b', 'Inner')
      .edge('Inner', 'c', 'Refund')
      .edge('Inner', 'd', 'Same')
      .edge('Refund', 'done', 'Both')
      .edge('Refund', 'refused', 'Both')
      .edge('Same', 'next', 'Both')
      .edge('Both', 'next', 'First')
      .edge('Look', 'done', 'First')
      .edge('Look', 'refused', 'First')
      .edge('First', 'next', 'Done')
      .build();
    const run = new Play(programOf(flow), { order: '7', amount: 3 });
    const begun = run.commands;
    for (const node of ['n_look', 'n_refund']) {
      const path = begun.find((one) => one.node === node)?.path ?? '';
      expect(run.state.ended).toBeNull();
      run.say({ stimulus: 'performed', path, node, visit: 1, attempt: 1, outcome: DONE });
    }
    expect(run.state.ended?.result).toBe('done');
  });
});

describe('a deadline while a case is suspended', () => {
  const late = (action: string): Play => {
    const run = new Play({ ...programOf(callFlow(action, {}, false)), deadlineMs: 1000 }, { order: '7', amount: 3 });
    run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });
    run.crash();
    run.now += 5000;
    expect(run.say({ stimulus: 'due' })).toEqual({ events: [], commands: [], refused: null, more: false });
    run.say({ stimulus: 'resumed', by: OLGA, reason: 'looked' });
    return run;
  };

  it('I8 I12 what was out when the engine stopped is seen to when it is resumed, so that the case comes to its end', () => {
    const repeated = late('send parcel');
    expect(repeated.commands).toHaveLength(1);
    expect(late('post letter').position?.phase).toBe('doubted');
  });

  /** What can be taken back was done, and a person is asked. */
  const done = (): Play => {
    const flow = shopFlow()
      .node('State', 'connector', call('set state', { undo: true }))
      .node('Agree', 'approval', approval())
      .node('Done', 'end', end('done'))
      .chain('Start', 'State')
      .edge('State', 'done', 'Agree')
      .edge('State', 'refused', 'Done')
      .edge('Agree', 'approved', 'Done')
      .edge('Agree', 'rejected', 'Done')
      .build();
    const run = new Play({ ...programOf(flow), deadlineMs: 1000 }, { order: '7' });
    run.performed(DONE);
    run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });
    run.now += 5000;
    return run;
  };

  it('P32 I12 nothing is taken back before somebody resumes it; then its time is over', () => {
    const run = done();
    for (const stimulus of ['due', 'recovered', 'continued'] as const)
      expect(run.say({ stimulus })).toMatchObject({ events: [], commands: [] });
    run.crash();
    expect(run.of('run.stopping')).toEqual([]);
    run.say({ stimulus: 'resumed', by: OLGA, reason: 'looked' });
    expect(run.events.slice(-3).map(({ type }) => type)).toEqual(['run.resumed', 'run.stopping', 'undo.intended']);
    run.performed(DONE);
    expect(run.state.ended?.error?.code).toBe('DEADLINE_PASSED');
  });

  it('P32 I12 a person who cancels it has it taken back at once', () => {
    const run = done();
    run.say({ stimulus: 'cancelled', by: OLGA, reason: 'enough', undo: true });
    expect(run.of('undo.intended')).toHaveLength(1);
    run.performed(DONE);
    expect(run.state.ended?.status).toBe('cancelled');
  });

  it('P32 I12 neither does a case that fails while it is suspended take anything back', () => {
    const flow = shopFlow()
      .node('State', 'connector', call('set state', { undo: true }))
      .node('Refund', 'connector', call('refund'))
      .node('Done', 'end', end('done'))
      .chain('Start', 'State')
      .edge('State', 'done', 'Refund')
      .edge('State', 'refused', 'Done')
      .edge('Refund', 'done', 'Done')
      .edge('Refund', 'refused', 'Done')
      .build();
    const run = new Play(programOf(flow), { order: '7', amount: 3 });
    run.performed(DONE);
    const { path, node, visit } = run.command;
    run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });
    run.say({ stimulus: 'performed', path, node, visit, attempt: 1, outcome: failedWith('no', false) });
    expect(run.of('run.stopping')).toHaveLength(1);
    run.crash();
    expect([run.of('undo.intended'), run.commands]).toEqual([[], []]);
    run.say({ stimulus: 'cancelled', by: OLGA, reason: 'enough', undo: false });
    expect(run.refused?.hint).toContain('Resume');
    run.say({ stimulus: 'resumed', by: OLGA, reason: 'looked' });
    run.performed(DONE);
    expect([run.of('undo.intended').length, run.state.ended?.status]).toEqual([1, 'failed']);
  });

  it('begins nothing when the case is resumed after it', () => {
    const flow = shopFlow()
      .node('Call', 'connector', call('send parcel'))
      .node('Next', 'connector', call('refund'))
      .node('Done', 'end', end('done'))
      .chain('Start', 'Call')
      .edge('Call', 'done', 'Next')
      .edge('Call', 'refused', 'Done')
      .edge('Next', 'done', 'Done')
      .edge('Next', 'refused', 'Done')
      .build();
    const resumedAfter = (ms: number): Play => {
      const run = new Play({ ...programOf(flow), deadlineMs: 1000 }, { order: '7', amount: 3 });
      const { path, node, visit } = run.command;
      run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });
      run.say({ stimulus: 'performed', path, node, visit, attempt: 1, outcome: DONE });
      run.now += ms;
      run.say({ stimulus: 'resumed', by: OLGA, reason: 'looked' });
      return run;
    };
    expect(resumedAfter(5000).state.ended?.error?.code).toBe('DEADLINE_PASSED');
    expect(resumedAfter(500).command).toMatchObject({ action: 'refund' });
  });
});

describe('a message that is sent again before its taking is on disk', () => {
  it('P11 is taken once, also by a case that has come to wait for the next', () => {
    const clock = { duration: 'PT1H', time: '', giveUp: 'P1D' };
    const word = { until: 'message', name: 'word', key: 'input.order', fields: {}, ...clock };
    const flow = shopFlow()
      .node('Word', 'wait', word)
      .node('Again', 'transform', { fields: { x: '1' } })
      .node('Done', 'end', end('done'))
      .chain('Start', 'Word')
      .edge('Word', 'arrived', 'Again')
      .edge('Word', 'timed out', 'Done')
      .back('Again', 'next', 'Word', 2)
      .build();
    const run = new Play(programOf(flow), { order: '7' });
    const match = run.position?.phase === 'waiting' ? (run.position.match ?? '') : '';
    const message = { stimulus: 'message' as const, path: '', match, from: 'shop', body: {} };
    run.say({ ...message, id: '1' });
    run.say({ ...message, id: '1' });
    expect([run.refused, run.position?.visit]).toEqual([null, 2]);
    run.say({ ...message, id: '1', body: { word: 'another' } });
    expect([run.refused?.code, run.position?.visit]).toEqual(['RUN_KEY_REUSED', 2]);
    // Another sender's message of that id is another one.
    run.say({ ...message, id: '1', from: 'bank' });
    expect([run.refused, run.position?.visit]).toEqual([null, 3]);
  });
});
