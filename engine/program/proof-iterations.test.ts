import { describe, expect, it } from 'vitest';
import { ACTED, AI, prove, topicFirst } from './testing/prove.ts';
import { draw, type Drawing } from './testing/proof-kit.ts';

const mail = (drawing: Drawing, to = 'All') =>
  drawing.act('Mail', 'mail', { text: 'Topic.guess' }).all('Mail', ACTED, to);

describe('S13 what comes from other branches and iterations', () => {
  it.each([
    ['[1, 2]', 'one'],
    ['[{a: 1}]', 'one.a'],
  ])('S8 an item of %s is not taken for one that was never handed out', (list, column) => {
    const routed = {
      inputs: [column],
      outputs: ['route'],
      routes: ['pay', 'stop'],
      rows: [
        ['< 100', '"pay"'],
        ['-', '"stop"'],
      ],
    };
    const drawn = topicFirst()
      .all('Topic', AI, 'Every')
      .forEach('Every', list)
      .wire('Every', 'each', 'Plan')
      .rule('Plan', routed)
      .wire('Plan', 'pay', 'Mail')
      .all('Plan', ['stop', 'otherwise'], 'All')
      .join('All')
      .wire('All', 'next', 'Stop');
    expect(prove(mail(drawn)).safe).toBe(false);
  });

  it.each(['1', 'input.amount', 'one'])('the length of a list that collects %s tells what its list told', (collect) => {
    const drawn = (list: string) =>
      topicFirst()
        .all('Topic', AI, 'Every')
        .forEach('Every', list)
        .wire('Every', 'each', 'Same')
        .transform('Same', { a: '1' })
        .wire('Same', 'next', 'All')
        .join('All', 'all', collect)
        .wire('All', 'next', 'Credit')
        .act('Credit', 'credit', { amount: 'count(All)' })
        .all('Credit', ACTED, 'Stop');
    expect(prove(drawn('if Topic.guess = "fraud" then [1] else [1, 2]')).safe).toBe(false);
    expect(prove(drawn('[1, 2]')).safe).toBe(true);
  });

  const beside = (amount: string) =>
    draw()
      .parallel('Fan', 'judge', 'pay')
      .wire('Start', 'next', 'Fan')
      .wire('Fan', 'judge', 'Topic')
      .ai('Topic')
      .all('Topic', AI, 'Tag')
      .act('Tag', 'tag', { amount: 'if Topic.guess = "fraud" then 1 else 1000' })
      .all('Tag', ACTED, 'Both')
      .wire('Fan', 'pay', 'Look')
      .act('Look', 'look', {})
      .all('Look', ACTED, 'Credit')
      .act('Credit', 'credit', { amount })
      .all('Credit', ACTED, 'Both')
      .join('Both')
      .wire('Both', 'next', 'Stop');

  it('an answer comes back through a system from a branch that runs meanwhile', () => {
    const proof = prove(beside('Look.amount'));
    expect(proof.unsafe[0]?.nodes).toEqual(['n_topic', 'n_tag', 'n_look', 'n_credit']);
    expect(prove(draw().wire('Start', 'next', 'Look').act('Look', 'look', {}).all('Look', ACTED, 'Stop')).safe).toBe(
      true,
    );
  });

  it('an answer comes back through a system from an iteration before', () => {
    const drawn = (tag: string) =>
      draw()
        .forEach('Every', '[1, 2]')
        .wire('Start', 'next', 'Every')
        .wire('Every', 'each', 'Look')
        .act('Look', 'look', {})
        .all('Look', ACTED, 'Credit')
        .act('Credit', 'credit', { amount: 'Look.amount' })
        .all('Credit', ACTED, 'Topic')
        .ai('Topic')
        .all('Topic', AI, tag)
        .join('All')
        .wire('All', 'next', 'Stop');
    const tagged = drawn('Tag').act('Tag', 'tag', { amount: 'if Topic.guess = "fraud" then 1 else 2' });
    expect(prove(tagged.all('Tag', ACTED, 'All')).safe).toBe(false);
    expect(prove(drawn('All')).safe).toBe(true);
  });

  it('where the first branch is enough, an answer in one says what the others left', () => {
    const drawn = (wait: 'all' | 'any') =>
      draw()
        .parallel('Fan', 'judge', 'look')
        .wire('Start', 'next', 'Fan')
        .wire('Fan', 'judge', 'Topic')
        .ai('Topic')
        .all('Topic', AI, 'Both')
        .wire('Fan', 'look', 'Fee')
        .transform('Fee', { fee: '10' })
        .wire('Fee', 'next', 'Both')
        .join('Both', wait)
        .wire('Both', 'next', 'Credit')
        .act('Credit', 'credit', { amount: 'if Fee = null then 1000 else 1' })
        .all('Credit', ACTED, 'Stop');
    expect(prove(drawn('any')).safe).toBe(false);
    expect(prove(drawn('all')).safe).toBe(true);
  });
});
