/** What no record can hold keeps no case from going on: it would stand where it is for ever, and do again what it has done. */
import { afterEach, expect, test } from 'vitest';
import type { Flow } from '../flow/document.ts';
import { ask, call, end, programOf, shopFlow } from '../core/testing/flows.ts';
import { answer, REFUSED } from '../core/testing/play.ts';
import { Rig, type Outside } from './testing/rig.ts';

let rig: Rig | null = null;
afterEach(() => {
  rig?.close();
  rig = null;
});

/** A letter is posted, which nobody can ask about, and then it is waited. */
const waiting = (extra: Record<string, unknown>): Flow =>
  shopFlow()
    .node('Letter', 'connector', call('post letter'))
    .node('Wait', 'wait', {
      until: 'while',
      duration: 'P1D',
      time: '',
      name: '',
      key: '',
      fields: {},
      giveUp: null,
      ...extra,
    })
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Letter')
    .edge('Letter', 'done', 'Wait')
    .edge('Letter', 'refused', 'Done')
    .edge('Wait', 'next', 'Done')
    .build();

/** Where a case of a flow stands once nothing more happens. */
async function after(flow: Flow, order: string, outside: Outside = {}) {
  rig = new Rig({ programs: [programOf(flow)], outside });
  const { run } = await rig.start({ order });
  await rig.engine.idle();
  await rig.turns();
  const row = rig.engine.reader().run(run);
  return { status: row?.status, error: row?.error, effects: rig.engine.reader().effects({ run }) };
}

test('I8 a time that no clock comes to fails the case, and what it did is on record', async () => {
  const { status, error, effects } = await after(
    waiting({ until: 'time', time: 'date(input.order)' }),
    '999999999-12-31',
  );
  expect([status, error]).toEqual(['failed', 'EXPRESSION_FAILED']);
  expect(effects.map((effect) => effect.status)).toEqual(['done']);
});

test('I8 a case waits for a duration that is longer than any clock goes', async () => {
  const { status, effects } = await after(waiting({ duration: 'P99999999999999D' }), '7');
  expect([status, effects.map((effect) => effect.status)]).toEqual(['waiting', ['done']]);
});

test('I8 a value that gets deeper with every turn is kept as deep as a record goes', async () => {
  const flow = shopFlow()
    .node('Wrap', 'transform', { fields: { x: 'if Wrap.x = null then [1] else [Wrap.x]' } })
    .node('Call', 'connector', call('read order'))
    .node('Done', 'end', end('done', { x: 'Wrap.x' }))
    .chain('Start', 'Wrap', 'Call')
    .edge('Call', 'done', 'Done')
    .back('Call', 'refused', 'Wrap', 80)
    .build();
  let left = 80;
  const { status } = await after(flow, '7', {
    perform: () => (left-- > 0 ? REFUSED : { outcome: 'done', status: 200, response: new Map() }),
  });
  expect(status).toBe('completed');
});

test('I8 a model that is asked with half a character answers all the same', async () => {
  const flow = shopFlow()
    .node('Topic', 'ai-decision', ask({ text: '"\\uD83D"' }))
    .node('Done', 'end', end('done'))
    .chain('Start', 'Topic')
    .edge('Topic', 'answered', 'Done')
    .edge('Topic', 'uncertain', 'Done')
    .build();
  const { status } = await after(flow, '7', { ask: () => ({ outcome: 'answered', answer: answer() }) });
  expect(status).toBe('completed');
});
