import { afterEach, describe, expect, it } from 'vitest';
import { STEPS_AT_ONCE } from '../core/state.ts';
import { answer } from '../core/testing/play.ts';
import { ask, end, list, listsWithin, programOf, shopFlow } from '../core/testing/flows.ts';
import { OLGA } from '../core/testing/people.ts';
import { Rig, type RigOptions } from './testing/rig.ts';

/** About three thousand steps. */
const LONG = programOf(listsWithin(30, 30, 30, 'count'));
const SHORT = programOf(
  shopFlow()
    .node('Done', 'end', end('done', { order: 'input.order' }))
    .chain('Start', 'Done')
    .build(),
);

let rig: Rig | null = null;
afterEach(() => rig?.close());

const open = (options: Partial<RigOptions> = {}): Rig => (rig = new Rig({ programs: [LONG, SHORT], ...options }));
const eventsOf = (one: Rig, run: string): number => one.engine.reader().events(`run:${run}`).length;
const value = (one: Rig, run: string): unknown => one.engine.look(run).state.ended?.value;
const SUM = new Map([['sum', 900]]);

describe('P32 P40 a case that has much to do at once', () => {
  it('P40 lets others have their turn: what is started after it ends before it', async () => {
    const one = open();
    const long = await one.start({ order: '7' });
    expect(eventsOf(one, long.run)).toBeLessThanOrEqual(STEPS_AT_ONCE + 1);
    const short = await one.start({ order: '8' }, null, SHORT);
    expect([one.status(short.run), one.status(long.run)]).toEqual(['done', 'running']);
    await one.engine.idle();
    expect([one.status(long.run), value(one, long.run)]).toEqual(['done', SUM]);
    // In memory no longer, and told as it was written.
    expect(one.engine.load).toBe(0);
  });

  it('P32 stands still when everything is stopped, and goes on when it is let go', async () => {
    const stop = { on: false };
    const one = open({ isStopped: () => stop.on });
    const { run } = await one.start({ order: '7' });
    stop.on = true;
    one.engine.stopsChanged();
    await one.turns(20);
    const stood = eventsOf(one, run);
    expect(stood).toBeLessThanOrEqual(2 * STEPS_AT_ONCE);
    expect([one.status(run), one.engine.load]).toEqual(['running', 0]);
    one.restart();
    await one.turns(20);
    expect(eventsOf(one, run)).toBe(stood);
    stop.on = false;
    one.engine.stopsChanged();
    await one.engine.idle();
    expect([one.status(run), value(one, run)]).toEqual(['done', SUM]);
  });

  it('I11 goes on after a restart, in one line and not in two', async () => {
    const undisturbed = open();
    const other = await undisturbed.start({ order: '7' });
    await undisturbed.engine.idle();
    const whole = eventsOf(undisturbed, other.run);
    undisturbed.close();

    const one = open();
    const { run } = await one.start({ order: '7' });
    const before = eventsOf(one, run);
    one.restart();
    // Recovered at the start, and again by whoever says that stops have changed.
    one.engine.stopsChanged();
    await one.turns(1);
    const recovered = eventsOf(one, run);
    expect(recovered).toBeGreaterThan(before);
    await one.turns(1);
    const next = eventsOf(one, run);
    expect([next < whole, next - recovered <= STEPS_AT_ONCE]).toEqual([true, true]);
    await one.engine.idle();
    expect([eventsOf(one, run), value(one, run)]).toEqual([whole, SUM]);
  });

  it('P40 a model in this process is asked no further than one turn goes, and every answer counts', async () => {
    const program = programOf(
      shopFlow()
        .node('Every', 'for-each', { list: list(900), item: 'one', atOnce: 3 })
        .node('Topic', 'ai-decision', ask())
        .node('All', 'join', { wait: 'all', collect: 'Topic.guess' })
        .node('Done', 'end', end('done', { sum: 'count(All)' }))
        .chain('Start', 'Every')
        .edge('Every', 'each', 'Topic')
        .edge('Topic', 'answered', 'All')
        .edge('Topic', 'uncertain', 'All')
        .chain('All', 'Done')
        .build(),
    );
    const answered = { outcome: 'answered' as const, answer: answer() };
    const outside = { answerNow: () => answered, ask: () => answered };
    const one = open({ programs: [program], outside });
    const { run } = await one.start({ order: '7' });
    let most = eventsOf(one, run);
    for (let before = most; one.status(run) !== 'done';) {
      // oxlint-disable-next-line no-await-in-loop -- a turn at a time
      await one.turns(1);
      most = Math.max(most, eventsOf(one, run) - before);
      before = eventsOf(one, run);
    }
    expect(most).toBeLessThanOrEqual(5 * STEPS_AT_ONCE);
    expect([eventsOf(one, run) > 1800, value(one, run)]).toEqual([true, SUM]);
  });

  it('P32 what is due for a suspended case is looked at once, and counts when it is resumed', async () => {
    const program = { ...LONG, deadlineMs: 1000 };
    const one = open({ programs: [program] });
    const { run } = await one.start({ order: '7' });
    await one.engine.suspend(run, OLGA, 'to look');
    for (let at = one.clock.next(); at !== null; at = one.clock.next()) {
      one.clock.step();
      // oxlint-disable-next-line no-await-in-loop -- a turn at a time
      await one.turns(4);
    }
    // The clock has nothing left to wake for: the timer is set aside, and does not come round again and again.
    expect([one.status(run), one.engine.busy, one.engine.reader().nextTimer()]).toEqual([
      'running',
      false,
      one.clock.now(),
    ]);
    await one.engine.resume(run, OLGA, 'looked');
    await one.engine.idle();
    expect([one.status(run), one.engine.reader().run(run)?.error]).toEqual(['failed', 'DEADLINE_PASSED']);
  });
});
