import { expect, it } from 'vitest';
import { runSeed } from './run-seed.ts';

/**
 * Seeds that have found something. What they found is mended; they stay, and the lists only grow. These did before the
 * world knew of messages, stops, cases tried again, erasing and pruning: with those another story would come of them.
 */
const OF_THE_FIRST_WORLD: readonly { seed: number; found: string }[] = [
  { seed: 22, found: 'a runner that was replaced woke, was refused, opened the journal again and so took it back' },
  { seed: 46, found: 'a clock set back while the journal was down kept it down for as long as it was set back' },
  {
    seed: 251,
    found: 'the outcome of one branch was lost with its batch while another was under way: nobody saw to it',
  },
  { seed: 186, found: 'the same, with an effect that happened and stayed “intended”' },
  { seed: 14_493, found: 'a read that was put again after a failed commit began anew at its first attempt' },
  { seed: 102_239, found: 'a case was cancelled that had been suspended over an effect in doubt, and never ended' },
];

it.each(OF_THE_FIRST_WORLD)('P13 seed $seed: $found', async ({ seed }) => {
  expect((await runSeed(seed, {}, true)).breaches).toEqual([]);
});

/** The same in the world as it is now. */
const OF_THIS_WORLD: readonly { seed: number; found: string }[] = [
  { seed: 6, found: 'somebody wanted something of a case that was pruned, and was told of a defect' },
  { seed: 10, found: 'a stop was on disk although its write had failed, and did not hold until a restart' },
  { seed: 146, found: 'an erasure could not be written: the engine went on with a journal that was closed under it' },
  { seed: 287, found: 'the same, of pruning' },
  {
    seed: 900_653,
    found: 'a timer came due while the journal was closed by an erasure that failed beside it, and threw',
  },
  { seed: 901_951, found: 'the same, of another timer' },
];

it.each(OF_THIS_WORLD)('P13 seed $seed of this world: $found', async ({ seed }) => {
  expect((await runSeed(seed)).breaches).toEqual([]);
});

/** The same where every case is of one subject. */
const OF_ONE_SUBJECT: readonly { seed: number; subject: string; found: string }[] = [
  { seed: 22, subject: 'late', found: 'a suspended case took back what it had done when its time was over' },
  { seed: 73, subject: 'late', found: 'the same' },
];

it.each(OF_ONE_SUBJECT)('P13 I12 seed $seed of $subject: $found', async ({ seed, subject }) => {
  expect((await runSeed(seed, { subject })).breaches).toEqual([]);
});
