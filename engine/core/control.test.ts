import { describe, expect, it } from 'vitest';
import { callName } from './call-name.ts';
import type { Policy } from '../connections/contract.ts';
import { flowOf } from '../flow/testing/build.ts';
import { AROUND, policyOf } from '../program/testing/proof-kit.ts';
import { topicFirst } from '../program/testing/prove.ts';
import { programOf, shopWith, SURROUNDINGS } from './testing/flows.ts';
import { OLGA } from './testing/people.ts';
import { AT, DONE, failedWith, Play, REFUSED } from './testing/play.ts';

const retry = { attempts: 2, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' };
const call = (action: string, args: Record<string, string>, undo = false) => ({
  connection: 'shop',
  action,
  arguments: args,
  timeout: 'PT5S',
  retry,
  ...(undo ? { undo } : {}),
});
const state = (value: string) => call('set state', { order: 'input.order', state: `"${value}"` }, true);

/** Start → First → Second → Send → Done, where the first two are taken back when the case fails. */
const program = (deadline: string | null = null, around = SURROUNDINGS) =>
  programOf(
    flowOf()
      .input({ order: { type: 'string' } })
      .node('Start', 'trigger', { columns: {}, deadline })
      .node('First', 'connector', state('one'))
      .node('Second', 'connector', state('two'))
      .node('Send', 'connector', call('refund', { order: 'input.order', amount: '1' }))
      .node('Done', 'end', { result: 'done', value: {} })
      .node('Not', 'end', { result: 'not', value: {} })
      .edge('Start', 'next', 'First')
      .edge('First', 'done', 'Second')
      .edge('First', 'refused', 'Not')
      .edge('Second', 'done', 'Send')
      .edge('Second', 'refused', 'Not')
      .edge('Send', 'done', 'Done')
      .edge('Send', 'refused', 'Not')
      .build(),
    around,
  );

const atSend = (deadline: string | null = null): Play => {
  const run = new Play(program(deadline), { order: '7' });
  run.performed(DONE);
  run.performed(DONE);
  return run;
};
const requests = (run: Play) =>
  run.of('undo.intended').map(({ node, body }) => [node, body.action, body.request.get('state')]);

describe('compensation', () => {
  it('takes nothing back by what cannot be taken back itself: nobody would be asked', () => {
    const takenBackBy = (action: string) => () =>
      program(null, shopWith('set state', { undo: { action, within: 'P1D', arguments: { order: 'request.order' } } }));
    expect(takenBackBy('post letter')).toThrow('without anybody being asked');
    expect(takenBackBy('read order')).not.toThrow();
  });

  it('I2 I3 takes back what was done, the last first, each under a key of its own and on record before it is sent', () => {
    const run = atSend();
    run.performed(failedWith('no', false));
    expect(run.state.ended).toBeNull();
    run.performed(DONE);
    run.performed(DONE);
    expect(requests(run)).toEqual([
      ['n_second', 'set state', 'open'],
      ['n_first', 'set state', 'open'],
    ]);
    expect(run.phase).toBe('failed');
    const keys = run.of('undo.intended').map(({ body }) => body.key);
    expect(new Set([...keys, ...run.of('call.intended').map(({ body }) => body.key)]).size).toBe(5);
    expect(run.state.effects).toEqual([]);
  });

  it('control: a case that ends as it should takes nothing back', () => {
    const run = atSend();
    run.performed(DONE);
    expect([run.phase, run.of('undo.intended').length]).toEqual(['done', 0]);
  });

  it('goes on with the next when one cannot be taken back, and says so', () => {
    const run = atSend();
    run.performed(failedWith('no', false));
    run.performed(REFUSED);
    run.performed(DONE);
    expect(run.of('effect.undone').map(({ body }) => body.outcome)).toEqual(['refused', 'undone']);
    expect(run.phase).toBe('failed');
  });

  it('is tried again under the same key, and goes on after a crash', () => {
    const run = atSend();
    run.performed(failedWith('no', false));
    run.performed(failedWith('maybe'));
    run.now += 5000;
    run.say({ stimulus: 'due' });
    const [key] = run.of('undo.intended').map(({ body }) => body.key);
    expect(run.command).toMatchObject({ key, attempt: 2 });
    run.crash();
    expect(run.command).toMatchObject({ key });
    run.performed(DONE);
    run.performed(DONE);
    expect(run.phase).toBe('failed');
  });

  it('is not begun once it is too late for it', () => {
    const run = atSend();
    run.now += 2 * 86_400_000;
    run.performed(failedWith('no', false));
    expect(run.of('effect.undone').map(({ body }) => body.outcome)).toEqual(['too late', 'too late']);
    expect(run.commands).toEqual([]);
    expect(run.phase).toBe('failed');
  });
});

describe('cancelling', () => {
  const cancel = (run: Play, undo: boolean) => run.say({ stimulus: 'cancelled', by: OLGA, reason: 'a mistake', undo });

  it('lets what is out come back, takes back what can be, and is on record with who and why', () => {
    const run = atSend();
    cancel(run, true);
    expect(run.of('run.stopping')).toMatchObject([{ body: { cancelled: { by: OLGA, reason: 'a mistake' } } }]);
    expect(run.commands).toEqual([]);
    const { node, visit } = { node: 'n_send', visit: 1 };
    run.say({ stimulus: 'performed', path: '', node, visit, attempt: 1, outcome: DONE });
    run.performed(DONE);
    run.performed(DONE);
    expect(run.state.ended).toMatchObject({ status: 'cancelled' });
    expect(run.of('undo.intended')).toHaveLength(2);
  });

  it('keeps what was done when asked to', () => {
    const run = atSend();
    cancel(run, false);
    run.say({ stimulus: 'performed', path: '', node: 'n_send', visit: 1, attempt: 1, outcome: DONE });
    expect([run.state.ended?.status, run.of('undo.intended').length]).toEqual(['cancelled', 0]);
  });

  it('I5 of a case that has ended, or is ending, is refused', () => {
    const run = atSend();
    cancel(run, true);
    cancel(run, true);
    expect(run.refused).toMatchObject({ code: 'RUN_ENDED' });
    const over = atSend();
    over.performed(DONE);
    expect(cancel(over, true).refused).toMatchObject({ code: 'RUN_ENDED' });
  });
});

describe('suspending', () => {
  const suspend = (run: Play) => run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });
  const resume = (run: Play, lost: boolean) =>
    run.say({
      stimulus: 'resumed',
      by: OLGA,
      reason: 'looked',
      awaited: new Set(lost ? [] : run.commanded.map(callName)),
    });

  it('P32 begins nothing until it is resumed, and takes in what comes back', () => {
    const run = new Play(program(), { order: '7' });
    suspend(run);
    run.say({ stimulus: 'performed', path: '', node: 'n_first', visit: 1, attempt: 1, outcome: DONE });
    expect(run.of('node.completed')).toHaveLength(1);
    expect(run.of('call.intended')).toHaveLength(1);
    run.crash();
    expect(run.commands).toEqual([]);
    resume(run, true);
    expect(run.of('call.intended')).toHaveLength(2);
    expect(run.commands).toHaveLength(1);
  });

  it('P32 asks again for a call that was lost meanwhile, and not for one that is waited for', () => {
    const lost = new Play(program(), { order: '7' });
    suspend(lost);
    resume(lost, true);
    expect(lost.commands).toMatchObject([{ command: 'perform', node: 'n_first' }]);
    const waitedFor = new Play(program(), { order: '7' });
    suspend(waitedFor);
    resume(waitedFor, false);
    expect(waitedFor.commands).toEqual([]);
  });

  it('control: without it the next step is begun', () => {
    const run = new Play(program(), { order: '7' });
    run.performed(DONE);
    expect(run.of('call.intended')).toHaveLength(2);
  });
});

describe('a deadline', () => {
  it('fails the case when its time is over, and takes back what is to be taken back', () => {
    const run = atSend('PT1H');
    run.now = AT + 3_600_000 - 1;
    run.say({ stimulus: 'due' });
    expect(run.of('run.stopping')).toEqual([]);
    run.now = AT + 3_600_000;
    run.say({ stimulus: 'due' });
    run.say({ stimulus: 'performed', path: '', node: 'n_send', visit: 1, attempt: 1, outcome: DONE });
    run.performed(DONE);
    run.performed(DONE);
    expect(run.state.ended).toMatchObject({ status: 'failed', error: { code: 'DEADLINE_PASSED' } });
  });
});

describe('I6 taking back above what the policy lets go without a person', () => {
  /** An AI answer, then a tag of 5 that is taken back by one of 500 when the look after it fails. */
  const flow = () => {
    const topic = topicFirst().wire('Topic', 'answered', 'Tag').all('Topic', ['uncertain', 'failed'], 'Stop');
    const drawing = topic.act('Tag', 'tag', { amount: '5' });
    const built = drawing.wire('Tag', 'done', 'Look').all('Tag', ['refused', 'failed'], 'Stop').act('Look', 'look', {});
    const document = built.all('Look', ['done', 'refused'], 'Stop').build();
    const tag = document.nodes['n_tag'];
    if (tag !== undefined) tag.config['undo'] = true;
    return document;
  };
  const around = structuredClone(AROUND);
  const undo = around.connections['billing']?.actions['tag']?.undo;
  if (undo !== undefined) undo.arguments = { amount: '500' };
  const came = (policy: Policy) => {
    const run = new Play(programOf(flow(), around, policy), { message: 'x', amount: 1, other: 1 });
    run.answered();
    run.performed(DONE);
    run.performed(failedWith('no', false));
    return run;
  };

  it('is not done, on record, and asks nobody', () => {
    const run = came(policyOf({ tag: 10 }));
    expect(run.of('effect.undone')).toMatchObject([
      { body: { outcome: 'refused', error: { code: 'TASK_NOT_PERMITTED' } } },
    ]);
    expect([run.of('undo.intended').length, run.phase]).toEqual([0, 'failed']);
  });

  it('control: under a policy that does not name it, it is taken back', () => {
    expect(came(policyOf({})).command).toMatchObject({ command: 'perform', action: 'tag' });
  });
});
