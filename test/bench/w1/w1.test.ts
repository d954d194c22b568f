import { expect, onTestFinished, test } from 'vitest';
import type { Peer } from '../peers/peer.ts';
import { restate } from '../restate/restate.ts';
import { caseOf, classify, decideByHand, resultOf } from '../w2/workload.ts';
import { bodyOf } from './body.ts';
import { W1Rounds } from './w1-rounds.ts';

test('W1 sends each run’s post exactly once, in a transaction before its call and one after', async () => {
  const rounds = await W1Rounds.begin([restate(null)], {
    many: { inFlight: 8, runs: 24 },
    one: { runs: 4 },
    warmUp: 4,
  });
  onTestFinished(() => rounds.close());
  const said: string[] = [];
  await rounds.measure((line) => said.push(line));
  expect(said).toEqual([expect.stringMatching(/^W1, 8 in flight: engine \d+, Restate not measured runs\/s$/)]);
  // One round says nothing of how much rounds differ.
  expect(() => rounds.rows()).toThrow(RangeError);
});

test('a peer that leaves out the posts is found out, and stopped', async () => {
  let stopped = false;
  const forgetful: Peer = {
    name: 'Forgetful',
    start: async () => ({
      run: async () => ({ seconds: 1, p50: 1 }),
      stop: async () => {
        stopped = true;
      },
    }),
  };
  const rounds = await W1Rounds.begin([forgetful], { many: { inFlight: 2, runs: 2 }, one: { runs: 1 }, warmUp: 1 });
  onTestFinished(() => rounds.close());
  await expect(rounds.measure(() => {})).rejects.toThrow('1 runs sent 0 posts with 0 keys');
  expect(stopped).toBe(true);
});

test('rules as code come to the results of the flow, and the body has 300 bytes', () => {
  const sizes = Array.from({ length: 500 }, (_, i) => {
    const one = caseOf(i);
    const { label, confidence } = classify(one.text);
    const outcome = decideByHand(one, label);
    const branch = outcome === 'approve' ? 'approve' : 'other';
    expect(branch).toBe(resultOf(one));
    return bodyOf(one, { label, confidence, outcome, branch }).length;
  });
  expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeCloseTo(300, -1);
});
