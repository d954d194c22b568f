import { afterEach, describe, expect, it } from 'vitest';
import { approval, approvedFlow, call, callFlow, end, programOf, shopFlow } from '../core/testing/flows.ts';
import { failedWith } from '../core/testing/play.ts';
import { ENGINE } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import { Rig, START, throughAppend, type RigOptions } from './testing/rig.ts';
import type { PerformOutcome } from './environment.ts';

const rigs: Rig[] = [];
function rig(options: RigOptions): Rig {
  const made = new Rig(options);
  rigs.push(made);
  return made;
}
afterEach(() => rigs.splice(0).forEach((one) => one.close()));

const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CountersignError ? error.code : String(error)),
  );
const refund = programOf(callFlow('refund'));
const letter = programOf(callFlow('post letter'));
const approved = programOf(approvedFlow('refund'));
const input = { order: '7', amount: 12 };
const full = () =>
  new CountersignError({ code: 'DISK_FULL', message: 'full', hint: 'Make room.', retryable: true, fault: 'operator' });

/** A journal that writes the next batch of the engine when `state.finish` is called, or when somebody waits for it. */
function slow() {
  const state = { finish: (): void => undefined };
  let once = true;
  const wrap = (journal: Journal): Journal => {
    const meanwhile: Journal['appendMeanwhile'] = (drafts) => {
      if (!once) return null;
      once = false;
      return new Promise((resolve) => {
        state.finish = () => {
          state.finish = () => undefined;
          journal.append(drafts);
          resolve();
        };
      });
    };
    const append: Journal['append'] = (drafts) => {
      state.finish();
      return journal.append(drafts);
    };
    const own: Partial<Journal> = { appendMeanwhile: meanwhile, append, settle: () => state.finish() };
    return new Proxy(journal, {
      get: (target, name) => {
        const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return { state, wrap };
}

/** A journal whose appends fail while `broken` says so, and which closes then as the real one does. */
function breakable() {
  const state = { broken: false, afterwards: false };
  const wrap: RigOptions['wrap'] = (journal) =>
    throughAppend((append) => {
      if (state.broken && !state.afterwards) {
        journal.close();
        throw full();
      }
      const seq = append();
      if (state.broken) {
        journal.close();
        throw full();
      }
      return seq;
    })(journal);
  return { state, wrap };
}

describe('R1 commit order', () => {
  it('R1 nothing is acknowledged or sent when the commit fails, and all of it works once there is room', async () => {
    const { state, wrap } = breakable();
    const one = rig({ programs: [refund], wrap });
    state.broken = true;
    expect(
      await Promise.all([code(one.start(input, 'a')), code(one.start(input, 'a')), code(one.start(input))]),
    ).toEqual(['DISK_FULL', 'DISK_FULL', 'DISK_FULL']);
    expect(one.sent).toEqual([]);
    state.broken = false;
    expect(one.engine.reader().runs({})).toEqual([]);
    const { run, again } = await one.start(input, 'a');
    await one.engine.idle();
    expect([again, one.status(run)]).toEqual([false, 'done']);
    expect(one.sent).toHaveLength(1);
  });

  it('R1 control: an engine that performs before it commits would have sent: the effect follows its own commit only', async () => {
    const order: string[] = [];
    const one = rig({
      programs: [refund],
      wrap: throughAppend((append, drafts) => {
        const seq = append();
        order.push(...drafts.map((draft) => draft.type));
        return seq;
      }),
      outside: {
        perform: () => {
          order.push('sent');
          return { outcome: 'done', status: 200, response: new Map() };
        },
      },
    });
    await one.start(input).then(() => order.push('acknowledged'));
    await one.engine.idle();
    expect(order.indexOf('sent')).toBeGreaterThan(order.indexOf('call.intended'));
    expect(order.indexOf('acknowledged')).toBeGreaterThan(order.indexOf('run.started'));
  });

  it('R1 P32 what is put on record comes after what was decided before: nothing begins past a stop', async () => {
    const { state, wrap } = slow();
    let stopped = false;
    const one = rig({
      programs: [refund],
      isStopped: () => stopped,
      wrap,
    });
    const first = one.start({ order: '1', amount: 1 });
    await one.turns();
    const second = one.start({ order: '2', amount: 1 });
    await one.turns();
    // The first is being written, and the second was decided upon meanwhile.
    expect(one.engine.reader().runs({})).toEqual([]);
    one.engine.record([{ subject: 'runner', type: 'stop.set', v: 1, at: START, actor: ENGINE, open: { flow: null } }]);
    stopped = true;
    state.finish();
    await Promise.all([first, second]);
    await one.engine.idle();
    const seq =
      one.engine
        .reader()
        .events('runner')
        .find(({ type }) => type === 'stop.set')?.seq ?? 0;
    const after = one.engine
      .reader()
      .effects({})
      .filter((effect) => effect.seq > seq);
    expect(after).toEqual([]);
    expect(one.sent.map(({ request }) => request.get('order'))).toEqual(['1', '2']);
  });

  it('R1 many starts share a few transactions', async () => {
    const batches: string[][] = [];
    const one = rig({
      programs: [refund],
      wrap: throughAppend((append, drafts) => {
        batches.push(drafts.map((draft) => draft.type));
        return append();
      }),
    });
    await Promise.all(Array.from({ length: 200 }, async (_, i) => one.start(input, `k${i}`)));
    await one.engine.idle();
    expect(batches.filter((types) => types.includes('run.started')).length).toBeLessThanOrEqual(4);
    expect(batches.flat()).toHaveLength(200 * 4);
    expect(batches.length).toBeLessThan(10);
    expect(one.engine.reader().runCounts()).toEqual([{ status: 'completed', result: 'done', runs: 200 }]);
  });
});

describe('R2 after a failed commit', () => {
  it('R2 the outcome of a call is lost with its batch, and the call is recovered as its contract allows', async () => {
    for (const [program, result, sends] of [
      [refund, 'done', 2],
      [letter, 'in doubt', 1],
    ] as const) {
      const { state, wrap } = breakable();
      const one = rig({ programs: [program], wrap });
      const { run } = await one.start(input);
      state.broken = true;
      await one.turns(50);
      // Opened, opened again after the failure, and then not before half a second is over.
      expect(one.opened).toBe(2);
      state.broken = false;
      while (one.clock.step()) await one.turns();
      await one.engine.idle();
      expect(one.status(run)).toBe(result);
      // That it is sent again is on disk first, so that a disk that stays full repeats nothing.
      expect(one.sent).toHaveLength(sends);
      expect(new Set(one.sent.map(({ key }) => key)).size).toBe(1);
    }
  });

  it('R2 what a failed commit left on disk after all is found there, not done again', async () => {
    const { state, wrap } = breakable();
    const one = rig({ programs: [approved], wrap });
    state.broken = true;
    state.afterwards = true;
    expect(await code(one.start(input, 'a'))).toBe('DISK_FULL');
    state.broken = false;
    while (one.clock.step()) await one.turns();
    const { again } = await one.start(input, 'a');
    expect(again).toBe(true);
    expect(one.engine.reader().runs({})).toHaveLength(1);
  });

  it('R2 a call that is still under way is waited for: not in doubt, not sent beside itself', async () => {
    for (const program of [letter, programOf(callFlow('send parcel'))]) {
      const { state, wrap } = breakable();
      const answers: ((outcome: PerformOutcome) => void)[] = [];
      const one = rig({
        programs: [program, refund],
        wrap,
        outside: { perform: async () => new Promise((resolve) => answers.push(resolve)) },
      });
      const { run } = await one.start(input);
      await one.turns();
      state.broken = true;
      expect(await code(one.start(input, null, refund))).toBe('DISK_FULL');
      state.broken = false;
      while (one.clock.step()) await one.turns();
      await one.turns();
      expect(one.status(run)).toBe('calling');
      answers[0]?.({ outcome: 'done', status: 200, response: new Map() });
      await one.turns();
      expect(one.status(run)).toBe('done');
      expect(one.sent).toHaveLength(1);
    }
  });

  it('R2 what may have been sent before a crash is not forgotten by a failed commit after it', async () => {
    const { state, wrap } = breakable();
    const answers: ((outcome: PerformOutcome) => void)[] = [];
    const once = programOf(
      callFlow('refund', { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } }),
    );
    const one = rig({
      programs: [once],
      wrap,
      outside: { perform: async () => new Promise((resolve) => answers.push(resolve)) },
    });
    const { run } = await one.start(input);
    await one.turns();
    one.restart();
    await one.turns();
    state.broken = true;
    expect(await code(one.start(input))).toBe('DISK_FULL');
    state.broken = false;
    while (one.clock.step()) await one.turns();
    answers[1]?.(failedWith('no', false));
    await one.turns();
    expect(one.status(run)).toBe('in doubt');
  });

  it('R2 while the journal cannot be opened everything is refused with why; then it goes on by itself', async () => {
    const { state, wrap } = breakable();
    let opens = true;
    const one = rig({
      programs: [refund],
      wrap: (journal) => {
        if (opens) return wrap?.(journal) ?? journal;
        journal.close();
        throw full();
      },
    });
    state.broken = true;
    opens = false;
    await code(one.start(input));
    expect(await code(one.start(input))).toBe('DISK_FULL');
    expect(() => one.engine.reader()).toThrow('full');
    const idle = one.engine.idle();
    state.broken = false;
    opens = true;
    one.clock.step();
    await idle;
    expect(await code(one.start(input))).toBe('accepted');
  });

  it('R2 nothing is recovered twice: a restart in the middle sends the same key and ends the case once', async () => {
    const one = rig({ programs: [refund], outside: { perform: async () => new Promise(() => undefined) } });
    const { run } = await one.start(input);
    await one.turns();
    one.restart();
    await one.turns();
    one.restart();
    await one.turns();
    expect(one.sent).toHaveLength(3);
    expect(new Set(one.sent.map(({ key }) => key)).size).toBe(1);
    expect(one.status(run)).toBe('calling');
  });
});

describe('several things for one run in one batch', () => {
  const twice = programOf(
    shopFlow()
      .node('First', 'approval', approval())
      .node('Second', 'approval', approval())
      .node('Call', 'connector', call('refund'))
      .node('Done', 'end', end('done'))
      .node('Rejected', 'end', end('rejected'))
      .edge('Start', 'next', 'First')
      .edge('First', 'approved', 'Second')
      .edge('First', 'rejected', 'Rejected')
      .edge('Second', 'approved', 'Call')
      .edge('Second', 'rejected', 'Rejected')
      .edge('Call', 'done', 'Done')
      .edge('Call', 'refused', 'Rejected')
      .build(),
  );

  it('R3 a decision that is refused does not drop what was decided just before it', async () => {
    const one = rig({ programs: [twice] });
    const { run } = await one.start(input);
    const [task] = one.engine.reader().tasks({ run, status: 'open' });
    if (task === undefined) throw new Error('there is a task');
    const decide = async (shown: string, how: 'approved' | 'rejected') =>
      code(one.engine.decide(run, task.id, one.decision(shown, how)));
    const outcomes = await Promise.all([
      decide(task.shown, 'approved'),
      decide('sha256-stale', 'approved'),
      decide(task.shown, 'rejected'),
    ]);
    expect(outcomes).toEqual(['accepted', 'TASK_CLOSED', 'TASK_CLOSED']);
    one.restart();
    expect(one.engine.look(run).state.root.position).toMatchObject({ node: 'n_second', phase: 'tasked' });
  });

  it('two votes of one person in one batch count once', async () => {
    const program = programOf(approvedFlow('refund', { approval: { count: 2 } }));
    const one = rig({ programs: [program] });
    const { run } = await one.start(input);
    const votes = ['ada', 'eve', 'ada'].map(async (person, i) => {
      const [task] = one.engine.reader().tasks({ run, status: 'open' });
      const shown = i === 1 ? 'sha256-stale' : (task?.shown ?? '');
      return code(one.engine.decide(run, task?.id ?? '', one.decision(shown, 'approved', person)));
    });
    expect(await Promise.all(votes)).toEqual(['accepted', 'APPROVAL_CHANGED', 'TASK_NOT_PERMITTED']);
    expect(one.engine.look(run).state.root.position).toMatchObject({ phase: 'tasked', votes: [{ person: 'ada' }] });
    expect(one.clock.now()).toBe(START);
  });
});
