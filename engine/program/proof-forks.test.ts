import { assert, pre, property, sample } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import type { Flow } from '../flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';
import { unapproved } from './testing/brute-force.ts';
import { AROUND, draw, type Drawing } from './testing/proof-kit.ts';
import { ACTED, AI, because, NOT_APPROVED, prove, wayOf } from './testing/prove.ts';
import { drawnFork, isReadable, seeds } from './testing/random-drawing.ts';

const unsafeIn = (flow: Flow): string[] =>
  proveSafety(flow, KINDS, AROUND, STRICT_POLICY)
    .unsafe.map((path) => path.effect.node)
    .sort();

describe('S13 branches of which all are waited for, beside every case that there is', () => {
  it.each([
    [false, 24],
    [true, 4],
  ])('what is called safe never happens unapproved (loops: %s)', (loops, numRuns) => {
    assert(
      property(seeds, (numbers) => {
        const flow = drawnFork(numbers, { wild: false, loops });
        pre(isReadable(flow));
        const unsafe = unsafeIn(flow);
        expect(unapproved(flow, { grid: [15] }, null).filter((node) => !unsafe.includes(node))).toEqual([]);
      }),
      { numRuns, seed: 24 },
    );
  });

  it('control: some are safe for what was approved in a branch, and for nothing else', () => {
    const flows = sample(seeds, { numRuns: 30, seed: 5 })
      .map((numbers) => drawnFork(numbers, { wild: false, loops: false }))
      .filter(isReadable);
    const safe = flows.filter((flow) => unsafeIn(flow).length === 0);
    expect(safe.length).toBeLessThan(flows.length);
    const without = (flow: Flow) => unapproved(flow, { grid: [15], clearing: [] }, null);
    expect(safe.filter((flow) => without(flow).length > 0).length).toBeGreaterThan(0);
  });
});

describe('S13 an approval in one of the branches', () => {
  const asked = { inputs: ['Ask.decision'], outputs: ['route'], routes: ['pay', 'stop'] };
  const ifApproved = {
    ...asked,
    rows: [
      ['"approved"', '"pay"'],
      ['-', '"stop"'],
    ],
  };
  const always = { ...asked, rows: [['-', '"pay"']] };
  const askIn = (drawing: Drawing, join: string): Drawing =>
    drawing
      .approval('Ask')
      .wire('Ask', 'approved', join)
      .all('Ask', NOT_APPROVED, 'Told')
      .transform('Told', { gone: 'true' })
      .wire('Told', 'next', join);
  const paid = (drawing: Drawing, table: Parameters<Drawing['rule']>[1]): Drawing =>
    drawing
      .wire('Both', 'next', 'Plan')
      .rule('Plan', table)
      .wire('Plan', 'pay', 'Mail')
      .all('Plan', ['stop', 'otherwise'], 'Stop')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ACTED, 'Stop');

  /** An answer, then at once somebody is asked and a fee is looked up; then the letter. */
  const before = (table = ifApproved, wait: 'all' | 'any' = 'all') =>
    paid(
      askIn(
        draw()
          .ai('Topic')
          .wire('Start', 'next', 'Topic')
          .all('Topic', AI, 'Fan')
          .parallel('Fan', 'ask', 'look')
          .wire('Fan', 'ask', 'Ask')
          .wire('Fan', 'look', 'Fee')
          .transform('Fee', { fee: '10' })
          .wire('Fee', 'next', 'Both')
          .join('Both', wait),
        'Both',
      ),
      table,
    );

  it('holds for what was answered before the branches, and says by which approval', () => {
    const proof = prove(before());
    expect(proof.safe).toBe(true);
    expect(because(proof, 'Mail')).toContain('Ask');
  });

  it('control: not where what follows does not ask how it was decided; the way shown is through that branch', () => {
    const proof = prove(before(always));
    expect(proof.safe).toBe(false);
    expect(wayOf(proof)).toEqual(['n_topic', 'n_fan', 'n_ask', 'n_told', 'n_both', 'n_plan', 'n_mail']);
  });

  it('control: not where the first branch is enough', () => {
    expect(prove(before(ifApproved, 'any')).safe).toBe(false);
  });

  it('control: not for what another branch answered meanwhile', () => {
    const drawn = (answering: 'look' | 'ask') =>
      paid(
        askIn(
          draw()
            .wire('Start', 'next', 'Fan')
            .parallel('Fan', 'ask', 'look')
            .wire('Fan', answering, 'Topic')
            .ai('Topic')
            .all('Topic', AI, answering === 'ask' ? 'Ask' : 'Both')
            .wire('Fan', answering === 'ask' ? 'look' : 'ask', answering === 'ask' ? 'Fee' : 'Ask')
            .join('Both'),
          'Both',
        ),
        ifApproved,
      );
    expect(prove(drawn('look')).safe).toBe(false);
    const same = drawn('ask').transform('Fee', { fee: '10' }).wire('Fee', 'next', 'Both');
    expect(prove(same).safe).toBe(true);
  });

  it('control: not for an effect in another branch, which does not wait for it', () => {
    const drawn = askIn(
      draw()
        .ai('Topic')
        .wire('Start', 'next', 'Topic')
        .all('Topic', AI, 'Fan')
        .parallel('Fan', 'ask', 'pay')
        .wire('Fan', 'ask', 'Ask')
        .wire('Fan', 'pay', 'Mail')
        .act('Mail', 'mail', { text: 'Topic.guess' })
        .all('Mail', ACTED, 'Both')
        .join('Both')
        .wire('Both', 'next', 'Stop'),
      'Both',
    );
    expect(wayOf(prove(drawn))).toEqual(['n_topic', 'n_fan', 'n_mail']);
  });

  it('control: not where the branches meet before the join, and a step of both was decided twice', () => {
    const drawn = paid(
      askIn(
        draw()
          .wire('Start', 'next', 'Topic')
          .ai('Topic')
          .all('Topic', AI, 'Fan')
          .parallel('Fan', 'one', 'two')
          .all('Fan', ['one', 'two'], 'Ask')
          .join('Both'),
        'Both',
      ),
      ifApproved,
    );
    expect(prove(drawn).safe).toBe(false);
  });
});
