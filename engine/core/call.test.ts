import { describe, expect, it } from 'vitest';
import { idOf } from '../flow/testing/build.ts';
import { effectKey } from './digest.ts';
import type { PerformOutcome } from './outcome.ts';
import { retryDelayMs, spreadOf } from './retry.ts';
import { callFlow, programOf, shopWith } from './testing/flows.ts';
import { contextOf, DONE, failedWith, Play, problem, REFUSED, type Sabotage } from './testing/play.ts';

const input = { order: '7', amount: 12 };
const play = (action: string, extra: Record<string, unknown> = {}, wired = true, sabotage: Sabotage = {}): Play =>
  new Play(programOf(callFlow(action, extra, wired)), input, sabotage);
const CALL = idOf('Call');

describe('an effect', () => {
  it('I2 I3 has its intent on record before it is commanded, and is sent as intended under one key at every attempt', () => {
    const run = play('refund');
    expect(run.of('call.intended').map(({ body }) => body.key)).toEqual([effectKey('run1', CALL, '', 1, 'do')]);
    const keys: string[] = [];
    const requests: unknown[] = [];
    for (const outcome of [failedWith('maybe'), failedWith('no'), DONE]) {
      const { command } = run;
      if (command.command !== 'perform') throw new Error(command.command);
      keys.push(command.key);
      requests.push(command.request);
      run.performed(outcome);
      if (run.phase === 'retrying') run.wait();
    }
    expect(new Set(keys).size).toBe(1);
    expect(requests).toEqual([requests[0], requests[0], requests[0]]);
    expect(run.phase).toBe('done');
    expect(run.state.effects).toMatchObject([{ node: CALL, path: '', key: keys[0] }]);
  });

  it('I2 control: a key per attempt is caught', () => {
    expect(() => play('refund', {}, true, { keyPerAttempt: true })).toThrow('I2 does not hold');
  });

  it('I1 control: an event that did not reach the journal is caught', () => {
    const run = play('refund', {}, true, { lose: (event) => event.type === 'call.failed' });
    expect(() => run.performed(failedWith('no'))).toThrow('I1 does not hold');
  });

  it('has another key for another run, node, visit, path, and for undoing', () => {
    const parts: Parameters<typeof effectKey>[] = [
      ['run1', 'a', '', 1, 'do'],
      ['run2', 'a', '', 1, 'do'],
      ['run1', 'b', '', 1, 'do'],
      ['run1', 'a', '0', 1, 'do'],
      ['run1', 'a', '', 2, 'do'],
      ['run1', 'a', '', 1, 'undo'],
    ];
    expect(new Set(parts.map((one) => effectKey(...one))).size).toBe(parts.length);
  });

  it('I3 is sent as intended although its formula would say something else by then', () => {
    const later = { arguments: { order: 'string(now())', amount: '1' } };
    const run = play('refund', later);
    const first = run.commanded[0];
    run.performed(failedWith('maybe'));
    run.wait();
    run.now += 3_600_000;
    run.crash();
    expect(run.commanded).toHaveLength(3);
    for (const one of run.commanded)
      expect(one).toMatchObject({ request: first?.command === 'perform' && first.request });
  });
});

describe('trying again', () => {
  it('waits longer each time, at least half of the exponential pause and never more than the longest', () => {
    const policy = { attempts: 9, firstDelayMs: 1000, factor: 3, maxDelayMs: 20_000 };
    for (let attempt = 1; attempt < 9; attempt++) {
      const full = Math.min(20_000, 1000 * 3 ** (attempt - 1));
      for (const key of ['00000000', 'ffffffff', 'a3', 'not hex']) {
        const ms = retryDelayMs(policy, attempt, spreadOf(key, attempt));
        expect(ms).toBeGreaterThanOrEqual(full / 2);
        expect(ms).toBeLessThanOrEqual(full);
      }
    }
    expect(spreadOf('12345678', 1)).not.toBe(spreadOf('12345678', 2));
  });

  it('is spread by key: of a thousand calls that fail in one moment no few milliseconds see more than some', () => {
    const policy = { attempts: 3, firstDelayMs: 1000, factor: 2, maxDelayMs: 60_000 };
    const seen = Array.from({ length: 50 }, () => 0);
    for (let i = 0; i < 1000; i++) {
      const key = Math.imul(i, 0x9e37_79b1) >>> 0;
      const ms = retryDelayMs(policy, 1, spreadOf(key.toString(16).padStart(8, '0'), 1));
      const part = Math.min(49, Math.floor((ms - 500) / 10));
      seen[part] = (seen[part] ?? 0) + 1;
    }
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThan(60);
  });

  it('comes when the pause is over and not before, and gives up after the last attempt', () => {
    const run = play('refund');
    run.performed(failedWith('no'));
    expect(run.phase).toBe('retrying');
    expect(run.say({ stimulus: 'due' })).toEqual({ events: [], commands: [], refused: null, more: false });
    run.wait();
    expect(run.command).toMatchObject({ command: 'perform', attempt: 2 });
    run.performed(failedWith('no'));
    run.wait();
    run.performed(failedWith('no'));
    expect(run.phase).toBe('failed');
    expect(run.of('call.failed')).toHaveLength(2);
    expect(run.state.effects).toEqual([]);
    const last = run.of('node.completed').at(-1)?.body.record;
    expect(last).toMatchObject({ by: 'system', attempts: 3, error: { code: 'ACTION_UNREACHABLE' } });
  });

  it('does not happen for an error that is not retryable', () => {
    const run = play('refund');
    run.performed(failedWith('no', false));
    expect(run.phase).toBe('failed');
  });

  it('I1 is in doubt, not failed, when the last attempts were not sent but an earlier one may have been', () => {
    for (const crash of [false, true]) {
      const run = play('refund');
      if (crash) run.crash();
      run.performed(failedWith(crash ? 'no' : 'maybe'));
      run.wait();
      run.crash();
      run.performed(failedWith('no'));
      run.wait();
      run.performed(failedWith('no'));
      expect(run.phase).toBe('doubted');
    }
  });

  it('a read is asked again and has no intent, key, or doubt', () => {
    const run = play('read order');
    expect(run.command).toMatchObject({ key: '', attempt: 1 });
    run.performed(failedWith('maybe'));
    run.wait();
    run.crash();
    run.performed(failedWith('maybe', false));
    expect(run.phase).toBe('failed');
    expect(run.of('call.intended')).toEqual([]);
    expect(run.of('call.doubted')).toEqual([]);
  });
});

describe('an action that is not safe to repeat', () => {
  it('P10 I4 is in doubt when its answer was lost, whatever its retry policy says', () => {
    const run = play('post letter', { retry: { attempts: 9, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } });
    run.performed(failedWith('maybe'));
    expect(run.phase).toBe('doubted');
    expect(run.commands).toEqual([]);
    expect(run.commanded).toHaveLength(1);
  });

  it('P10 I4 is in doubt after a crash', () => {
    const run = play('post letter');
    run.crash();
    expect(run.phase).toBe('doubted');
    expect(run.commands).toEqual([]);
  });

  it('P10 I4 may be sent again when it surely was not sent', () => {
    const run = play('post letter');
    run.performed(failedWith('no'));
    run.wait();
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it('P10 I4 control: the same course with an action that is safe to repeat repeats it', () => {
    const program = programOf(callFlow('post letter'), shopWith('post letter', { idempotency: { by: 'natural' } }));
    const run = new Play(program, input);
    run.crash();
    expect(run.command).toMatchObject({ command: 'perform', attempt: 1 });
    run.performed(failedWith('maybe'));
    expect(run.phase).toBe('retrying');
  });

  it('a person settles the doubt: it happened, and the case goes on without sending', () => {
    const run = play('post letter');
    run.crash();
    run.settle(true);
    expect(run.phase).toBe('done');
    expect(run.commanded).toHaveLength(1);
    expect(run.state.effects).toHaveLength(1);
  });

  it('a person settles the doubt: it did not happen, and it is sent anew under the same key; each doubt is a task of its own', () => {
    const run = play('post letter');
    run.crash();
    run.settle(false);
    run.performed(failedWith('maybe'));
    expect(run.phase).toBe('doubted');
    run.settle(false);
    run.crash();
    const tasks = run.of('call.doubted').map(({ body }) => body.task);
    expect(tasks).toHaveLength(3);
    expect(new Set(tasks).size).toBe(3);
    expect(new Set(run.of('call.doubted').map(({ body }) => body.key)).size).toBe(1);
  });

  it('a word on a doubt that is closed is refused and changes nothing', () => {
    const run = play('post letter');
    run.crash();
    const { task = '' } = run.of('call.doubted')[0]?.body ?? {};
    run.settle(false);
    const decision = run.say({ stimulus: 'settled', task, settlement: run.settlement(true) });
    expect(decision).toMatchObject({ events: [], refused: { code: 'TASK_CLOSED' } });
  });
});

describe('an action whose outcome can be asked', () => {
  it('is asked about before it is repeated, and not repeated when it happened', () => {
    const run = play('send parcel');
    run.performed(failedWith('maybe'));
    run.wait();
    expect(run.command).toMatchObject({ command: 'ask done', attempt: 2 });
    run.asked({ asked: 'happened', response: contextOf({ parcel: 'P-1' }) });
    expect(run.phase).toBe('done');
    expect(run.state.root.scope.get('Call')).toEqual(contextOf({ parcel: 'P-1' }));
    expect(run.commanded.filter(({ command }) => command === 'perform')).toHaveLength(1);
  });

  it('is repeated under its key when it did not happen', () => {
    const run = play('send parcel');
    run.crash();
    expect(run.command.command).toBe('ask done');
    run.asked({ asked: 'did not happen' });
    expect(run.command).toMatchObject({ command: 'perform', attempt: 1 });
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it('is in doubt when the question is not answered either', () => {
    const run = play('send parcel');
    run.crash();
    for (let i = 0; i < 2; i++) {
      run.asked({ asked: 'unknown', error: problem(true) });
      run.wait();
    }
    run.asked({ asked: 'unknown', error: problem(true) });
    expect(run.phase).toBe('doubted');
  });

  it('is not asked about when it surely was not sent', () => {
    const run = play('send parcel');
    run.performed(failedWith('no'));
    run.wait();
    expect(run.command.command).toBe('perform');
  });
});

const refusedWith = (status: number): PerformOutcome => ({
  outcome: 'refused',
  status,
  error: problem(false, `status ${status}`),
});

describe('I4 a refusal after an attempt that may have got through', () => {
  const again = (action: string, between: (run: Play) => void): Play => {
    const run = play(action);
    between(run);
    return run;
  };
  const lost = (run: Play) => {
    run.performed(failedWith('maybe'));
    run.wait();
  };
  const died = (run: Play) => run.crash();
  const lostAndDied = (run: Play) => {
    lost(run);
    run.crash();
  };

  it.each([
    ['an answer that was lost', lost],
    ['a crash', died],
    ['both', lostAndDied],
  ])('says nothing where sending twice is the same as once: after %s it is in doubt', (_, between) => {
    for (const action of ['delete note', 'set state'])
      for (const status of [404, 409, 410]) {
        const run = again(action, between);
        run.performed(refusedWith(status));
        expect(run.phase).toBe('doubted');
        expect(run.commands).toEqual([]);
        expect(run.of('call.doubted')[0]?.body.error.message).toBe(`status ${status}`);
      }
  });

  it.each([
    [409, 'refused'],
    [404, 'refused'],
    [422, 'refused'],
    [401, 'doubted'],
    [403, 'doubted'],
    [407, 'doubted'],
  ])('of one who remembers the key: %i is %s', (status, phase) => {
    for (const between of [lost, died]) {
      const run = again('refund', between);
      run.performed(refusedWith(status));
      expect(run.phase).toBe(phase);
    }
  });

  it('control: where no attempt can have got through it is a refusal, whatever the status and the contract', () => {
    for (const action of ['refund', 'post letter', 'send parcel', 'set state', 'delete note'])
      for (const status of [401, 404, 409]) {
        for (const notSent of [0, 2]) {
          const run = play(action);
          for (let i = 0; i < notSent; i++) {
            run.performed(failedWith('no'));
            run.wait();
          }
          run.performed(refusedWith(status));
          expect(run.phase).toBe('refused');
        }
      }
  });

  it('is a refusal once a person has said that it had not happened', () => {
    const run = play('delete note');
    run.crash();
    run.performed(refusedWith(404));
    run.settle(false);
    run.performed(refusedWith(404));
    expect(run.phase).toBe('refused');
  });

  it('a read that is refused is refused', () => {
    const run = again('read order', lost);
    run.performed(refusedWith(404));
    expect(run.phase).toBe('refused');
  });
});

describe('exits', () => {
  it('refused leaves by its port with the error on record', () => {
    const run = play('refund');
    run.performed(REFUSED);
    expect(run.phase).toBe('refused');
    expect(run.of('node.completed').at(-1)?.body).toMatchObject({
      port: 'refused',
      value: null,
      record: { by: 'system', status: 409, error: { message: 'not now' } },
    });
  });

  it('an unwired failed port fails the run with the error and the node', () => {
    const run = play('refund', {}, false);
    run.performed(failedWith('no', false));
    expect(run.state.ended).toMatchObject({
      status: 'failed',
      error: { code: 'ACTION_UNREACHABLE', where: { node: 'Call' } },
    });
  });
});
