import { describe, expect, it } from 'vitest';
import { LONGEST_PAUSED_MS, retryAfterPause } from './paused.ts';
import type { PerformOutcome } from './outcome.ts';
import { callFlow, programOf } from './testing/flows.ts';
import { AT, DONE, failedWith, Play, problem } from './testing/play.ts';

const HOUR = 3_600_000;
const play = (action: string): Play =>
  new Play(programOf(callFlow(action, { retry: { attempts: 2, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } })), {
    order: '7',
    amount: 12,
  });
const paused = (until: number): PerformOutcome => ({
  outcome: 'failed',
  sent: 'no',
  error: { ...problem(true), code: 'CONNECTION_PAUSED' },
  pausedUntil: until,
});

describe('a call whose connection is paused', () => {
  it('is made again after the pause, however often, and none of that is an attempt', () => {
    for (const crash of [false, true]) {
      const run = play('refund');
      for (let i = 0; i < 20; i++) {
        const until = run.now + 60_000;
        run.performed(paused(until));
        const { position } = run;
        if (position?.phase !== 'retrying') throw new Error(run.phase);
        expect(position.retryAt).toBeGreaterThanOrEqual(until);
        if (crash) run.crash();
        run.wait();
        expect(run.command).toMatchObject({ command: 'perform', attempt: 1 });
      }
      run.performed(failedWith('no'));
      run.wait();
      expect(run.command).toMatchObject({ attempt: 2 });
      run.performed(DONE);
      expect(run.phase).toBe('done');
    }
  });

  it('control: without a pause the attempts run out', () => {
    const run = play('refund');
    run.performed(failedWith('no'));
    run.wait();
    run.performed(failedWith('no'));
    expect(run.phase).toBe('failed');
  });

  it('leaves by “failed” after a day, and is in doubt where an earlier attempt may have got through', () => {
    for (const [earlier, phase] of [
      [false, 'failed'],
      [true, 'doubted'],
    ] as const) {
      const run = play('refund');
      if (earlier) {
        run.performed(failedWith('maybe'));
        run.wait();
      }
      const since = run.now;
      while (run.phase !== phase) {
        run.performed(paused(run.now + HOUR));
        if (run.phase === 'retrying') run.wait();
        expect(run.now - since).toBeLessThan(LONGEST_PAUSED_MS + 2 * HOUR);
      }
      expect(run.now - since).toBeGreaterThanOrEqual(LONGEST_PAUSED_MS);
      const codes = earlier
        ? run.of('call.doubted').map(({ body }) => body.error.code)
        : run.of('call.failed').map(({ body }) => body.error.code);
      expect(codes.at(-1)).toBe('CONNECTION_PAUSED');
    }
  });

  it('I4 is asked about as before where it may have been sent, and asking waits for the pause as well', () => {
    const run = play('send parcel');
    run.performed(failedWith('maybe'));
    run.wait();
    for (let i = 0; i < 5; i++) {
      run.asked({ asked: 'unknown', error: problem(true), pausedUntil: run.now + 60_000 });
      run.wait();
      expect(run.command).toMatchObject({ command: 'ask done', attempt: 2 });
    }
    run.asked({ asked: 'unknown', error: problem(true) });
    expect(run.phase).toBe('doubted');
  });

  it('a read waits too', () => {
    const run = play('read order');
    run.performed(paused(run.now + 1000));
    run.crash();
    run.wait();
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });
});

describe('coming back after a pause', () => {
  const keys = Array.from({ length: 2000 }, (_, i) => (i * 2_147_483).toString(16).padStart(8, '0').slice(-8));

  it('is never before its end, and spread by key: of thousands no second sees more than a few', () => {
    for (const waited of [0, 60_000, 5 * HOUR]) {
      const until = AT + 60_000;
      const times = keys.map((key) => retryAfterPause(until, AT, AT - waited, key) ?? 0);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(until);
      const seconds = new Map<number, number>();
      for (const at of times) seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) ?? 0) + 1);
      expect(Math.max(...seconds.values())).toBeLessThan(keys.length / 20);
    }
  });

  it('comes less often the longer it has waited: a day of it is some hundred times, not thousands', () => {
    let now = AT;
    let times = 0;
    for (; ; times++) {
      const next = retryAfterPause(now + 60_000, now, AT, '7fffffff');
      if (next === null) break;
      now = next;
    }
    expect(times).toBeLessThan(150);
  });
});

it('P8 a clock that is set back meanwhile makes nobody come before the pause is over', () => {
  const now = 10 * 86_400_000;
  for (const key of ['00000000', '7fffffff', 'ffffffff'])
    for (const since of [now + 3 * 86_400_000, now + 1, now])
      expect(retryAfterPause(now + 5_000, now, since, key)).toBeGreaterThanOrEqual(now + 5_000);
});
