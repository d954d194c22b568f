import { afterEach, expect, it } from 'vitest';
import { callFlow, programOf } from '../core/testing/flows.ts';
import { CountersignError } from '../flow/error.ts';
import { Rig, throughAppend, type RigOptions } from './testing/rig.ts';

const rigs: Rig[] = [];
afterEach(() => rigs.splice(0).forEach((one) => one.close()));

const input = { order: '7', amount: 12 };
const fullDisk = () =>
  new CountersignError({ code: 'DISK_FULL', message: 'full', hint: 'Make room.', retryable: true });

/** An engine whose disk is full from the second commit on, while `state.full`. */
function fullAfterStart() {
  const state = { full: false };
  // As the real journal, it is closed by an append that fails.
  const wrap: RigOptions['wrap'] = (journal) =>
    throughAppend((append) => {
      if (!state.full) return append();
      journal.close();
      throw fullDisk();
    })(journal);
  const one = new Rig({ programs: [programOf(callFlow('refund'))], wrap });
  rigs.push(one);
  return { one, state };
}

it('R2 who asked to be told gives up when the journal fails in the middle; others wait until it works again', async () => {
  const { one, state } = fullAfterStart();
  const { run } = await one.start(input);
  state.full = true;
  const waiting = one.engine.idle();
  await expect(Promise.all([one.engine.idle(true), one.engine.below(0)])).rejects.toMatchObject({ code: 'DISK_FULL' });
  // While it is down, asking anew is answered at once as well.
  await expect(one.engine.idle(true)).rejects.toMatchObject({ code: 'DISK_FULL' });
  state.full = false;
  while (one.clock.step()) await one.turns();
  await waiting;
  expect(one.status(run)).toBe('done');
});

it('control: with a journal that works both resolve', async () => {
  const { one } = fullAfterStart();
  await one.start(input);
  await Promise.all([one.engine.idle(true), one.engine.below(1)]);
  expect(one.engine.load).toBe(0);
});

it('R2 P5 who wants something on record while the journal is down does not have it opened twice', async () => {
  let full = false;
  const one = new Rig({
    programs: [programOf(callFlow('refund'))],
    wrap: (journal) => {
      if (!full) return journal;
      journal.close();
      throw fullDisk();
    },
  });
  rigs.push(one);
  await one.start(input);
  await one.engine.idle();
  full = true;
  one.engine.reader().close();
  for (let i = 0; i < 3; i++) {
    expect(() => one.engine.record([])).toThrow(/./);
    one.clock.step();
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a runner looks now and then
    await one.turns();
  }
  full = false;
  for (let i = 0; i < 3; i++) if (one.clock.step()) await one.turns();
  const opened = one.opened;
  const { run } = await one.start(input);
  await one.engine.idle();
  expect(one.status(run)).toBe('done');
  expect([one.clock.step(), one.opened]).toEqual([false, opened]);
});
