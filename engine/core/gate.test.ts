import { describe, expect, it } from 'vitest';
import { decodeValue } from '../feel/value.ts';
import { idOf, type FlowBuilder } from '../flow/testing/build.ts';
import { AROUND, policyOf, ruleConfig } from '../program/testing/proof-kit.ts';
import { approval, ask, call, end, programOf, shopFlow, SURROUNDINGS } from './testing/flows.ts';
import { contextOf, DONE, Play, REFUSED } from './testing/play.ts';

const input = { order: '7', amount: 12 };
const DAY = 24 * 3600_000;

/** An AI answer decides whether `Agree` is asked at all, so that every effect after it needs a person. */
const withoutRefund = (given: Record<string, unknown> = {}): FlowBuilder =>
  shopFlow()
    .node('Topic', 'ai-decision', ask())
    .node('Agree', 'approval', approval({ role: 'lead', due: 'PT48H', ...given }))
    .node('Done', 'end', end('done'))
    .node('Stopped', 'end', end('stopped'))
    .edge('Start', 'next', 'Topic')
    .edge('Topic', 'answered', 'Agree')
    .edge('Topic', 'uncertain', 'Stopped')
    .edge('Agree', 'rejected', 'Stopped')
    .edge('Agree', 'timed out', 'Stopped');

const afterAi = (given: Record<string, unknown> = {}): FlowBuilder =>
  withoutRefund(given)
    .node('Refund', 'connector', call('refund'))
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Stopped');

/** Starts a case and goes to the first approval. */
function started(flow: FlowBuilder, program = programOf(flow.build())): Play {
  const run = new Play(program, input);
  run.answered();
  expect(run.phase).toBe('tasked');
  return run;
}

const shownIn = (run: Play) =>
  run.task.task.shown?.effects.map(({ name, request }) => [name, request === null ? 'not known' : 'known']);

const nodesSent = (run: Play) => run.of('call.intended').map(({ node }) => node);

/** The run stands at a connector that is shown again to the role, and nothing of it has been sent. */
function expectAskedAgain(run: Play, node: string, role = 'lead'): void {
  expect(run.commands).toEqual([]);
  expect(run.task).toMatchObject({
    node: idOf(node),
    task: { role, shown: { again: true, effects: [{ name: node }] } },
  });
  expect(run.task.task.shown?.effects[0]?.request).not.toBeNull();
  expect(nodesSent(run)).not.toContain(idOf(node));
}

const refusedFirst = () =>
  afterAi()
    .node('State', 'connector', call('set state'))
    .edge('Agree', 'approved', 'State')
    .edge('State', 'done', 'Done')
    .edge('State', 'refused', 'Refund');

const secondAi = () =>
  afterAi()
    .node('Again', 'ai-decision', ask())
    .edge('Agree', 'approved', 'Again')
    .edge('Again', 'answered', 'Refund')
    .edge('Again', 'uncertain', 'Done');

const routed = (input_: string, rows: readonly (readonly string[])[]) =>
  afterAi()
    .node('Which', 'rule', ruleConfig({ inputs: [input_], outputs: ['way'], routes: ['letter', 'refund'], rows }))
    .node('Letter', 'connector', call('post letter'))
    .edge('Agree', 'approved', 'Which')
    .edge('Which', 'letter', 'Letter')
    .edge('Which', 'refund', 'Refund')
    .edge('Which', 'otherwise', 'Stopped')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Stopped');

const byWhom = () =>
  routed('Agree.by', [
    ['"ada"', '"letter"'],
    ['-', '"refund"'],
  ]);
const byDay = () =>
  routed('today()', [
    ['<= date("2026-03-02")', '"letter"'],
    ['-', '"refund"'],
  ]);

/** Ways from an approval to an irreversible refund that no dry run can foresee, each taken up to the refund. */
const UNFORESEEN: readonly [string, () => FlowBuilder, (run: Play) => void][] = [
  [
    'the exit “refused” of what was approved',
    refusedFirst,
    (run) => {
      expect(shownIn(run)).toEqual([
        ['State', 'known'],
        ['Refund', 'not known'],
      ]);
      run.vote('approved');
      run.performed(REFUSED);
    },
  ],
  [
    'a second AI answer',
    secondAi,
    (run) => {
      expect(shownIn(run)).toEqual([['Refund', 'not known']]);
      run.vote('approved');
      run.answered();
    },
  ],
  [
    'a rule on who approved',
    byWhom,
    (run) => {
      expect(shownIn(run)?.toSorted()).toEqual([
        ['Letter', 'not known'],
        ['Refund', 'not known'],
      ]);
      run.vote('approved', 'ben');
    },
  ],
  [
    'a rule on the day, approved a day later',
    byDay,
    (run) => {
      expect(shownIn(run)).toEqual([
        ['Letter', 'known'],
        ['Refund', 'not known'],
      ]);
      run.now += DAY;
      run.vote('approved');
    },
  ],
];

describe('I6 an irreversible effect that the approver could not be shown is shown to the same role before it goes', () => {
  it.each(UNFORESEEN)('by %s', (_, flow, upTo) => {
    const run = started(flow());
    upTo(run);
    expectAskedAgain(run, 'Refund');
    run.vote('approved', 'cyd');
    expect(run.command).toMatchObject({ command: 'perform', node: idOf('Refund') });
    run.performed(DONE);
    expect(run.phase).toBe('done');
  });

  it.each(UNFORESEEN)('and never goes when that is rejected, or nobody decides in time: by %s', (_, flow, upTo) => {
    for (const refuse of [(run: Play) => run.vote('rejected', 'cyd'), (run: Play) => run.wait()]) {
      const run = started(flow());
      upTo(run);
      expectAskedAgain(run, 'Refund');
      refuse(run);
      expect(run.phase).toBe('stopped');
      expect(nodesSent(run)).not.toContain(idOf('Refund'));
    }
  });

  it('control: what was shown goes as it was shown, by the same rule on the day', () => {
    const run = started(byDay());
    run.now += 60_000;
    run.vote('approved');
    expect(run.command).toMatchObject({ command: 'perform', node: idOf('Letter') });
  });

  it('each of two ways that depend on who approved is shown again, whichever it is', () => {
    const run = started(byWhom());
    run.vote('approved', 'ada');
    expectAskedAgain(run, 'Letter');
    run.vote('approved', 'ben');
    expect(run.command).toMatchObject({ command: 'perform', node: idOf('Letter') });
  });
});

describe('I6 a reversible effect that the policy limits, of which the amount was not known', () => {
  const flow = afterAi()
    .node('Look', 'connector', { ...call('look'), connection: 'billing' })
    .node('Tag', 'connector', { ...call('tag'), connection: 'billing', arguments: { amount: 'Look.amount' } })
    .edge('Agree', 'approved', 'Look')
    .edge('Look', 'done', 'Tag')
    .edge('Look', 'refused', 'Stopped')
    .edge('Tag', 'done', 'Refund')
    .edge('Tag', 'refused', 'Stopped')
    .build();
  const around = { ...AROUND, connections: { ...AROUND.connections, ...SURROUNDINGS.connections } };
  const found = (amount: unknown, policy = policyOf({ tag: 50 })): Play => {
    const run = new Play(programOf(flow, around, policy), input);
    run.answered();
    expect(shownIn(run)?.[0]).toEqual(['Tag', 'not known']);
    run.vote('approved');
    run.performed({ outcome: 'done', status: 200, response: contextOf({ amount }) });
    return run;
  };

  it('goes up to the limit', () => {
    for (const amount of [0, 49.99, 50])
      expect(found(amount).command).toMatchObject({ command: 'perform', action: 'tag' });
  });

  it('is shown again above it, and where it is no number', () => {
    for (const amount of [50.01, 51, null, '7', [1]]) {
      const run = found(amount);
      expectAskedAgain(run, 'Tag');
      run.vote('rejected');
      expect(run.commanded.map((one) => one.command === 'perform' && one.action)).toEqual([false, 'look']);
    }
  });

  it('control: the policy that does not name it asks for nobody', () => {
    expect(found(51, policyOf({})).command).toMatchObject({ command: 'perform', action: 'tag' });
  });
});

const ORDER = { order: '7', total: 99, placed: null, note: null };
const LOOKED = { outcome: 'done' as const, status: 200, response: contextOf(ORDER) };

/** The refund is not known when it is approved, and says another time whenever it is asked. */
const changing = (given: Record<string, unknown> = {}) =>
  afterAi(given)
    .node('Look', 'connector', call('read order'))
    .node('Refund', 'connector', call('refund', { arguments: { order: 'string(now())', amount: 'Look.total' } }))
    .edge('Agree', 'approved', 'Look')
    .edge('Look', 'done', 'Refund')
    .edge('Look', 'refused', 'Stopped');

describe('I6 what was shown again and approved', () => {
  it.each([[1], [2]])(
    'is sent exactly as it was shown, although its formula says something else by then: %i people',
    (count) => {
      for (const crash of [false, true]) {
        const run = started(changing({ count }));
        const approve = () => {
          for (const person of ['ada', 'ben'].slice(0, count)) {
            run.now += 60_000;
            if (crash) run.crash();
            run.vote('approved', person);
          }
        };
        approve();
        if (crash) run.crash();
        run.performed(LOOKED);
        expectAskedAgain(run, 'Refund');
        const [shown] = run.task.task.shown?.effects ?? [];
        const request = decodeValue(shown?.request ?? null);
        approve();
        expect(run.of('call.intended')[0]?.body).toMatchObject({ digest: shown?.digest });
        expect(run.command).toMatchObject({ command: 'perform', request });
        if (crash) run.crash();
        expect(run.command).toMatchObject({ request });
        run.performed(DONE);
        expect(run.phase).toBe('done');
        // One asking before the effect, not one for every time that it is looked at.
        expect(run.of('task.created')).toHaveLength(2);
      }
    },
  );

  it('each asking is a task of its own, and what was said of one says nothing of another', () => {
    const run = started(
      withoutRefund()
        .node('State', 'connector', call('set state'))
        .edge('Agree', 'approved', 'State')
        .edge('State', 'done', 'Done')
        .back('State', 'refused', 'Agree', 3),
    );
    const first = run.task.task.id;
    const decision = run.decision('approved');
    for (let i = 0; i < 3; i++) {
      run.vote('approved');
      run.performed(REFUSED);
    }
    const tasks = run.of('task.created').map(({ body }) => body.task);
    expect(tasks).toHaveLength(4);
    expect(new Set(tasks).size).toBe(4);
    expect(run.say({ stimulus: 'decided', task: first, decision })).toMatchObject({
      events: [],
      refused: { code: 'TASK_CLOSED' },
    });
  });

  it('a connector that is come to again is asked about again, each time as another task', () => {
    const run = started(
      withoutRefund()
        .node('Look', 'connector', call('read order'))
        .node('Letter', 'connector', call('post letter', { arguments: { order: 'Look.order' } }))
        .edge('Agree', 'approved', 'Look')
        .edge('Look', 'done', 'Letter')
        .edge('Look', 'refused', 'Stopped')
        .edge('Letter', 'done', 'Done')
        .back('Letter', 'refused', 'Letter', 2),
    );
    run.vote('approved');
    run.performed(LOOKED);
    for (let i = 0; i < 3; i++) {
      expect(run.task).toMatchObject({ node: idOf('Letter'), visit: i + 1, task: { shown: { again: true } } });
      run.vote('approved');
      run.performed(i < 2 ? REFUSED : DONE);
    }
    expect(run.phase).toBe('done');
    const tasks = run.of('task.created').map(({ body }) => body.task);
    expect(tasks).toHaveLength(4);
    expect(new Set(tasks).size).toBe(4);
  });
});

/** A lead lists the refund; a clerk, who is asked when the order is not found, does not; from there the case goes back. */
const leadAndClerk = (): FlowBuilder =>
  shopFlow()
    .node('Lead', 'approval', approval({ role: 'lead' }))
    .node('Clerk', 'approval', approval({ role: 'clerk' }))
    .node('Look', 'connector', call('read order'))
    .node('Refund', 'connector', call('refund', { arguments: { order: 'input.order', amount: 'Look.total' } }))
    .node('Letter', 'connector', call('post letter'))
    .node('Done', 'end', end('done'))
    .node('Stopped', 'end', end('stopped'))
    .edge('Start', 'next', 'Lead')
    .edge('Lead', 'approved', 'Look')
    .edge('Lead', 'rejected', 'Stopped')
    .edge('Look', 'done', 'Refund')
    .edge('Look', 'refused', 'Clerk')
    .edge('Clerk', 'approved', 'Letter')
    .edge('Clerk', 'rejected', 'Stopped')
    .edge('Letter', 'done', 'Done')
    .back('Letter', 'refused', 'Look', 2)
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Stopped');

describe('I6 who is asked again', () => {
  it('is the role of the approval that listed the effect, not of the one that was passed last', () => {
    const run = new Play(programOf(leadAndClerk().build()), input);
    expect(shownIn(run)).toEqual([['Refund', 'not known']]);
    run.vote('approved');
    run.performed(REFUSED);
    expect([run.task.task.role, shownIn(run)]).toEqual([
      'clerk',
      [
        ['Letter', 'known'],
        ['Refund', 'not known'],
      ],
    ]);
    run.vote('approved', 'cyd');
    run.performed(REFUSED);
    run.performed(LOOKED);
    expectAskedAgain(run, 'Refund', 'lead');
    run.vote('approved');
    expect(run.command).toMatchObject({ command: 'perform', node: idOf('Refund') });
  });

  it('is that of the last approval given, where none has listed it', () => {
    const run = started(
      afterAi()
        .node('Clerk', 'approval', approval({ role: 'clerk' }))
        .node('Letter', 'connector', call('post letter'))
        .edge('Agree', 'approved', 'Clerk')
        .edge('Clerk', 'approved', 'Letter')
        .edge('Letter', 'done', 'Done')
        .edge('Letter', 'refused', 'Stopped')
        .edge('Clerk', 'rejected', 'Refund'),
    );
    expect(shownIn(run)).toEqual([]);
    run.vote('approved');
    run.vote('rejected', 'cyd');
    expectAskedAgain(run, 'Refund', 'lead');
  });
});
