import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeEvent } from '../core/codec.ts';
import { call, end, programOf, shopFlow } from '../core/testing/flows.ts';
import { lineStatus, toldStatus } from '../core/testing/line-status.ts';
import { DONE, failedWith, Play } from '../core/testing/play.ts';
import { moves, PROGRAMS, walk } from '../core/testing/walk.ts';
import { foldRunEvent, rowsOf } from '../journal/projections.ts';

/** What the row of a case says after each of its events on record. */
function rowStatus({ program, journal, state }: Play): string | undefined {
  const rows = rowsOf(null);
  journal.forEach(({ event, at }, i) => {
    const { open } = encodeEvent(program, event);
    const node = 'node' in event ? event.node : null;
    const path = 'path' in event ? (event.path ?? null) : null;
    foldRunEvent(rows, state.run, { seq: i + 1, subject: `run:${state.run}`, type: event.type, at, node, path, open });
  });
  return rows.run?.status;
}

const told = (run: Play): string | undefined => toldStatus(rowStatus(run));

test('a case that is left within branches of branches is in doubt where what is taken back is', () => {
  const flow = shopFlow()
    .node('State', 'connector', call('set state', { undo: true }))
    .node('Outer', 'parallel', { branches: ['a', 'b'] })
    .node('Inner', 'parallel', { branches: ['c', 'd'] })
    .node('Look', 'connector', call('read order'))
    .node('Refund', 'connector', call('refund'))
    .node('Parcel', 'connector', call('send parcel'))
    .node('Both', 'join', { wait: 'all', collect: '' })
    .node('All', 'join', { wait: 'all', collect: '' })
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'State')
    .edge('State', 'done', 'Outer')
    .edge('State', 'refused', 'Done')
    .edge('Outer', 'a', 'Look')
    .edge('Outer', 'b', 'Inner')
    .edge('Inner', 'c', 'Refund')
    .edge('Inner', 'd', 'Parcel')
    .edge('Refund', 'done', 'Both')
    .edge('Refund', 'refused', 'Both')
    .edge('Parcel', 'done', 'Both')
    .edge('Parcel', 'refused', 'Both')
    .edge('Both', 'next', 'All')
    .edge('Look', 'done', 'All')
    .edge('Look', 'refused', 'All')
    .edge('All', 'next', 'Done')
    .build();
  const run = new Play(programOf(flow), { order: '7', amount: 3 });
  run.performed(DONE);
  const begun = run.commands;
  for (const [node, outcome] of [
    ['n_look', failedWith('no', false)],
    ['n_refund', DONE],
    ['n_parcel', DONE],
  ] as const) {
    const path = begun.find((one) => one.node === node)?.path ?? '';
    run.say({ stimulus: 'performed', path, node, visit: 1, attempt: 1, outcome });
    expect(told(run)).toBe('running');
  }
  run.performed(failedWith('maybe', false));
  expect([lineStatus(run.state), told(run)]).toEqual(['in doubt', 'in doubt']);
});

test('a list whose first item was enough does what is left of it, and begins no other', () => {
  const flow = shopFlow()
    .node('Every', 'for-each', { list: '["1", "2", "3", "4"]', item: 'one', atOnce: 2 })
    .node('Parcel', 'connector', call('send parcel', { arguments: { order: 'one' } }))
    .node('First', 'join', { wait: 'any', collect: '' })
    .node('Done', 'end', end('done'))
    .chain('Start', 'Every')
    .edge('Every', 'each', 'Parcel')
    .edge('Parcel', 'done', 'First')
    .edge('Parcel', 'refused', 'First')
    .edge('First', 'next', 'Done')
    .build();
  const run = new Play(programOf(flow), { order: '7' });
  const [one, two] = run.commands;
  for (const [command, outcome] of [
    [two, failedWith('maybe')],
    [one, DONE],
  ] as const) {
    const { path = '', node = '' } = command ?? {};
    run.say({ stimulus: 'performed', path, node, visit: 1, attempt: 1, outcome });
  }
  expect([lineStatus(run.state), told(run)]).toEqual(['retrying', 'retrying']);
});

test('the row of a case says what the case does, wherever it stands', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...PROGRAMS), moves, (program, chances) => {
      const run = walk(program, chances);
      const status = lineStatus(run.state);
      seen.add(status);
      expect(told(run)).toBe(status);
    }),
    { numRuns: 150 },
  );
  for (const status of ['running', 'waiting', 'completed', 'failed', 'cancelled']) expect(seen).toContain(status);
});
