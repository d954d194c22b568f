import { describe, expect, it } from 'vitest';
import { call, end, programOf, shopFlow } from './testing/flows.ts';
import { DONE, Play } from './testing/play.ts';

const asked = (extra: Record<string, unknown>) => ({
  type: 'choose',
  title: 'Which?',
  question: '',
  role: 'agent',
  choices: [
    { value: 'approved', label: 'It is all right' },
    { value: 'no', label: '' },
  ],
  branch: true,
  fields: {},
  fourEyes: false,
  due: 'PT4H',
  show: [],
  ...extra,
});

/** A task with a refund behind each way out but the last. */
function asking(extra: Record<string, unknown> = {}): Play {
  const flow = shopFlow()
    .node('Ask', 'task', asked(extra))
    .node('Call', 'connector', call('refund'))
    .node('Done', 'end', end('done'))
    .node('Late', 'end', end('late'))
    .chain('Start', 'Ask')
    .edge('Call', 'done', 'Done')
    .edge('Call', 'refused', 'Done')
    .edge('Ask', 'timed out', 'Late');
  for (const exit of extra['branch'] === false || extra['type'] === 'fill in' ? ['answered'] : ['approved', 'no'])
    flow.edge('Ask', exit, 'Call');
  return new Play(programOf(flow.build()), { order: '7', amount: 12 });
}

const FORM = {
  type: 'fill in',
  fields: {
    sum: { type: 'number' },
    way: { type: 'string', values: ['bank', 'card'] },
    day: { type: 'date', optional: true },
  },
};

describe('a person’s answer', () => {
  it('is refused with path and reason where it is none of the choices, and nothing is on record then', () => {
    for (const [answer, at] of [
      [{ choice: 'maybe' }, 'choice'],
      [{ choice: 1 }, 'choice'],
      [{}, 'choice'],
      [{ choice: 'no', more: true }, 'more'],
    ] as const) {
      const run = asking();
      const decision = run.vote('answered', 'ada', { answer });
      expect(decision).toMatchObject({
        events: [],
        refused: { code: 'INPUT_INVALID', where: { path: ['answer', at] } },
      });
      expect(run.phase).toBe('tasked');
    }
  });

  it('is refused with path and reason where it does not fit the form', () => {
    for (const [answer, at] of [
      [{ way: 'bank' }, 'sum'],
      [{ sum: 'two', way: 'bank' }, 'sum'],
      [{ sum: 2, way: 'cheque' }, 'way'],
      [{ sum: 2, way: 'bank', day: '31.12.' }, 'day'],
      [{ sum: 2, way: 'bank', by: 'me' }, 'by'],
    ] as const) {
      const run = asking(FORM);
      const { refused } = run.vote('answered', 'ada', { answer });
      expect(refused).toMatchObject({ code: 'INPUT_INVALID', where: { path: ['answer', at] } });
      expect(refused?.message).not.toContain('input');
      expect(run.phase).toBe('tasked');
    }
    const run = asking(FORM);
    run.vote('answered', 'ada', { answer: { sum: 2.5, way: 'card' } });
    expect(run.phase).toBe('calling');
  });

  it('an answer is no approval, and an approval is no answer', () => {
    const run = asking();
    for (const decision of ['approved', 'rejected', 'sent back'] as const)
      expect(run.vote(decision)).toMatchObject({ events: [], refused: { code: 'TASK_NOT_PERMITTED' } });
    expect(run.vote('answered')).toMatchObject({ events: [], refused: { code: 'INPUT_INVALID' } });
  });

  it('I6 a choice that is called “approved” approves nothing: no effect is agreed to by it', () => {
    const run = asking();
    run.vote('answered', 'ada', { answer: { choice: 'approved' } });
    expect(run.state.root.agreed.size).toBe(0);
    expect(run.state.root.lastApproval).toBeNull();
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it('I6 nobody answers by waiting', () => {
    const run = asking();
    run.wait();
    expect(run.phase).toBe('late');
    expect(run.commanded).toEqual([]);
    expect(run.of('node.completed').at(-1)?.body).toMatchObject({ value: null, record: { by: 'timer' } });
  });

  it('is about what was shown: another digest is void', () => {
    const run = asking();
    const stale = { answer: { choice: 'no' }, shown: 'sha256-stale' };
    expect(run.vote('answered', 'ada', stale)).toMatchObject({ events: [], refused: { code: 'APPROVAL_CHANGED' } });
  });
});
