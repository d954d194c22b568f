import { describe, expect, it } from 'vitest';
import { idOf } from '../flow/testing/build.ts';
import { approval, approvedFlow, call, callFlow, end, programOf, shopFlow } from './testing/flows.ts';
import { contextOf, DONE, failedWith, Play, REFUSED } from './testing/play.ts';
import { digestOfShown } from './task.ts';

const input = { order: '7', amount: 12 };
type Given = Parameters<typeof approvedFlow>[1];
const play = (given: Given = {}, action = 'refund'): Play => new Play(programOf(approvedFlow(action, given)), input);
const CALL = idOf('Call');

describe('an approval', () => {
  it('shows the resolved request that follows, and the digest is over exactly what is shown', () => {
    const { task } = play({ approval: { show: [{ label: 'Amount', value: 'input.amount' }] } }).task;
    expect(task.shown).toMatchObject({
      facts: [{ label: 'Amount', value: 12 }],
      effects: [{ name: 'Call', action: 'refund', class: 'irreversible', request: { order: '7', amount: 12 } }],
    });
    if (task.shown === null) throw new Error('it is shown');
    expect(digestOfShown(task.shown)).toBe(task.digest);
    expect(digestOfShown({ ...task.shown, title: 'x' })).not.toBe(task.digest);
  });

  it('I6 lets go exactly the request that it showed', () => {
    const run = play();
    const agreed = run.task.task.shown?.effects[0]?.digest;
    run.vote('approved');
    expect(run.of('call.intended')[0]?.body.digest).toBe(agreed);
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it('needs as many as it says, each of them another person', () => {
    const run = play({ approval: { count: 2 } });
    run.vote('approved', 'ada');
    expect(run.phase).toBe('tasked');
    expect(run.vote('approved', 'ada')).toMatchObject({ events: [], refused: { code: 'TASK_NOT_PERMITTED' } });
    run.vote('approved', 'ben');
    expect(run.phase).toBe('calling');
    expect(run.of('node.completed').at(-1)?.body.record).toMatchObject({
      by: 'person',
      decisions: [{ person: 'ada' }, { person: 'ben' }],
    });
  });

  it('one who rejects is enough, and nothing is sent', () => {
    const run = play({ approval: { count: 2 } });
    run.vote('approved', 'ada');
    run.vote('rejected', 'ben');
    expect(run.phase).toBe('rejected');
    expect(run.commanded).toEqual([]);
  });

  it('I6 is void when it is about something else than what is shown', () => {
    const run = play();
    const stale = run.vote('approved', 'ada', { shown: 'sha256-stale' });
    expect(stale).toMatchObject({ events: [], commands: [], refused: { code: 'APPROVAL_CHANGED' } });
    expect(run.phase).toBe('tasked');
    run.vote('approved');
    expect(run.phase).toBe('calling');
  });

  it('I6 never approves by timing out', () => {
    const run = play({ approval: { due: 'PT4H' } });
    run.now += 4 * 3600_000 - 1;
    expect(run.say({ stimulus: 'due' }).events).toEqual([]);
    run.wait();
    expect(run.phase).toBe('late');
    expect(run.commanded).toEqual([]);
  });

  it('can be sent back where it says so, and shows what is new when it comes again', () => {
    const run = play({ approval: { sendBack: true } });
    const first = run.task.task.id;
    run.vote('sent back');
    expect(run.task).toMatchObject({ visit: 2 });
    expect(run.task.task.id).not.toBe(first);
    expect(run.say({ stimulus: 'decided', task: first, decision: run.decision('approved') })).toMatchObject({
      events: [],
      refused: { code: 'TASK_CLOSED' },
    });
    run.vote('approved');
    expect(run.phase).toBe('calling');
    expect(play().vote('sent back')).toMatchObject({ events: [], refused: { code: 'TASK_NOT_PERMITTED' } });
  });
});

/** An approval before a read whose answer the following call uses, so that it is not known when it is agreed to. */
const unknownYet = (action: string) =>
  programOf(
    shopFlow()
      .node('Agree', 'approval', approval({ due: 'PT4H' }))
      .node('Look', 'connector', call('read order'))
      .node('Call', 'connector', call(action, { arguments: UNKNOWN[action] }))
      .node('Done', 'end', end('done'))
      .node('Stopped', 'end', end('stopped'))
      .edge('Start', 'next', 'Agree')
      .edge('Agree', 'approved', 'Look')
      .edge('Agree', 'rejected', 'Stopped')
      .edge('Agree', 'timed out', 'Stopped')
      .edge('Look', 'done', 'Call')
      .edge('Look', 'refused', 'Stopped')
      .edge('Call', 'done', 'Done')
      .edge('Call', 'refused', 'Stopped')
      .build(),
  );
const UNKNOWN: Record<string, Record<string, string>> = {
  refund: { order: 'input.order', amount: 'Look.total' },
  'set state': { order: 'input.order', state: 'Look.order' },
};

function atUnknown(action = 'refund'): Play {
  const run = new Play(unknownYet(action), input);
  expect(run.task.task.shown?.effects).toMatchObject([{ action, request: null, digest: null }]);
  run.vote('approved');
  run.performed({
    outcome: 'done',
    status: 200,
    response: contextOf({ order: '7', total: 99, placed: null, note: null }),
  });
  return run;
}

describe('asking again', () => {
  it('I6 an irreversible request that was not known when it was approved is shown before it goes', () => {
    const run = atUnknown();
    expect(run.task).toMatchObject({
      node: CALL,
      task: { shown: { again: true, effects: [{ request: { amount: 99 } }] } },
    });
    expect(run.commands).toEqual([]);
    run.vote('approved', 'ada');
    expect(run.command).toMatchObject({ command: 'perform', node: CALL });
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it('a reversible one goes without', () => {
    expect(atUnknown('set state').command).toMatchObject({ action: 'set state' });
  });

  it('I6 nothing is sent when it is not approved again, or nobody decides in time', () => {
    const rejected = atUnknown();
    rejected.vote('rejected');
    const late = atUnknown();
    late.wait();
    for (const run of [rejected, late]) {
      expect(run.phase).toBe('stopped');
      expect(run.of('node.completed').at(-1)?.body).toMatchObject({
        port: 'refused',
        record: { error: { code: 'APPROVAL_CHANGED' } },
      });
      expect(run.of('call.intended')).toEqual([]);
    }
  });

  it('I6 a request that is no longer the one that was shown is shown again, also a reversible one', () => {
    for (const action of ['refund', 'set state']) {
      const changing: Record<string, Record<string, string>> = {
        refund: { order: 'string(now())', amount: '1' },
        'set state': { order: 'input.order', state: 'string(now())' },
      };
      const run = play({ call: { arguments: changing[action] } }, action);
      run.now += 60_000;
      run.vote('approved');
      expect(run.task.task.shown?.again).toBe(true);
      expect(run.of('call.intended')).toEqual([]);
    }
  });

  it('I6 control: with a request that stays the same nobody is asked again', () => {
    const run = play();
    run.now += 60_000;
    run.vote('approved');
    expect(run.phase).toBe('calling');
  });

  it('I6 one approval lets a request go once: the next visit is shown again', () => {
    const flow = approvedFlow('refund');
    const again = { from: { node: CALL, port: 'refused' }, to: { node: CALL }, back: { maxVisits: 2 } };
    const { [idOf('Refused')]: _, ...nodes } = flow.nodes;
    const program = programOf({ ...flow, nodes, edges: { ...flow.edges, e_005: again } });
    const run = new Play(program, input);
    run.vote('approved');
    run.performed(REFUSED);
    expect(run.task).toMatchObject({ node: CALL, visit: 2, task: { shown: { again: true } } });
    expect(run.commanded).toHaveLength(1);
  });
});

describe('what nobody was asked about', () => {
  it('goes by itself: who may do so is proved before a release', () => {
    const run = new Play(programOf(callFlow('refund')), input);
    expect(run.phase).toBe('calling');
  });

  it('I5 a decision on a case that has ended is refused, and gives no event and no command', () => {
    const run = play();
    const { id } = run.task.task;
    const late = run.decision('approved');
    run.vote('rejected');
    expect(run.say({ stimulus: 'decided', task: id, decision: late })).toMatchObject({
      events: [],
      commands: [],
      refused: { code: 'RUN_ENDED' },
    });
    const failed = failedWith('no');
    const stale = { stimulus: 'performed' as const, path: '', node: CALL, visit: 1, attempt: 1, outcome: failed };
    for (const stimulus of [stale, { stimulus: 'due' as const }, { stimulus: 'recovered' as const }])
      expect(run.say(stimulus)).toEqual({ events: [], commands: [], refused: null, more: false });
  });
});
