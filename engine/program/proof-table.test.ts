import { describe, expect, it } from 'vitest';
import type { Drawing, TableDraft } from './testing/proof-kit.ts';
import { AI, because, credit, prove, topicFirst, UP_TO_50 } from './testing/prove.ts';

/** Small amounts are paid by the table, all else is stopped. */
const table = (draft: Partial<TableDraft>): Drawing =>
  credit(
    topicFirst()
      .all('Topic', AI, 'Plan')
      .rule('Plan', {
        inputs: ['input.amount', 'Topic.choice'],
        outputs: ['route'],
        routes: ['pay', 'stop'],
        rows: [],
        ...draft,
      })
      .wire('Plan', 'pay', 'Credit')
      .all('Plan', ['stop', 'otherwise'], 'Stop'),
  );

const safe = (draft: Partial<TableDraft>): boolean => prove(table(draft), UP_TO_50).safe;

const twice = (first: string, second: string): Drawing =>
  credit(
    topicFirst()
      .all('Topic', AI, 'Small')
      .rule('Small', { inputs: ['input.amount'], outputs: ['route'], routes: ['on'], rows: [[first, '"on"']] })
      .wire('Small', 'on', 'Large')
      .wire('Small', 'otherwise', 'Stop')
      .rule('Large', {
        inputs: ['input.amount', 'Topic.choice'],
        outputs: ['route'],
        routes: ['pay'],
        rows: [[second, '"refund"', '"pay"']],
      })
      .wire('Large', 'pay', 'Credit')
      .wire('Large', 'otherwise', 'Stop'),
  );

const afterExit = (exit: string): Drawing =>
  credit(
    topicFirst()
      .wire('Topic', exit, 'Plan')
      .all(
        'Topic',
        AI.filter((port) => port !== exit),
        'Stop',
      )
      .rule('Plan', {
        inputs: ['Topic.choice'],
        outputs: ['route'],
        routes: ['pay'],
        rows: [['"refund"', '"pay"']],
      })
      .wire('Plan', 'pay', 'Credit')
      .wire('Plan', 'otherwise', 'Stop'),
  );

const decidedBy = (column: string): Drawing =>
  credit(
    topicFirst()
      .all('Topic', AI, 'Plan')
      .rule('Plan', {
        inputs: [column, 'Topic.choice'],
        outputs: ['route'],
        routes: ['stop'],
        rows: [['-', '-', '"stop"']],
      })
      .wire('Plan', 'stop', 'Stop')
      .wire('Plan', 'otherwise', 'Credit'),
  );

describe('S6 rows', () => {
  it('S6 under FIRST what earlier rows take is known not to come', () => {
    const rows = [
      ['> 50', '-', '"stop"'],
      ['-', '-', '"pay"'],
    ];
    expect(safe({ rows })).toBe(true);
    expect(safe({ rows: rows.toReversed() })).toBe(false);
    expect(
      safe({
        rows: [
          ['> 50', '"refund"', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(false);
    expect(
      safe({
        rows: [
          ['> 60', '-', '"stop"'],
          ['(50..60]', '-', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(true);
  });

  it('S6 under ANY and PRIORITY each row speaks for itself', () => {
    const rows = [
      ['> 50', '-', '"stop"'],
      ['-', '-', '"pay"'],
    ];
    expect(safe({ rows, hitPolicy: 'UNIQUE' })).toBe(true);
    expect(safe({ rows, hitPolicy: 'ANY' })).toBe(false);
    expect(safe({ rows, hitPolicy: 'PRIORITY' })).toBe(false);
    expect(safe({ rows: [['<= 50', '-', '"pay"']], hitPolicy: 'ANY' })).toBe(true);
  });

  it('S6 a row that can never be taken leads nowhere', () => {
    expect(
      safe({
        rows: [
          ['-', '-', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(true);
  });

  it('S6 an exit that cannot be told is every exit', () => {
    expect(safe({ rows: [['-', '-', 'Topic.guess']] })).toBe(false);
    expect(safe({ rows: [['-', '-', 'if input.other > 1 then "stop" else "none"']] })).toBe(true);
  });

  it('S6 defaults count where no row matches', () => {
    const rows = [['<= 50', '-', '"pay"']];
    expect(safe({ rows })).toBe(true);
    expect(safe({ rows, defaults: { route: '"stop"' } })).toBe(true);
    expect(safe({ rows, defaults: { route: '"pay"' } })).toBe(false);
  });

  it('S6 what one rule found out holds at the next', () => {
    expect(prove(twice('<= 50', '> 50')).safe).toBe(true);
    expect(because(prove(twice('<= 50', '> 50')), 'Credit')).toBe(
      'No case in which an AI answer is pending gets here.',
    );
    expect(prove(twice('<= 50', '>= 50')).safe).toBe(false);
    expect(prove(twice('<= 50', '-'), UP_TO_50).safe).toBe(true);
  });

  it('S6 the exit of an AI decision tells whether there is a choice', () => {
    expect(prove(afterExit('answered')).safe).toBe(false);
    expect(prove(afterExit('uncertain')).safe).toBe(true);
  });

  it('S6 a table that collects tells nothing', () => {
    const drawing = credit(
      topicFirst()
        .all('Topic', AI, 'Plan')
        .rule('Plan', { inputs: ['input.amount'], outputs: ['x'], rows: [['<= 50', '1']], hitPolicy: 'COLLECT' })
        .wire('Plan', 'next', 'Gate')
        .rule('Gate', { inputs: ['Topic.choice'], outputs: ['route'], routes: ['pay'], rows: [['"refund"', '"pay"']] })
        .wire('Gate', 'pay', 'Credit')
        .wire('Gate', 'otherwise', 'Stop'),
    );
    expect(prove(drawing, UP_TO_50).safe).toBe(false);
  });

  it('S6 a table that may outrun its budget may leave by otherwise whatever its rows say', () => {
    expect(prove(decidedBy('input.amount')).safe).toBe(true);
    expect(prove(decidedBy('count(for i in 1..input.amount return i)')).safe).toBe(false);
  });
});
