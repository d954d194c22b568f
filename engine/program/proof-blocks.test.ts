import { describe, expect, it } from 'vitest';
import { AI, NOT_APPROVED, prove, topicFirst, wayOf } from './testing/prove.ts';
import { draw } from './testing/proof-kit.ts';

describe('S13 branches that run at once', () => {
  const judged = (approved: string) =>
    draw()
      .parallel('Fan', 'judge', 'look')
      .wire('Start', 'next', 'Fan')
      .wire('Fan', 'judge', 'Topic')
      .ai('Topic')
      .all('Topic', AI, 'Ask')
      .approval('Ask')
      .wire('Ask', 'approved', approved)
      .all('Ask', NOT_APPROVED, 'Stopped')
      .transform('Stopped', { gone: 'true' })
      .transform('Look', { fee: '10' })
      .wire('Fan', 'look', 'Look')
      .all('Look', ['next'], 'Both')
      .join('Both')
      .wire('Both', 'next', 'Plan')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ['done', 'refused', 'failed'], 'Stop');

  it('control and repair: what a branch brings to the join counts, whatever the other branch does', () => {
    const plan = { inputs: ['Ask.decision'], outputs: ['route'], routes: ['pay', 'stop'] };
    const told = (...rows: string[][]) =>
      judged('Both')
        .wire('Stopped', 'next', 'Both')
        .rule('Plan', { ...plan, rows })
        .wire('Plan', 'pay', 'Mail')
        .all('Plan', ['stop', 'otherwise'], 'Stop');
    const drawn = told(['"approved", "rejected"', '"pay"'], ['-', '"stop"']);
    // A rejected answer comes to the join as well, and what was decided in its branch is known there.
    const proof = prove(drawn);
    expect(proof.safe).toBe(false);
    expect(wayOf(proof)).toContain('n_both');
    const asking = prove(told(['"approved"', '"pay"'], ['-', '"stop"']));
    expect(asking.safe).toBe(true);
    const again = judged('Both')
      .wire('Stopped', 'next', 'Both')
      .approval('Plan')
      .wire('Plan', 'approved', 'Mail')
      .all('Plan', NOT_APPROVED, 'Stop');
    expect(prove(again).safe).toBe(true);
  });

  it('an approval for each item is none where there may be no items', () => {
    const drawn = (after: string) =>
      topicFirst()
        .all('Topic', AI, 'Every')
        .forEach('Every', 'split(input.message, ",")')
        .wire('Every', 'each', 'Ask')
        .approval('Ask')
        .all('Ask', ['approved', ...NOT_APPROVED], 'All')
        .join('All', 'all', 'Ask.decision')
        .wire('All', 'next', after)
        .act('Mail', 'mail', { text: 'Topic.guess' })
        .all('Mail', ['done', 'refused', 'failed'], 'Stop');
    const proof = prove(drawn('Mail'));
    expect(proof.safe).toBe(false);
    const asked = drawn('Last').approval('Last').wire('Last', 'approved', 'Mail').all('Last', NOT_APPROVED, 'Stop');
    expect(prove(asked).safe).toBe(true);
  });

  it('an effect within an iteration is proved like any other', () => {
    const drawn = (approval: boolean) => {
      const each = topicFirst().all('Topic', AI, 'Every').forEach('Every', '[1, 2]').join('All');
      each.act('Mail', 'mail', { text: 'Topic.guess' }).all('Mail', ['done', 'refused', 'failed'], 'All');
      each.wire('All', 'next', 'Stop');
      if (!approval) return each.wire('Every', 'each', 'Mail');
      return each
        .wire('Every', 'each', 'Ask')
        .approval('Ask')
        .wire('Ask', 'approved', 'Mail')
        .all('Ask', NOT_APPROVED, 'All');
    };
    expect(prove(drawn(false)).safe).toBe(false);
    expect(prove(drawn(true)).safe).toBe(true);
  });
});
