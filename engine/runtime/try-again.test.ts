import { afterEach, describe, expect, it } from 'vitest';
import { approval, call, callFlow, end, programOf, shopFlow } from '../core/testing/flows.ts';
import { OLGA } from '../core/testing/people.ts';
import { DONE } from '../core/testing/play.ts';
import type { Again } from '../core/try-again.ts';
import type { JsonValue } from '../feel/value.ts';
import { parseStrict } from '../flow/json.ts';
import type { Journal } from '../journal/journal.ts';
import type { PerformOutcome } from './environment.ts';
import { Rig, type Outside } from './testing/rig.ts';
import { retriedOf } from './chain.ts';
import { againRequest, effectsDone } from './try-again.ts';

const once = { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } };
const program = programOf(
  shopFlow()
    .node('Letter', 'connector', call('post letter', once))
    .node('Refund', 'connector', call('refund', once))
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Letter')
    .edge('Letter', 'done', 'Refund')
    .edge('Letter', 'refused', 'Done')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Done')
    .build(),
);
const down: PerformOutcome = {
  outcome: 'failed',
  sent: 'no',
  error: { code: 'ACTION_UNREACHABLE', message: 'down', hint: 'wait', retryable: false, fault: 'other system' },
};

type Reader = Pick<Journal, 'run' | 'events' | 'effects'>;

let rig: Rig | null = null;
afterEach(() => rig?.close());

/** A case of which the letter is posted, and whose refund failed. */
async function failed() {
  const answers: Record<string, PerformOutcome> = { refund: down };
  const one = (rig = new Rig({
    programs: [program],
    outside: { perform: ({ action }) => answers[action] ?? DONE },
  }));
  const { run } = await one.start({ order: '7', amount: 1 });
  await one.engine.idle();
  expect(one.status(run)).toBe('failed');
  return { one, run, answers };
}

const again = (one: Rig, run: string, from: Again, effects: readonly string[] = []) =>
  one.engine.start(
    againRequest(one.engine.reader(), () => program, {
      run,
      again: from,
      by: OLGA,
      reason: 'it is back',
      effects,
      program,
      release: '1',
    }),
  );

describe('trying a case again', () => {
  it('goes on from the failed step, does nothing twice, and links both, also after a restart', async () => {
    const { one, run, answers } = await failed();
    answers['refund'] = DONE;
    const next = await again(one, run, 'failed step');
    one.restart();
    await one.engine.idle();
    expect(one.status(next.run)).toBe('done');
    expect(one.sent.filter(({ action }) => action === 'post letter')).toHaveLength(1);
    const journal = one.engine.reader();
    expect(retriedOf(journal.run(next.run)?.key ?? null)).toBe(run);
    expect(journal.events(`run:${next.run}`)[0]).toMatchObject({
      actor: OLGA,
      open: { initiator: { subject: 'ina' }, retries: { run, root: run, reason: 'it is back' } },
    });
    expect(effectsDone(journal, next.run).map(({ action }) => action)).toEqual(['post letter', 'refund']);
  });

  it('is done once: a second is refused and names the first, in the same turn and later', async () => {
    const { one, run } = await failed();
    const both = await Promise.allSettled([again(one, run, 'failed step'), again(one, run, 'failed step')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await one.engine.idle();
    const first = both[0]?.status === 'fulfilled' ? both[0].value.run : '';
    await expect(again(one, run, 'failed step')).rejects.toThrow(`tried again already, by the case ${first}`);
    // What tried it again has failed as well, and can be tried again itself.
    const third = await again(one, first, 'failed step');
    await one.engine.idle();
    expect(new Set(one.sent.filter(({ action }) => action === 'refund').map(({ key }) => key)).size).toBe(3);
    expect(one.status(third.run)).toBe('failed');
  });

  it('from the start lists what was done already, and does it again only for who names it all', async () => {
    const { one, run, answers } = await failed();
    expect(() =>
      againRequest(one.engine.reader(), () => program, {
        run,
        again: 'start',
        by: OLGA,
        reason: '',
        effects: [],
        program,
        release: null,
      }),
    ).toThrow('post letter');
    answers['refund'] = DONE;
    const done = effectsDone(one.engine.reader(), run).map(({ key }) => key);
    const next = await again(one, run, 'start', done);
    await one.engine.idle();
    expect(one.status(next.run)).toBe('done');
    expect(one.sent.filter(({ action }) => action === 'post letter')).toHaveLength(2);
    expect(new Set(one.sent.map(({ key }) => key)).size).toBe(one.sent.length);
  });

  it('control: one that ended as it should, or has not ended, is refused', async () => {
    const one = (rig = new Rig({ programs: [programOf(callFlow('refund'))] }));
    const { run } = await one.start({ order: '7', amount: 1 });
    await one.engine.idle();
    const ask = { run, again: 'start' as const, by: OLGA, reason: '', effects: [], program, release: null };
    const own = programOf(callFlow('refund'));
    expect(() => againRequest(one.engine.reader(), () => own, { ...ask, program: own })).toThrow('has not failed');
    expect(() => againRequest(one.engine.reader(), () => own, { ...ask, run: 'nobody' })).toThrow('no case nobody');
  });

  describe('under four eyes', () => {
    const eyes = programOf(
      shopFlow()
        .node('Refund', 'connector', call('refund', once))
        .node('Agree', 'approval', approval({ fourEyes: true }))
        .node('Done', 'end', end('done'))
        .edge('Start', 'next', 'Refund')
        .edge('Refund', 'done', 'Agree')
        .edge('Refund', 'refused', 'Done')
        .edge('Agree', 'approved', 'Done')
        .edge('Agree', 'rejected', 'Done')
        .build(),
    );
    const named = (subject: string) => ({ ...OLGA, subject });

    /** A case begun by ina that fails and is had tried again by each in turn, the last time with success. */
    async function triedAgainBy(subjects: readonly string[], asRead: (journal: Reader) => Reader = (one) => one) {
      let outcome: PerformOutcome = down;
      const one = (rig = new Rig({
        programs: [eyes],
        outside: { perform: () => outcome, check: fourEyes },
      }));
      let { run } = await one.start({ order: '7', amount: 1 });
      for (const [i, subject] of subjects.entries()) {
        await one.engine.idle();
        if (i === subjects.length - 1) outcome = DONE;
        const ask = { run, again: 'failed step' as const, by: named(subject), reason: '', effects: [] };
        const start = againRequest(asRead(one.engine.reader()), () => eyes, { ...ask, program: eyes, release: null });
        ({ run } = await one.engine.start(start));
      }
      await one.engine.idle();
      return { one, run };
    }
    const fourEyes: NonNullable<Outside['check']> = ({ initiator, fourEyes: asked }, { person }) =>
      asked && person === initiator
        ? { code: 'APPROVAL_FOUR_EYES', message: person, hint: '', retryable: false, fault: 'user' }
        : null;
    const EVERYBODY = ['ina', 'olga', 'otto', 'pia'];

    it('nobody decides who began a case of the chain or had one tried again, whichever it was', async () => {
      const { one, run } = await triedAgainBy(['olga', 'otto', 'pia']);
      one.restart();
      for (const person of EVERYBODY)
        await expect(one.vote(run, 'approved', person)).rejects.toMatchObject({ code: 'APPROVAL_FOUR_EYES' });
      await one.vote(run, 'approved', 'ada');
      await one.engine.idle();
      expect(one.status(run)).toBe('done');
    });

    it('that holds for chains that were begun before their starts named everybody', async () => {
      const { one, run } = await triedAgainBy(['olga', 'otto', 'pia'], withoutBefore);
      await expect(one.vote(run, 'approved', 'olga')).rejects.toMatchObject({ code: 'APPROVAL_FOUR_EYES' });
    });

    it('control: whoever only belongs to another chain decides', async () => {
      const { one, run } = await triedAgainBy(['olga', 'pia']);
      await one.vote(run, 'approved', 'otto');
      await one.engine.idle();
      expect(one.status(run)).toBe('done');
    });
  });
});

/** Starts as the first versions wrote them: with the last who had it tried again, alone. */
const withoutBefore = (journal: Reader): Reader => ({
  run: (id) => journal.run(id),
  effects: (filter) => journal.effects(filter),
  events: (subject) =>
    journal
      .events(subject)
      .map((event) => ({ ...event, open: event.open === null ? null : parseStrict(without(event.open, 'before')) })),
});

const without = (json: JsonValue, name: string): string =>
  JSON.stringify(json, (key, value: unknown) => (key === name ? undefined : value));
