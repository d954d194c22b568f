import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEvent } from '../core/codec.ts';
import { canonicalState } from '../core/testing/canonical.ts';
import { approval, ask, call, end, programOf, shopFlow, shopWith } from '../core/testing/flows.ts';
import { SIGNATURE } from '../core/testing/people.ts';
import { answer, contextOf, DONE, failedWith, problem } from '../core/testing/play.ts';
import { verifyJournal } from '../audit/verify.ts';
import { fold } from '../core/core.ts';
import { decodeValue, type JsonValue } from '../feel/value.ts';
import { flowOf } from '../flow/testing/build.ts';
import { openForWriting } from '../journal/open.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import { verifyKeys } from '../journal/verify-keys.ts';
import { seededBytes } from '../sandbox/world.ts';
import type { PerformOutcome, PerformRequest } from './environment.ts';
import { eventsOf } from './events-of.ts';
import { storyOf } from './story.ts';
import { Rig } from './testing/rig.ts';
import { againRequest } from './try-again.ts';

const CANARY = 'Quetzalcoatl Okonkwo';

const flowWith = (personal: boolean, show = [{ label: 'Who', value: 'input.name' }]) =>
  flowOf('A person')
    .input({ name: { type: 'string', personal }, amount: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Words', 'transform', { fields: { greeting: '"Dear " + input.name', twice: 'input.amount * 2' } })
    .node('Topic', 'ai-decision', ask({ text: 'Words.greeting' }))
    .node('Agree', 'approval', approval({ show }))
    .node('Refund', 'connector', call('refund', { arguments: { order: 'input.name', amount: 'Words.twice' } }))
    .node('Letter', 'connector', call('post letter', { arguments: { order: 'Words.greeting' } }))
    .node('Done', 'end', end('done', { greeting: 'Words.greeting' }))
    .node('Rejected', 'end', end('rejected'))
    .edge('Start', 'next', 'Words')
    .edge('Words', 'next', 'Topic')
    .edge('Topic', 'answered', 'Agree')
    .edge('Topic', 'uncertain', 'Agree')
    .edge('Agree', 'approved', 'Refund')
    .edge('Agree', 'rejected', 'Rejected')
    .edge('Refund', 'done', 'Letter')
    .edge('Refund', 'refused', 'Rejected')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Rejected')
    .build();
const program = programOf(flowWith(true));
/** Its approval shows nothing personal by itself: only the requests that follow are. */
const discreet = programOf(flowWith(true, []));
const open = programOf(flowWith(false));

let rig: Rig | null = null;
afterEach(() => rig?.close());

/** A model and systems that repeat what they were told, in answers, refusals and errors. */
function gossip(refund: PerformOutcome[], letter: PerformOutcome[]) {
  const said = { ...answer(), reasons: [{ word: CANARY, contribution: 1 }] };
  return {
    answerNow: () => ({ outcome: 'answered' as const, answer: said }),
    perform: ({ action }: { action: string }) => (action === 'refund' ? refund : letter).shift() ?? DONE,
  };
}

async function runThrough(made: Rig, of = program): Promise<string> {
  const { run } = await made.start({ name: CANARY, amount: 6 }, 'k', of);
  await made.engine.idle();
  await made.vote(run);
  for (let i = 0; i < 6; i++) {
    await made.engine.idle();
    if (!made.status(run).startsWith('retrying')) break;
    made.clock.step();
  }
  return run;
}

/** Files beside the journal in which a text is found, in clear. */
const filesWith = (path: string, text: string): string[] =>
  readdirSync(dirname(path)).filter((name) => readFileSync(join(dirname(path), name)).includes(text));

const told = `${CANARY} is not known here`;
const refusedBy: PerformOutcome = { outcome: 'refused', status: 404, error: problem(false, told) };
const failedBy = (sent: 'no' | 'maybe', retryable: boolean): PerformOutcome => ({
  outcome: 'failed',
  sent,
  error: { ...problem(retryable, told), meaning: told, hint: told, cause: told },
});
const courses: [string, PerformOutcome[], PerformOutcome[], string][] = [
  ['all done', [{ outcome: 'done', status: 200, response: contextOf({ refund: CANARY }) }], [], 'done'],
  ['refused, with the name in the reason', [refusedBy], [], 'rejected'],
  ['failed for good, with the name in the error', [failedBy('no', false)], [], 'failed'],
  ['tried again, with the name in the error', [failedBy('no', true), failedBy('maybe', true)], [], 'done'],
  ['in doubt, with the name in the error', [], [failedBy('maybe', false)], 'in doubt'],
];

describe('personal input', () => {
  it.each(courses)('is in no file in clear, nor what follows from it: %s', async (_, refund, letter, status) => {
    rig = new Rig({ programs: [program], outside: gossip([...refund], [...letter]) });
    const run = await runThrough(rig);
    expect(rig.status(run)).toBe(status);
    expect(filesWith(rig.path, CANARY)).toEqual([]);
    rig.restart();
    expect(filesWith(rig.path, CANARY)).toEqual([]);
    // The keys are there, and the story still has it.
    const story = JSON.stringify(storyOf(program, eventsOf(rig.engine.reader(), run)));
    expect(story).toContain(CANARY);
    expect(story).toContain(`Dear ${CANARY}`);
  });

  it('control: the same flow with the field not marked leaves it in clear', async () => {
    rig = new Rig({ programs: [open], outside: gossip([], []) });
    await runThrough(rig, open);
    expect(filesWith(rig.path, CANARY).length).toBeGreaterThan(0);
  });

  it.each([
    ['approved by what it shows', program],
    ['approved without showing the person', discreet],
  ])('P29 once its key is erased the story still folds, without it: %s', async (_, of) => {
    for (const [, refund, letter, status] of courses) {
      const one = new Rig({ programs: [of], outside: gossip([...refund], [...letter]) });
      rig = one;
      const run = await runThrough(one, of);
      one.engine.stop();
      const journal = openJournal({ path: one.path, now: () => one.clock.now(), random: seededBytes(9, 'eraser') });
      const before = eventsOf(journal, run);
      expect(journal.eraseKey(`run:${run}`)).toBe(true);
      const events = eventsOf(journal, run);
      journal.close();
      const story = storyOf(of, events);
      expect(JSON.stringify(story)).not.toContain(CANARY);
      const course = (steps: typeof story) => steps.map(({ node, port }) => [node, port]);
      expect(course(story)).toEqual(course(storyOf(of, before)));
      expect(() => canonicalState(fold(of, run, events))).not.toThrow();
      one.restart();
      expect(one.status(run)).toBe(status);
      one.close();
    }
  });

  describe('why an operator did what they did', () => {
    const by = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
    const why = (what: string) => `${what}, says ${CANARY}`;

    /** A case that is suspended, resumed and cancelled, and the one that tries it again. */
    async function controlled(made: Rig, of: typeof program): Promise<string[]> {
      const { run } = await made.start({ name: CANARY, amount: 6 }, null, of);
      await made.engine.idle();
      await made.engine.suspend(run, by, why('held'));
      await made.engine.resume(run, by, why('let go'));
      await made.engine.cancel(run, by, why('ended'), true);
      await made.engine.idle();
      const reader = made.engine.reader();
      const retrying = {
        run,
        again: 'start',
        by,
        reason: why('once more'),
        effects: [],
        program: of,
        release: null,
      } as const;
      const { run: next } = await made.engine.start(againRequest(reader, () => of, retrying));
      await made.engine.idle();
      return [run, next];
    }
    const said = (made: Rig, of: typeof program, run: string): string =>
      JSON.stringify(storyOf(of, eventsOf(made.engine.reader(), run)));
    const each = [['held', 'let go', 'ended'], ['once more']];

    it('P29 is sealed as comments are: in no file in clear, in the story while the key is there, and gone with it', async () => {
      const made = new Rig({ programs: [program], outside: gossip([], []) });
      rig = made;
      const runs = await controlled(made, program);
      expect(filesWith(made.path, CANARY)).toEqual([]);
      made.restart();
      expect(filesWith(made.path, CANARY)).toEqual([]);
      for (const [i, run] of runs.entries())
        for (const what of each[i] ?? []) expect(said(made, program, run)).toContain(why(what));
      made.engine.stop();
      const journal = openJournal({ path: made.path, now: () => 0, random: seededBytes(9, 'eraser') });
      for (const run of runs) journal.eraseKey(`run:${run}`);
      journal.close();
      made.restart();
      for (const [i, run] of runs.entries()) {
        const story = said(made, program, run);
        expect(story).not.toContain(CANARY);
        // Each stands at its moment, and as the sentence of the step.
        expect(story.split('(what they wrote was erased)').length - 1).toBe(2 * (each[i]?.length ?? 0));
        expect(story).not.toContain('undefined');
        const events = eventsOf(made.engine.reader(), run);
        expect(() => canonicalState(fold(program, run, events))).not.toThrow();
      }
    });

    it('P29 control: where a flow seals nothing they stay in clear, as in journals of before', async () => {
      rig = new Rig({ programs: [open], outside: gossip([], []) });
      const runs = await controlled(rig, open);
      for (const [i, run] of runs.entries())
        for (const what of each[i] ?? []) {
          expect(said(rig, open, run)).toContain(why(what));
          expect(
            JSON.stringify(
              rig.engine
                .reader()
                .events(`run:${run}`)
                .map((event) => event.open),
            ),
          ).toContain(why(what));
        }
    });

    it('P29 a journal of before is read: its reasons are in the open part of cases that seal', () => {
      const at = { node: null, path: null };
      const read = (type: string, body: JsonValue, sealed: JsonValue = null) =>
        decodeEvent({ type, ...at, open: body, sealed }).body;
      const cancelled = { undo: true, dropped: [], error: null, cancelled: { by, reason: 'x' } };
      expect(read('run.suspended', { by, reason: 'x' })).toEqual({ by, reason: 'x' });
      expect(read('run.stopping', cancelled)).toEqual(cancelled);
      expect(read('run.stopping', { ...cancelled, cancelled: null })).toEqual({ ...cancelled, cancelled: null });
      const retries = { run: 'a', root: 'a', from: null, by, reason: 'x' };
      expect(read('run.started', { program: 'p', retries, input: {} }, { input: {}, salt: '00' })).toMatchObject({
        retries,
      });
    });
  });

  it('the same key again after erasing is still the same run', async () => {
    const one = new Rig({ programs: [program], outside: gossip([], []) });
    rig = one;
    const run = await runThrough(one);
    one.engine.stop();
    const journal = openJournal({ path: one.path, now: () => one.clock.now(), random: seededBytes(9, 'eraser') });
    journal.eraseKey(`run:${run}`);
    journal.close();
    one.restart();
    expect(await one.start({ name: CANARY, amount: 6 }, 'k')).toEqual({ run, again: true });
  });

  it('its digest tells nothing: the same case twice shows digests that differ', async () => {
    rig = new Rig({ programs: [program], outside: gossip([failedWith('no', false), failedWith('no', false)], []) });
    await rig.start({ name: CANARY, amount: 6 });
    await rig.start({ name: CANARY, amount: 6 });
    await rig.engine.idle();
    const shown = rig.engine
      .reader()
      .tasks({})
      .map((task) => task.shown);
    expect(new Set(shown).size).toBe(2);
  });
});

/** Only what a system answers is about a person; nothing that the case began with is. */
const answered = (personal: boolean) =>
  programOf(
    shopFlow()
      .node('Look', 'connector', call('read order'))
      .node('Words', 'transform', { fields: { note: 'string(Look.note)' } })
      .node('Agree', 'approval', approval({ sendBack: true, count: 2, show: [{ label: 'Of', value: 'input.order' }] }))
      .node('Correct', 'transform', { fields: { why: 'string(Agree.comment)' } })
      .node('Letter', 'connector', call('post letter', { arguments: { order: 'Words.note' } }))
      .node('Card', 'connector', call('post letter'))
      .node('Done', 'end', end('done', { note: 'Words.note' }))
      .node('Stopped', 'end', end('stopped', { why: 'string(Agree.comment)' }))
      .edge('Start', 'next', 'Look')
      .edge('Look', 'done', 'Words')
      .edge('Look', 'refused', 'Stopped')
      .edge('Words', 'next', 'Agree')
      .edge('Agree', 'approved', 'Letter')
      .edge('Agree', 'rejected', 'Stopped')
      .edge('Agree', 'sent back', 'Correct')
      .back('Correct', 'next', 'Agree', 2)
      .edge('Letter', 'done', 'Card')
      .edge('Letter', 'refused', 'Stopped')
      .edge('Card', 'done', 'Done')
      .edge('Card', 'refused', 'Stopped')
      .build(),
    shopWith('read order', {
      response: {
        order: { type: 'string' },
        total: { type: 'number' },
        placed: { type: 'date' },
        note: { type: 'string', optional: true, ...(personal ? { personal: true } : {}) },
      },
    }),
  );

describe('P29 a time that is worked out from what is personal', () => {
  const waiting = (personal: boolean) =>
    programOf(
      flowOf('At seventy')
        .input({ name: { type: 'string', personal: true }, born: { type: 'date', personal } })
        .node('Start', 'trigger', { columns: {} })
        .node('Wait', 'wait', {
          until: 'time',
          name: 'word',
          key: '',
          fields: {},
          duration: 'PT1H',
          giveUp: 'P1D',
          time: 'date(input.born) + duration("P70Y")',
        })
        .node('Done', 'end', end('done'))
        .chain('Start', 'Wait', 'Done')
        .build(),
    );
  const born = new Map([...contextOf({ name: CANARY }), ['born', decodeValue({ $date: '1960-03-02' })] as const]);
  const at = Date.UTC(2030, 2, 2);
  const sealing = waiting(true);
  const begun = (made: Rig, run: string) =>
    made.engine
      .reader()
      .events(`run:${run}`)
      .find(({ type }) => type === 'wait.begun');
  async function begin(of: typeof program): Promise<[Rig, string]> {
    const made = new Rig({ programs: [of] });
    rig = made;
    const initiator = { issuer: 'test', subject: 'ina', role: 'system', method: 'none' };
    const { run } = await made.engine.start({ program: of, release: null, key: null, initiator, input: born });
    await made.engine.idle();
    return [made, run];
  }

  it('P29 is sealed with it; the timer has it for as long as the wait goes on, also after a restart', async () => {
    const [made, run] = await begin(sealing);
    expect(begun(made, run)).toMatchObject({ open: { timed: true }, sealed: { until: at } });
    expect(JSON.stringify(begun(made, run)?.open)).not.toContain('until');
    made.restart();
    expect(made.engine.reader().nextTimer()).toBe(at);
    expect(made.status(run)).toBe('waiting');
    expect(JSON.stringify(storyOf(sealing, eventsOf(made.engine.reader(), run)))).toContain('until 2030-03-02');
    made.engine.stop();
    expect(verifyJournal(made.path).findings).toEqual([]);
    expect(verifyKeys(made.path).problems).toEqual([]);
    // The record cannot say that the timer was changed; whoever has the keys can.
    const db = openForWriting(made.path, JOURNAL_SCHEMA);
    db.exec('UPDATE timer SET at = at + 1');
    expect(verifyKeys(made.path).problems[0]).toContain('another time');
    // That it is gone can be seen without them.
    db.exec('DELETE FROM timer');
    expect(verifyJournal(made.path).findings.map(({ code }) => code)).toEqual(['PROJECTION']);
    db.close();
  });

  it('P29 goes with the case when that is erased: from the event, from the timers, and from the story', async () => {
    const [made, run] = await begin(sealing);
    made.engine.stop();
    const journal = openJournal({ path: made.path, now: () => made.clock.now(), random: seededBytes(9, 'eraser') });
    const by = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
    journal.erase({ runs: [run], basis: 'asked for', actor: by, at: 0 });
    expect(journal.nextTimer()).toBeNull();
    const events = eventsOf(journal, run);
    expect(JSON.stringify(storyOf(sealing, events))).toContain('until a time that was erased');
    expect(JSON.stringify(events)).not.toContain(String(at));
    journal.close();
    expect(verifyJournal(made.path).findings).toEqual([]);
    expect(verifyKeys(made.path).problems).toEqual([]);
  });

  it('P29 control: where what it is worked out from is not personal it stays in clear, as in journals of before', async () => {
    const [made, run] = await begin(waiting(false));
    expect(begun(made, run)).toMatchObject({ open: { until: at }, sealed: null });
    expect(made.engine.reader().nextTimer()).toBe(at);
  });

  it('P29 projections that are derived anew keep the timer', async () => {
    const [made, run] = await begin(sealing);
    made.engine.stop();
    const db = openForWriting(made.path, JOURNAL_SCHEMA);
    rebuildProjections(db);
    db.close();
    made.restart();
    expect([made.engine.reader().nextTimer(), made.status(run)]).toEqual([at, 'waiting']);
  });
});

describe('a personal answer of a system, where no input is personal', () => {
  const response = contextOf({ order: '7', total: 3, placed: null, note: CANARY });
  const outside = {
    perform: ({ action, request }: PerformRequest): PerformOutcome => {
      if (action === 'read order') return { outcome: 'done', status: 200, response };
      // Who was told of the person repeats it.
      return request.get('order') === CANARY ? failedBy('maybe', false) : failedWith('maybe', false);
    },
  };

  async function course(made: Rig, of: ReturnType<typeof answered>, last: 'approved' | 'rejected') {
    const { run } = await made.start({ order: '7', amount: 1 }, null, of);
    await made.engine.idle();
    const say = async (decision: 'approved' | 'rejected' | 'sent back', person: string) => {
      const [task] = made.engine.reader().tasks({ run, status: 'open' });
      if (task === undefined) throw new Error('there is a task');
      const comment = `About ${CANARY}: no more of this`;
      await made.engine.decide(run, task.id, { ...made.decision(task.shown, decision, person), comment });
      await made.engine.idle();
    };
    await say('sent back', 'ada');
    await say('approved', 'ada');
    await say(last, 'ben');
    if (last === 'rejected') return run;
    // The letter is about the person, the card is not; what is said of either is.
    for (const _ of ['Letter', 'Card']) {
      expect(made.status(run)).toBe('in doubt');
      const { position } = made.engine.look(run).state.root;
      if (position?.phase !== 'doubted') throw new Error('it is in doubt');
      const said = { happened: true, person: 'otto', role: 'operator', comment: CANARY, at: made.clock.now() };
      await made.engine.settle(run, position.task, { ...said, signature: SIGNATURE });
      await made.engine.idle();
    }
    return run;
  }

  it.each(['approved', 'rejected'] as const)(
    'is in no file in clear, nor what people wrote about it: %s',
    async (last) => {
      const made = answered(true);
      expect(made.personalFields.size).toBe(0);
      rig = new Rig({ programs: [made], outside });
      const run = await course(rig, made, last);
      expect(rig.status(run)).toBe(last === 'approved' ? 'done' : 'stopped');
      const events = rig.engine.reader().events(`run:${run}`);
      expect(
        events.filter(({ open: clear }) => JSON.stringify(clear).includes(CANARY)).map(({ type }) => type),
      ).toEqual([]);
      expect(filesWith(rig.path, CANARY)).toEqual([]);
      rig.restart();
      expect(filesWith(rig.path, CANARY)).toEqual([]);
      // The keys are there: who may read it still does, comments included.
      const story = JSON.stringify(storyOf(made, eventsOf(rig.engine.reader(), run)));
      expect(story).toContain(`About ${CANARY}`);
    },
  );

  it('control: the same flow with the answer not marked leaves it in clear', async () => {
    const made = answered(false);
    rig = new Rig({ programs: [made], outside });
    const run = await course(rig, made, 'approved');
    const types = rig.engine
      .reader()
      .events(`run:${run}`)
      .flatMap(({ type, open: clear }) => (JSON.stringify(clear).includes(CANARY) ? [type] : []));
    for (const type of ['task.created', 'task.voted', 'node.completed', 'call.intended', 'doubt.settled', 'run.ended'])
      expect(types).toContain(type);
  });
});
