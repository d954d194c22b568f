import { afterEach, describe, expect, it } from 'vitest';
import { flowOf } from '../flow/testing/build.ts';
import {
  approval,
  approvedFlow,
  call as shopCall,
  callFlow,
  end,
  programOf,
  shopFlow,
  SURROUNDINGS,
} from '../core/testing/flows.ts';
import { OLGA, SIGNATURE } from '../core/testing/people.ts';
import { DONE } from '../core/testing/play.ts';
import type { PerformOutcome } from './environment.ts';
import { Rig } from './testing/rig.ts';

const call = (order: string) => ({
  connection: 'shop',
  action: 'refund',
  arguments: { order, amount: '1' },
  timeout: 'PT5S',
  retry: { attempts: 3, firstDelay: 'PT10S', factor: 1, maxDelay: 'PT10S' },
});
const program = programOf(
  flowOf()
    .input({ order: { type: 'string' } })
    .node('Start', 'trigger', { columns: {} })
    .node('First', 'connector', call('input.order'))
    .node('Second', 'connector', call('input.order'))
    .node('Done', 'end', { result: 'done', value: {} })
    .edge('Start', 'next', 'First')
    .edge('First', 'done', 'Second')
    .edge('First', 'refused', 'Done')
    .edge('Second', 'done', 'Done')
    .edge('Second', 'refused', 'Done')
    .build(),
  SURROUNDINGS,
);

let rig: Rig | null = null;
afterEach(() => rig?.close());

/** An engine whose calls wait to be answered, and which may be told that everything is stopped. */
function opened() {
  const waiting: ((outcome: PerformOutcome) => void)[] = [];
  const stop = { on: false };
  const perform = () => new Promise<PerformOutcome>((resolve) => waiting.push(resolve));
  rig = new Rig({ programs: [program], outside: { perform }, isStopped: () => stop.on });
  const answer = async (outcome: PerformOutcome = DONE) => {
    waiting.shift()?.(outcome);
    await rig?.turns();
  };
  return { rig, stop, answer };
}

const failed: Extract<PerformOutcome, { outcome: 'failed' }> = {
  outcome: 'failed',
  sent: 'no',
  error: { code: 'ACTION_UNREACHABLE', message: 'down', hint: 'wait', retryable: true, fault: 'other system' },
};

describe('P32 the stop switch', () => {
  it('P32 begins nothing new, takes in what comes back, and goes on where it was, also after a restart', async () => {
    const { rig: one, stop, answer } = opened();
    const { run } = await one.start({ order: '7' });
    await one.turns();
    stop.on = true;
    await answer();
    expect(one.sent).toHaveLength(1);
    await expect(one.start({ order: '8' })).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
    one.restart();
    await one.turns();
    expect(one.sent).toHaveLength(1);
    stop.on = false;
    one.engine.stopsChanged();
    await one.turns();
    expect(one.sent).toHaveLength(2);
    await answer();
    expect(one.status(run)).toBe('done');
  });

  describe('what waits for its turn when it is stopped', () => {
    const heldBack: PerformOutcome = { outcome: 'failed', sent: 'no', held: true, error: failed.error };
    /** Calls wait until they have their turn, and leave then if they may. */
    function queued() {
      const turns: (() => void)[] = [];
      const left: string[] = [];
      const stop = { on: false };
      const perform = (request: { key: string }, mayLeave: () => boolean) =>
        new Promise<PerformOutcome>((resolve) =>
          turns.push(() => {
            if (!mayLeave()) return resolve(heldBack);
            left.push(request.key);
            resolve(DONE);
          }),
        );
      const one = (rig = new Rig({ programs: [program], outside: { perform }, isStopped: () => stop.on }));
      const turn = async () => {
        for (const go of turns.splice(0)) go();
        await one.turns();
      };
      return { one, stop, left, turn };
    }
    const failures = (one: Rig, run: string) =>
      one.engine
        .reader()
        .events(`run:${run}`)
        .filter(({ type }) => type === 'call.failed');

    it('P32 does not leave, is on record as held, and leaves once when it is lifted, also after days and a restart', async () => {
      for (const restarted of [false, true]) {
        const { one, stop, left, turn } = queued();
        const { run } = await one.start({ order: '7' });
        await one.turns();
        for (let days = 0; days < 6; days++) {
          stop.on = true;
          await turn();
          expect(left).toEqual([]);
          expect(failures(one, run).at(-1)).toMatchObject({ open: { sent: 'no', held: true, attempt: 1 } });
          one.clock.wakeIn(86_400_000, () => undefined);
          one.clock.step();
          if (restarted) one.restart();
          await one.turns();
          expect(failures(one, run)).toHaveLength(days + 1);
          stop.on = false;
          one.engine.stopsChanged();
          one.clock.step();
          await one.turns();
        }
        await turn();
        await turn();
        expect([left.length, new Set(left).size, one.status(run)]).toEqual([2, 2, 'done']);
        one.close();
      }
    });

    it('P32 a case that is suspended while its call waits does not send it; resumed, it does', async () => {
      const { one, left, turn } = queued();
      const { run } = await one.start({ order: '7' });
      const other = await one.start({ order: '8' });
      await one.turns();
      await one.engine.suspend(run, OLGA, 'to look');
      await turn();
      // Control: the call of the other case left.
      expect(left).toHaveLength(1);
      await one.engine.resume(run, OLGA, 'looked');
      await turn();
      await turn();
      await turn();
      expect([one.status(run), one.status(other.run), left.length]).toEqual(['done', 'done', 4]);
    });

    it('does not leave once its case was cancelled, and nothing is in doubt; what was under way is settled', async () => {
      const { one, left, turn } = queued();
      const { run } = await one.start({ order: '7' });
      const other = await one.start({ order: '8' });
      await one.turns();
      await one.engine.cancel(run, OLGA, 'a mistake', true);
      await turn();
      // Control: the call of the other case left.
      expect([left.length, one.status(run)]).toEqual([1, 'cancelled']);
      expect(
        one.engine
          .reader()
          .effects({ run })
          .map(({ status }) => status),
      ).toEqual(['failed']);
      await turn();
      await one.turns();
      expect([left.length, one.status(other.run)]).toEqual([2, 'done']);
    });

    it('does not leave from an engine that has stopped: the next one makes the call', async () => {
      const { one, left, turn } = queued();
      const { run } = await one.start({ order: '7' });
      await one.turns();
      one.restart();
      await one.turns();
      // The call of the engine before, and that of this one.
      await turn();
      expect(left).toHaveLength(1);
      await turn();
      expect([left.length, new Set(left).size, one.status(run)]).toEqual([2, 2, 'done']);
    });
  });

  it('P32 a case that is suspended in the very batch that decides its call does not send it; resumed, it does once', async () => {
    const flow = approvedFlow('post letter');
    for (const suspended of [true, false]) {
      let left = 0;
      const perform = (_: unknown, mayLeave: () => boolean): PerformOutcome => {
        if (!mayLeave()) return { ...failed, held: true };
        left += 1;
        return DONE;
      };
      const one = (rig = new Rig({ programs: [programOf(flow)], outside: { perform } }));
      const { run } = await one.start({ order: '7' });
      await one.turns();
      await Promise.all([one.vote(run), ...(suspended ? [one.engine.suspend(run, OLGA, 'to look')] : [])]);
      await one.turns();
      // Control: without it the letter leaves.
      expect(left).toBe(suspended ? 0 : 1);
      if (suspended) await one.engine.resume(run, OLGA, 'looked');
      await one.turns();
      one.clock.step();
      await one.turns();
      expect([left, one.status(run)]).toEqual([1, 'done']);
      one.close();
    }
  });

  it('P32 no timer begins a retry while it is stopped, and none is lost by it', async () => {
    const { rig: one, stop, answer } = opened();
    const { run } = await one.start({ order: '7' });
    await one.turns();
    await answer(failed);
    stop.on = true;
    one.clock.step();
    await one.turns();
    expect(one.sent).toHaveLength(1);
    stop.on = false;
    one.engine.stopsChanged();
    await one.turns();
    one.clock.step();
    await one.turns();
    expect(one.sent).toHaveLength(2);
    await answer();
    await answer();
    expect(one.status(run)).toBe('done');
  });

  it('P32 what did not happen, as a person says while it is stopped, is sent once it is lifted, also after a restart', async () => {
    for (const restarted of [false, true]) {
      const letter = programOf(callFlow('post letter'));
      const stop = { on: false };
      const lost: PerformOutcome = { ...failed, sent: 'maybe' };
      const answers = [lost, DONE];
      const perform = () => answers.shift() ?? DONE;
      const one = (rig = new Rig({ programs: [letter], outside: { perform }, isStopped: () => stop.on }));
      const { run } = await one.start({ order: '7', amount: 1 });
      await one.turns();
      stop.on = true;
      const [task] = one.engine.reader().tasks({ run, status: 'open' });
      const otto = { person: 'otto', role: 'operator', comment: '', signature: SIGNATURE };
      await one.engine.settle(run, task?.id ?? '', { ...otto, happened: false, at: one.clock.now() });
      if (restarted) one.restart();
      await one.turns();
      one.clock.step();
      await one.turns();
      expect(one.sent).toHaveLength(1);
      stop.on = false;
      one.engine.stopsChanged();
      one.clock.step();
      await one.turns();
      expect([one.sent.length, one.status(run)]).toEqual([2, 'done']);
      one.close();
    }
  });

  it('P32 a start that was queued before it does not begin after it', async () => {
    const { rig: one, stop } = opened();
    const queued = one.start({ order: '7' });
    stop.on = true;
    await expect(queued).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
    expect(one.sent).toEqual([]);
  });

  it('P32 what was shown again and approved while it is stopped is sent once it is lifted', async () => {
    const flow = shopFlow()
      .node('Agree', 'approval', approval())
      .node('Look', 'connector', shopCall('read order'))
      .node('Letter', 'connector', shopCall('post letter', { arguments: { order: 'string(Look)' } }))
      .node('Done', 'end', end('done'))
      .chain('Start', 'Agree')
      .edge('Agree', 'approved', 'Look')
      .edge('Agree', 'rejected', 'Done')
      .edge('Look', 'done', 'Letter')
      .edge('Look', 'refused', 'Done')
      .edge('Letter', 'done', 'Done')
      .edge('Letter', 'refused', 'Done')
      .build();
    const stop = { on: false };
    const one = (rig = new Rig({ programs: [programOf(flow)], isStopped: () => stop.on }));
    const { run } = await one.start({ order: '7' });
    await one.turns();
    await one.vote(run);
    await one.turns();
    stop.on = true;
    await one.vote(run);
    await one.turns();
    expect(one.sent.map(({ action }) => action)).toEqual(['read order']);
    stop.on = false;
    one.engine.stopsChanged();
    await one.turns();
    expect(one.sent.map(({ action }) => action)).toEqual(['read order', 'post letter']);
    expect(one.status(run)).toBe('done');
  });

  it('P32 control: without it the next step is begun', async () => {
    const { rig: one, answer } = opened();
    await one.start({ order: '7' });
    await one.turns();
    await answer();
    expect(one.sent).toHaveLength(2);
  });
});

describe('a suspended case', () => {
  it('waits across a restart, others go on, and it is resumed where it was', async () => {
    const { rig: one, answer } = opened();
    const { run } = await one.start({ order: '7' });
    const other = await one.start({ order: '8' });
    await one.turns();
    await one.engine.suspend(run, OLGA, 'to look');
    await answer();
    await answer();
    expect(one.sent).toHaveLength(3);
    await answer();
    expect(one.status(other.run)).toBe('done');
    one.restart();
    await one.turns();
    expect(one.sent).toHaveLength(3);
    await one.engine.resume(run, OLGA, 'looked');
    await one.turns();
    expect(one.sent).toHaveLength(4);
    await answer();
    expect(one.status(run)).toBe('done');
  });

  it('is cancelled with what was out taken in; its name and reason are on record', async () => {
    const { rig: one, answer } = opened();
    const { run } = await one.start({ order: '7' });
    await one.turns();
    await one.engine.cancel(run, OLGA, 'a mistake', true);
    expect(one.status(run)).not.toBe('cancelled');
    await answer();
    expect(one.status(run)).toBe('cancelled');
    expect(
      one.engine
        .reader()
        .runs({ status: 'cancelled' })
        .map((row) => row.id),
    ).toEqual([run]);
    const [said] = one.engine
      .reader()
      .events(`run:${run}`)
      .filter((event) => event.type === 'run.stopping');
    expect(said).toMatchObject({ actor: OLGA, open: { cancelled: { reason: 'a mistake' } } });
    await expect(one.engine.suspend(run, OLGA, 'late')).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });
});
