import { describe, expect, it } from 'vitest';
import { callFlow, programOf } from './testing/flows.ts';
import { OLGA } from './testing/people.ts';
import { contextOf, DONE, failedWith, Play, problem, REFUSED } from './testing/play.ts';

const play = (action: string): Play =>
  new Play(programOf(callFlow(action, { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } })), {
    order: '7',
    amount: 12,
  });

/** A run whose effect is in doubt: its answer was lost, and so was every further one. */
function inDoubt(action: string): Play {
  const run = play(action);
  run.performed(failedWith('maybe'));
  if (run.phase !== 'doubted') throw new Error(run.phase);
  return run;
}

const resume = (run: Play) => run.say({ stimulus: 'resumed', by: OLGA, reason: 'looked', awaited: new Set() });
const suspend = (run: Play) => run.say({ stimulus: 'suspended', by: OLGA, reason: 'to look' });

describe('looking again at an effect in doubt', () => {
  it.each([false, true])('asks the other side where it can be asked, also after a crash (%s)', (crash) => {
    const run = inDoubt('send parcel');
    run.settle(null);
    expect(run.of('doubt.reopened')).toMatchObject([{ body: { settlement: { happened: null, person: 'otto' } } }]);
    if (crash) run.crash();
    expect(run.command).toMatchObject({ command: 'ask done', key: run.of('call.intended')[0]?.body.key });
    run.asked({ asked: 'happened', response: contextOf({ parcel: 'P-1' }) });
    expect(run.phase).toBe('done');
    expect(run.commanded.filter(({ command }) => command === 'perform')).toHaveLength(1);
  });

  it.each(['refund', 'set state'])(
    'sends %s again under the same key, as sending it twice is sending it once',
    (action) => {
      const run = inDoubt(action);
      run.settle(null);
      const [first] = run.commanded;
      expect(run.command).toMatchObject({
        command: 'perform',
        ...(first?.command === 'perform' ? { key: first.key } : {}),
      });
      run.performed(DONE);
      expect([run.phase, run.state.effects.length]).toEqual(['done', 1]);
    },
  );

  it('makes the task anew when it stays unknown, as often as that takes', () => {
    const run = inDoubt('send parcel');
    for (let i = 0; i < 3; i++) {
      run.settle(null);
      run.asked({ asked: 'unknown', error: problem(true) });
      expect(run.phase).toBe('doubted');
    }
    const tasks = run.of('call.doubted').map(({ body }) => body.task);
    expect(new Set(tasks).size).toBe(4);
    run.settle(true);
    expect(run.phase).toBe('done');
  });

  it('I4 knows that it may have been sent: a refusal of what was sent again leaves it in doubt', () => {
    const run = inDoubt('set state');
    run.settle(null);
    run.performed(REFUSED);
    expect(run.phase).toBe('doubted');
  });

  it('I4 is refused in words where nothing can be asked and nothing repeated, and the doubt stays', () => {
    const run = inDoubt('post letter');
    expect(run.settle(null)).toMatchObject({ events: [], commands: [], refused: { code: 'TASK_NOT_PERMITTED' } });
    expect(run.phase).toBe('doubted');
    run.settle(true);
    expect(run.phase).toBe('done');
  });

  it('waits while the run is held, and looks once it goes on', () => {
    for (const [action, command] of [
      ['send parcel', 'ask done'],
      ['refund', 'perform'],
    ] as const) {
      const run = inDoubt(action);
      suspend(run);
      run.settle(null);
      expect(run.commands).toEqual([]);
      run.crash();
      resume(run);
      expect(run.command).toMatchObject({ command });
    }
  });
});

describe('a word on a doubt while the run is held', () => {
  it('P32 I4 “it did not happen” is sent once the run goes on, and is not in doubt again', () => {
    for (const crash of [false, true]) {
      const run = inDoubt('post letter');
      suspend(run);
      run.settle(false);
      expect(run.commands).toEqual([]);
      if (crash) run.crash();
      resume(run);
      expect(run.command).toMatchObject({ command: 'perform', attempt: 1 });
      expect(run.of('call.doubted')).toHaveLength(1);
      run.performed(DONE);
      expect(run.phase).toBe('done');
    }
  });

  it('I4 control: a crash after it went out leaves it in doubt again', () => {
    const run = inDoubt('post letter');
    suspend(run);
    run.settle(false);
    resume(run);
    run.crash();
    expect(run.phase).toBe('doubted');
  });

  it('is refused, not doubted, by a refusal: nothing can have got through before', () => {
    const run = inDoubt('set state');
    suspend(run);
    run.settle(false);
    resume(run);
    run.performed(REFUSED);
    expect(run.phase).toBe('refused');
  });

  it('“it happened” is taken in at once', () => {
    const run = inDoubt('post letter');
    suspend(run);
    run.settle(true);
    expect(run.state.effects).toHaveLength(1);
    resume(run);
    expect(run.phase).toBe('done');
  });
});
