import { describe, expect, it } from 'vitest';
import { readFlow, writeFlow } from '../flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { idOf } from '../flow/testing/build.ts';
import { decodeValue } from '../feel/value.ts';
import { decodeEvent, encodeEvent } from './codec.ts';
import { begin } from './core.ts';
import { effectKey } from './digest.ts';
import { STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { approval, ask, call, callFlow, end, programOf, shopFlow } from './testing/flows.ts';
import { OLGA } from './testing/people.ts';
import { contextOf, DONE, failedWith, Play, REFUSED } from './testing/play.ts';
import type { PerformOutcome } from './outcome.ts';
import { planAgain, type Again, type AgainPlan } from './try-again.ts';
import type { Program } from '../program/program.ts';

const INPUT = { order: '7', amount: 12 };
const looked = decodeValue({ order: '7', total: 12, placed: { $date: '2026-03-01' }, note: null });
const LOOKED: PerformOutcome = { outcome: 'done', status: 200, response: looked instanceof Map ? looked : new Map() };
const once = { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } };

/** A rule that tells small amounts from large ones, and a policy that lets small refunds go. */
const SMALL = {
  table: {
    hitPolicy: 'FIRST',
    inputs: [{ id: 'i', expression: 'input.amount', label: '' }],
    outputs: [{ id: 'o', name: 'way', type: 'string', values: ['small', 'large'] }],
    rows: [
      { id: 'r', when: ['<= 100'], then: ['"small"'] },
      { id: 's', when: ['> 100'], then: ['"large"'] },
    ],
  },
  branchBy: 'way',
};
const LETS_SMALL: Policy = { ...STRICT_POLICY, withoutPerson: { 'shop.refund': { field: 'amount', max: 100 } } };

/** A read, a letter that cannot be repeated, and a refund that fails the case when it fails. */
const flow = (extra: Record<string, unknown> = {}) =>
  shopFlow()
    .node('Look', 'connector', call('read order'))
    .node('Letter', 'connector', call('post letter'))
    .node('Refund', 'connector', call('refund', { ...once, ...extra }))
    .node('Done', 'end', end('done'))
    .node('Not', 'end', end('not'))
    .edge('Start', 'next', 'Look')
    .edge('Look', 'done', 'Letter')
    .edge('Look', 'refused', 'Not')
    .edge('Letter', 'done', 'Refund')
    .edge('Letter', 'refused', 'Not')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Not')
    .build();

function failedAtRefund(program: Program = programOf(flow())): Play {
  const run = new Play(program, INPUT);
  run.performed(LOOKED);
  run.performed({ outcome: 'done', status: 200, response: contextOf({ letter: 'L-1' }) });
  run.performed(failedWith('no', false));
  if (run.phase !== 'failed') throw new Error(run.phase);
  return run;
}

const planned = (run: Play, again: Again, target = run.program, id = 'run1') =>
  planAgain({ run: id, program: run.program, events: run.journal }, target, again);

function plan(run: Play, again: Again, target = run.program): AgainPlan {
  const { plan: made, refused } = planned(run, again, target);
  if (made === null) throw new Error(refused.message);
  return made;
}

/** The run that tries it again, with the laws that hold at every step of a play. */
function tried(run: Play, again: Again, target = run.program): Play {
  const { from, carried } = plan(run, again, target);
  const retries = { run: 'run1', root: 'run1', from, by: OLGA, reason: 'the system is back' };
  return new Play(target, INPUT, {}, { run: 'run2', retries, carried });
}

describe('going on from the failed step', () => {
  it.each([false, true])(
    'enters that step alone, with what was left before it, under a key of its own (crash %s)',
    (crash) => {
      const run = failedAtRefund();
      const next = tried(run, 'failed step');
      if (crash) next.crash();
      expect(next.command).toMatchObject({
        node: idOf('Refund'),
        visit: 2,
        key: effectKey('run1', idOf('Refund'), '', 2, 'do'),
      });
      expect([...next.state.root.scope.keys()].toSorted()).toEqual(['Letter', 'Look', 'input']);
      next.performed(DONE);
      expect(next.phase).toBe('done');
      expect(next.of('call.intended')).toHaveLength(1);
      const keys = [...run.of('call.intended'), ...next.of('call.intended')].map(({ body }) => body.key);
      expect(new Set(keys).size).toBe(3);
    },
  );

  it('I1 is the fold of its own events alone, and can be tried again in its turn, with keys of the first', () => {
    const next = tried(failedAtRefund(), 'failed step');
    next.performed(failedWith('no', false));
    expect(next.phase).toBe('failed');
    const made = planned(next, 'failed step', next.program, 'run2').plan;
    expect(made?.carried.visits[idOf('Refund')]).toBe(2);
    expect(made?.from).toBe(idOf('Refund'));
  });

  it('goes on after a step that came back as done while the case was cancelled', () => {
    const run = new Play(programOf(flow()), INPUT);
    run.performed(DONE);
    const { command } = run;
    run.say({ stimulus: 'cancelled', by: OLGA, reason: 'a mistake', undo: false });
    if (command.command !== 'perform') throw new Error(command.command);
    run.say({ stimulus: 'performed', path: '', node: command.node, visit: 1, attempt: 1, outcome: DONE });
    expect(run.phase).toBe('cancelled');
    expect(plan(run, 'failed step').from).toBe(idOf('Refund'));
  });

  it('is refused where what was done was taken back', () => {
    const drawn = shopFlow()
      .node('State', 'connector', call('set state', { undo: true }))
      .node('Refund', 'connector', call('refund', once))
      .node('Done', 'end', end('done'))
      .edge('Start', 'next', 'State')
      .edge('State', 'done', 'Refund')
      .edge('State', 'refused', 'Done')
      .edge('Refund', 'done', 'Done')
      .edge('Refund', 'refused', 'Done')
      .build();
    const run = new Play(programOf(drawn), INPUT);
    run.performed(DONE);
    run.performed(failedWith('no', false));
    run.performed(DONE);
    expect(run.phase).toBe('failed');
    expect(planned(run, 'failed step').refused?.message).toContain('taken back');
    expect(plan(run, 'start').from).toBeNull();
  });

  it('takes back what was kept when a case was cancelled, should it fail after all', () => {
    const drawn = shopFlow()
      .node('State', 'connector', call('set state', { undo: true }))
      .node('Agree', 'approval', approval())
      .node('Refund', 'connector', call('refund', once))
      .node('Done', 'end', end('done'))
      .edge('Start', 'next', 'State')
      .edge('State', 'done', 'Agree')
      .edge('State', 'refused', 'Done')
      .edge('Agree', 'approved', 'Refund')
      .edge('Agree', 'rejected', 'Done')
      .edge('Refund', 'done', 'Done')
      .edge('Refund', 'refused', 'Done')
      .build();
    const run = new Play(programOf(drawn), INPUT);
    run.performed(DONE);
    run.say({ stimulus: 'cancelled', by: OLGA, reason: 'a mistake', undo: false });
    const next = tried(run, 'failed step');
    next.vote('approved');
    next.performed(failedWith('no', false));
    expect(next.of('undo.intended')).toMatchObject([{ node: idOf('State') }]);
    next.performed(DONE);
    expect(next.phase).toBe('failed');
  });
});

describe('I6 what was approved before', () => {
  const approved = shopFlow()
    .node('Agree', 'approval', approval())
    .node('Refund', 'connector', call('refund', once))
    .node('Done', 'end', end('done'))
    .node('Not', 'end', end('not'))
    .edge('Start', 'next', 'Agree')
    .edge('Agree', 'approved', 'Refund')
    .edge('Agree', 'rejected', 'Not')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Not')
    .build();

  it('is shown again, the very same request too, and goes out only when it is approved again', () => {
    const run = new Play(programOf(approved), INPUT);
    run.vote('approved');
    run.performed(failedWith('no', false));
    const next = tried(run, 'failed step');
    expect(next.commands).toEqual([]);
    expect(next.task).toMatchObject({ node: idOf('Refund'), task: { role: 'lead', again: true } });
    next.crash();
    next.vote('approved');
    next.performed(DONE);
    expect(next.phase).toBe('done');
  });
});

describe('a step in a branch', () => {
  const branched = shopFlow()
    .node('Outer', 'parallel', { branches: ['a', 'b'] })
    .node('Letter', 'connector', call('post letter', once))
    .node('Refund', 'connector', call('refund', once))
    .node('Both', 'join', { wait: 'all', collect: '' })
    .node('Done', 'end', end('done'))
    .chain('Start', 'Outer')
    .edge('Outer', 'a', 'Letter')
    .edge('Outer', 'b', 'Refund')
    .edge('Letter', 'done', 'Both')
    .edge('Letter', 'refused', 'Both')
    .edge('Refund', 'done', 'Both')
    .edge('Refund', 'refused', 'Both')
    .edge('Both', 'next', 'Done')
    .build();

  const failedInside = (letter: PerformOutcome): Play => {
    const run = new Play(programOf(branched), INPUT);
    const [one, two] = run.commands;
    for (const [command, outcome] of [
      [one, letter],
      [two, failedWith('no', false)],
    ] as const) {
      if (command?.command !== 'perform') throw new Error('it is not performed');
      const { path, node, visit, attempt } = command;
      run.say({ stimulus: 'performed', path, node, visit, attempt, outcome });
    }
    if (run.phase !== 'failed') throw new Error(run.phase);
    return run;
  };

  it('goes on from where the branches began when nothing was done in them, under keys of their own', () => {
    const run = failedInside(REFUSED);
    const next = tried(run, 'failed step');
    expect(next.commands).toHaveLength(2);
    const keys = [...run.of('call.intended'), ...next.of('call.intended')].map(({ body }) => body.key);
    expect(new Set(keys).size).toBe(4);
  });

  it('is refused, and says so, once something was done in one of them', () => {
    expect(planned(failedInside(DONE), 'failed step').refused?.message).toContain('one of the branches of “Outer”');
  });

  it('is refused where what came back as done while the case failed could not be taken back', () => {
    const drawn = shopFlow()
      .node('Outer', 'parallel', { branches: ['a', 'b'] })
      .node('State', 'connector', call('set state', { undo: true }))
      .node('Refund', 'connector', call('refund', once))
      .node('Both', 'join', { wait: 'all', collect: '' })
      .node('Done', 'end', end('done'))
      .chain('Start', 'Outer')
      .edge('Outer', 'a', 'State')
      .edge('Outer', 'b', 'Refund')
      .edge('State', 'done', 'Both')
      .edge('State', 'refused', 'Both')
      .edge('Refund', 'done', 'Both')
      .edge('Refund', 'refused', 'Both')
      .edge('Both', 'next', 'Done')
      .build();
    const failedWhile = (undoing: PerformOutcome): Play => {
      const run = new Play(programOf(drawn), INPUT);
      const begun = run.commands;
      for (const [name, outcome] of [
        ['Refund', failedWith('no', false)],
        ['State', DONE],
      ] as const) {
        const { path = '', node = '' } = begun.find((one) => one.node === idOf(name)) ?? {};
        run.say({ stimulus: 'performed', path, node, visit: 1, attempt: 1, outcome });
      }
      run.performed(undoing);
      expect(run.phase).toBe('failed');
      return run;
    };
    const refused = failedWhile(REFUSED);
    expect(refused.of('effect.undone')).toMatchObject([{ body: { outcome: 'refused' } }]);
    expect(planned(refused, 'failed step').refused?.message).toContain('done in them already');
    expect(planned(failedWhile(DONE), 'failed step').refused?.message).toContain('taken back');
  });
});

describe('from the start', () => {
  it('begins at the start, with keys that were not used before', () => {
    const run = failedAtRefund();
    const next = tried(run, 'start');
    next.performed(DONE);
    expect(next.command).toMatchObject({ node: idOf('Letter'), key: effectKey('run1', idOf('Letter'), '', 2, 'do') });
    next.performed(DONE);
    next.performed(DONE);
    expect(next.phase).toBe('done');
    const keys = [...run.of('call.intended'), ...next.of('call.intended')].map(({ body }) => body.key);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('what cannot be tried again', () => {
  it('is a case that is under way, or that ended as it should', () => {
    const run = new Play(programOf(callFlow('refund')), INPUT);
    expect(planned(run, 'start').refused?.code).toBe('RETRY_REFUSED');
    run.performed(REFUSED);
    expect(planned(run, 'start').refused?.code).toBe('RETRY_REFUSED');
  });
});

describe('a newer version', () => {
  it('takes it on where the step and what it builds on are as they were', () => {
    const newer = programOf(flow({ timeout: 'PT9S' }));
    const next = tried(failedAtRefund(), 'failed step', newer);
    expect(next.command).toMatchObject({ node: idOf('Refund'), timeoutMs: 9000 });
  });

  it('is refused where there is no such step any more', () => {
    const text = writeFlow(flow({ timeout: 'PT9S' })).replaceAll('n_refund', 'n_other');
    const document = readFlow(text, KINDS).flow ?? flow();
    expect(planned(failedAtRefund(), 'failed step', programOf(document)).refused?.message).toContain(
      'there is no step',
    );
  });

  it('S1 is refused where the step needs a person in it that nobody was asked for: past its approval nothing jumps', () => {
    const drawn = (act: string) =>
      shopFlow()
        .node('Topic', 'ai-decision', ask())
        .node('Agree', 'approval', approval())
        .node('Act', 'connector', call(act, once))
        .node('Done', 'end', end('done'))
        .edge('Start', 'next', 'Topic')
        .edge('Topic', 'uncertain', 'Agree')
        .edge('Agree', 'approved', 'Act')
        .edge('Agree', 'rejected', 'Done')
        .edge('Act', 'done', 'Done')
        .edge('Act', 'refused', 'Done');
    // What can be taken back goes without a person; in the newer version one that cannot stands behind the approval.
    const older = programOf(drawn('set state').edge('Topic', 'answered', 'Act').build());
    const newer = (limited: boolean) => {
      const built = drawn('refund').node('Way', 'rule', SMALL).edge('Topic', 'answered', 'Way');
      built.edge('Way', 'small', 'Act').edge('Way', 'large', 'Agree').edge('Way', 'otherwise', 'Agree');
      return programOf(built.build(), undefined, limited ? LETS_SMALL : undefined);
    };
    const run = new Play(older, { order: '7', amount: 5000 });
    run.answered();
    run.performed(failedWith('no', false));
    expect(run.phase).toBe('failed');
    for (const limited of [true, false])
      expect(planned(run, 'failed step', newer(limited)).refused?.message).toContain('“Act” needs a person');
    expect(planned(run, 'start', newer(true)).refused).toBeNull();
    // Control: whom somebody has approved for is asked again, whatever the version says.
    const approvedRun = new Play(older, { order: '7', amount: 5000 });
    approvedRun.answered('uncertain');
    approvedRun.vote('approved');
    approvedRun.performed(failedWith('no', false));
    const next = tried(approvedRun, 'failed step', newer(true));
    expect(next.commands).toEqual([]);
    expect(next.task.task.role).toBe('lead');
  });

  it('P29 is refused where what was sealed would no longer be, whatever else it seals', () => {
    const sealing = (looks: boolean) => {
      const drawn = shopFlow()
        .node('Note', 'transform', { fields: { of: looks ? 'input.order' : 'upper case("nobody")' } })
        .node('Refund', 'connector', call('refund', once))
        .node('Done', 'end', end('done'))
        .chain('Start', 'Note', 'Refund')
        .edge('Refund', 'done', 'Done')
        .edge('Refund', 'refused', 'Done')
        .build();
      drawn.input['order'] = { type: 'string', personal: true };
      return programOf(drawn);
    };
    const run = new Play(sealing(true), INPUT, {}, { salt: 'ab' });
    run.performed(failedWith('no', false));
    expect(planned(run, 'failed step', sealing(false)).refused?.message).toContain('“Note” left would no longer');
    expect(planned(run, 'failed step').refused, 'control: its own version').toBeNull();
  });

  it('is refused where the step builds on what this case does not have', () => {
    const drawn = shopFlow()
      .node('Before', 'transform', { fields: { sum: 'input.amount' } })
      .node('Look', 'connector', call('read order'))
      .node('Letter', 'connector', call('post letter'))
      .node('Refund', 'connector', call('refund', once))
      .node('Done', 'end', end('done'))
      .node('Not', 'end', end('not'))
      .edge('Start', 'next', 'Before')
      .edge('Before', 'next', 'Look')
      .edge('Look', 'done', 'Letter')
      .edge('Look', 'refused', 'Not')
      .edge('Letter', 'done', 'Refund')
      .edge('Letter', 'refused', 'Not')
      .edge('Refund', 'done', 'Done')
      .edge('Refund', 'refused', 'Not')
      .build();
    expect(planned(failedAtRefund(), 'failed step', programOf(drawn)).refused?.message).toContain('builds on “Before”');
  });
});

it('control: with the keys of its own run an effect that was done would not be known again', () => {
  const run = failedAtRefund();
  const { carried, from } = plan(run, 'failed step');
  const start = { run: 'run2', release: null, key: null, initiator: OLGA, salt: null, input: plan(run, 'start').input };
  const { state } = begin(
    run.program,
    { ...start, retries: { run: 'run1', root: 'run2', from, by: OLGA, reason: '' }, carried },
    0,
  );
  expect(state.root.position).toMatchObject({ intent: { key: effectKey('run2', idOf('Refund'), '', 2, 'do') } });
});

it('P29 what it begins with is sealed where the program seals anything, and reads back as it was', () => {
  const personal = flow();
  personal.input['order'] = { type: 'string', personal: true };
  const program = programOf(personal);
  const { carried, from } = plan(failedAtRefund(program), 'failed step');
  const retries = { run: 'run1', root: 'run1', from, by: OLGA, reason: 'again' };
  const next = new Play(program, INPUT, {}, { run: 'run2', salt: 'ab', retries, carried });
  const [started] = next.of('run.started');
  if (started === undefined) throw new Error('it has started');
  const { open, sealed } = encodeEvent(program, started);
  expect(JSON.stringify(open)).not.toContain('L-1');
  expect(JSON.stringify(sealed)).toContain('L-1');
  const read = decodeEvent({ type: 'run.started', node: null, path: null, open, sealed });
  expect(read.type === 'run.started' && read.body.carried).toEqual(carried);
  const erased = decodeEvent({ type: 'run.started', node: null, path: null, open, sealed: null });
  expect(erased.type === 'run.started' && erased.body.carried?.values.size).toBe(0);
  const bare = encodeEvent(programOf(flow()), started);
  expect(JSON.stringify(bare.open), 'control: nothing to seal').toContain('L-1');
});
