import { afterEach, describe, expect, it, vi } from 'vitest';
import { canonicalState } from '../core/testing/canonical.ts';
import { approvedFlow, ask, callFlow, end, programOf, shopFlow, wholeFlow } from '../core/testing/flows.ts';
import { OLGA } from '../core/testing/people.ts';
import { answer, DONE, failedWith } from '../core/testing/play.ts';
import { fold } from '../core/core.ts';
import { CountersignError } from '../flow/error.ts';
import type { Program } from '../program/program.ts';
import { Rig, START, type RigOptions } from './testing/rig.ts';
import { eventsOf } from './events-of.ts';

const rigs: Rig[] = [];
function rig(options: RigOptions): Rig {
  const made = new Rig(options);
  rigs.push(made);
  return made;
}
afterEach(() => {
  rigs.splice(0).forEach((one) => one.close());
  vi.restoreAllMocks();
});

const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CountersignError ? error.code : String(error)),
  );
const refund = programOf(callFlow('refund'));
const approved = programOf(approvedFlow('refund'));
const timed = programOf(approvedFlow('refund', { approval: { due: 'P365D' } }));
const input = { order: '7', amount: 12 };
const quiet = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

describe('R3 a run that waits', () => {
  it('R3 P32 is rows and no memory, for a year, over restarts, and goes on', async () => {
    const one = rig({ programs: [timed] });
    const { run } = await one.start(input);
    await one.engine.idle();
    expect(one.engine.load).toBe(0);
    one.restart();
    await one.turns();
    expect(one.engine.load).toBe(0);
    expect(one.clock.next()).toBe(START + 365 * 86_400_000);
    one.clock.step();
    await one.engine.idle();
    expect(one.status(run)).toBe('late');
  });

  it('P32 an approval that waits for a year still works: approved on its 364th day, after restarts, what it lets go is sent', async () => {
    const day = 86_400_000;
    const waited = async (days: number) => {
      const one = rig({ programs: [timed] });
      const { run } = await one.start(input);
      const [task] = one.engine.reader().tasks({ run, status: 'open' });
      if (task === undefined) throw new Error('there is a task');
      // Signed over what was shown on the first day.
      const decision = one.decision(task.shown);
      for (const at of [90, 180, 270, days]) {
        const passed = START + at * day;
        one.clock.wakeAt(passed, () => undefined);
        while (one.clock.now() < passed) one.clock.step();
        await one.engine.idle();
        one.restart();
        await one.turns();
        expect(one.engine.load).toBe(0);
      }
      const said = await code(one.engine.decide(run, task.id, decision));
      await one.engine.idle();
      return [said, one.status(run), one.sent.map(({ action }) => action)];
    };
    expect(await waited(364)).toEqual(['accepted', 'done', ['refund']]);
    // Control: the day after its time is over nobody is asked any more, and nothing is sent.
    expect(await waited(366)).toEqual(['RUN_ENDED', 'late', []]);
  });

  it('R3 control: a run whose call is under way does count', async () => {
    const one = rig({ programs: [refund], outside: { perform: async () => new Promise(() => undefined) } });
    await one.start(input);
    await one.turns();
    expect(one.engine.load).toBe(1);
  });

  it('R3 looking at a waiting run leaves nothing behind', async () => {
    const one = rig({ programs: [approved] });
    const { run } = await one.start(input);
    expect(one.engine.look(run).state.root.position?.phase).toBe('tasked');
    expect(one.engine.load).toBe(0);
    expect(() => one.engine.look('nobody')).toThrow('no case nobody');
  });
});

describe('a decision that comes too late', () => {
  it('I7 is refused, and what is under way is not asked for again', async () => {
    const look = programOf(callFlow('read order'));
    let answerIt: (outcome: typeof DONE) => void = () => undefined;
    const one = rig({
      programs: [look],
      outside: { perform: async () => new Promise((resolve) => (answerIt = resolve)) },
    });
    const { run } = await one.start(input);
    await one.turns();
    expect(await code(one.engine.decide(run, 'a task', one.decision('sha256-x')))).toBe('TASK_CLOSED');
    expect(await code(one.engine.decide('nobody', 'a task', one.decision('sha256-x')))).toBe('RUN_UNKNOWN');
    answerIt(DONE);
    await one.engine.idle();
    expect([one.status(run), one.sent.length]).toEqual(['done', 1]);
  });
});

describe('R4 P11 a key', () => {
  it('R4 P11 starts one run: at once, in one batch, later, and after a restart', async () => {
    const one = rig({ programs: [approved] });
    const both = await Promise.all([one.start(input, 'k'), one.start({ ...input }, 'k'), one.start(input, 'other')]);
    const [first, second, third] = both;
    expect(second).toEqual({ run: first.run, again: true });
    expect(third.run).not.toBe(first.run);
    expect(await one.start({ amount: 12, order: '7' }, 'k')).toEqual({ run: first.run, again: true });
    one.restart();
    expect(await one.start(input, 'k')).toEqual({ run: first.run, again: true });
    expect(one.engine.reader().runs({})).toHaveLength(2);
  });

  it('R4 P11 with another input is refused and starts nothing, also within one batch', async () => {
    const one = rig({ programs: [approved] });
    const other = { ...input, amount: 13 };
    expect(await Promise.all([code(one.start(input, 'k')), code(one.start(other, 'k'))])).toEqual([
      'accepted',
      'RUN_KEY_REUSED',
    ]);
    expect(await code(one.start(other, 'k'))).toBe('RUN_KEY_REUSED');
    one.restart();
    expect(await code(one.start(other, 'k'))).toBe('RUN_KEY_REUSED');
    expect(one.engine.reader().runs({})).toHaveLength(1);
  });

  it('R4 P11 control: without a key each start is a run of its own', async () => {
    const one = rig({ programs: [approved] });
    await Promise.all([one.start(input), one.start(input)]);
    expect(one.engine.reader().runs({})).toHaveLength(2);
  });
});

describe('time', () => {
  it('retries when the pause is over, also after a restart', async () => {
    let failures = 2;
    const one = rig({ programs: [refund], outside: { perform: () => (failures-- > 0 ? failedWith('no') : DONE) } });
    const { run } = await one.start(input);
    await one.engine.idle();
    expect(one.status(run)).toBe('retrying');
    one.restart();
    while (one.clock.step()) await one.engine.idle();
    expect(one.status(run)).toBe('done');
    expect(one.sent).toHaveLength(3);
  });

  it('P8 wakes all that came due while the engine was down, each once', async () => {
    const one = rig({ programs: [timed] });
    const runs = await Promise.all(Array.from({ length: 5 }, async () => one.start(input)));
    one.engine.stop();
    one.clock.wakeAt(START + 400 * 86_400_000, () => undefined);
    one.clock.step();
    one.restart();
    while (one.clock.step()) await one.engine.idle();
    expect(runs.map(({ run }) => one.status(run))).toEqual(Array(5).fill('late'));
    const completed = runs.flatMap(({ run }) =>
      eventsOf(one.engine.reader(), run).filter(({ event }) => event.type === 'node.completed'),
    );
    expect(completed).toHaveLength(5);
  });

  it('a timer that cannot be taken holds up no other', async () => {
    const warned = quiet();
    const programs: Program[] = [programOf(approvedFlow('refund', { approval: { due: 'PT1H' } })), timed];
    const one = rig({ programs });
    const stuck = await one.start(input);
    const { run } = await one.start(input, null, timed);
    programs.shift();
    while (one.clock.step()) await one.turns();
    expect(one.status(run)).toBe('late');
    expect(one.status(stuck.run)).toBe('waiting');
    expect(warned).toHaveBeenCalled();
  });
});

describe('bounds and endings', () => {
  it('P40 refuses with OVERLOADED past its bound, and takes on again below it', async () => {
    let answerAll: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (answerAll = resolve));
    const one = rig({ programs: [refund], maxUnderWay: 3, outside: { perform: async () => gate.then(() => DONE) } });
    const codes = await Promise.all(Array.from({ length: 5 }, async () => code(one.start(input))));
    expect(codes).toEqual(['accepted', 'accepted', 'accepted', 'OVERLOADED', 'OVERLOADED']);
    const below = one.engine.below(1);
    answerAll();
    await below;
    expect(await code(one.start(input))).toBe('accepted');
  });

  it('P40 finishing is never shed: past its bound what was accepted is decided, suspended and cancelled, and ends', async () => {
    let answerAll: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (answerAll = resolve));
    const programs = [refund, approved];
    const one = rig({ programs, maxUnderWay: 2, outside: { perform: async () => gate.then(() => DONE) } });
    const waiting = [await one.start(input, null, approved), await one.start(input, null, approved)];
    const [decided = '', cancelled = ''] = waiting.map(({ run }) => run);
    for (let i = 0; i < 2; i++) await one.start(input);
    const refused = async () => expect(await code(one.start(input))).toBe('OVERLOADED');
    await refused();
    await one.vote(decided);
    await refused();
    await one.engine.suspend(cancelled, OLGA, 'to look');
    await one.engine.cancel(cancelled, OLGA, 'not wanted', false);
    expect(one.status(cancelled)).toBe('cancelled');
    await one.turns();
    expect(one.sent).toHaveLength(3);
    await refused();
    answerAll();
    await one.engine.idle();
    expect(one.status(decided)).toBe('done');
    expect(await code(one.start(input))).toBe('accepted');
  });

  it('who waits for an engine that is stopped goes on, and nothing is taken any more', async () => {
    const one = rig({ programs: [refund], outside: { perform: async () => new Promise(() => undefined) } });
    await one.start(input);
    const waiting = [one.engine.idle(), one.engine.below(1)];
    const late = one.start(input);
    one.engine.stop();
    await Promise.all([...waiting, one.engine.idle(), one.engine.below(1)]);
    expect(await code(late)).toBe('STOPPED');
    expect(await code(one.start(input))).toBe('STOPPED');
    expect(() => one.engine.reader()).toThrow('stopped');
  });

  it('tells its watchers each commit in order and once, and a watcher that throws takes nothing down', async () => {
    quiet();
    const one = rig({ programs: [refund] });
    const heard: string[] = [];
    one.engine.watch(() => {
      throw new Error('a bad watcher');
    });
    const stop = one.engine.watch((committed) => heard.push(...committed.map(({ event }) => event.type)));
    const { run } = await one.start(input);
    await one.engine.idle();
    expect(heard).toEqual(eventsOf(one.engine.reader(), run).map(({ event }) => event.type));
    stop();
    await one.start(input);
    expect(heard).toHaveLength(4);
  });
});

describe('a defect in one run', () => {
  const asking = shopFlow()
    .node('Topic', 'ai-decision', ask())
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Topic')
    .edge('Topic', 'answered', 'Done')
    .edge('Topic', 'uncertain', 'Done')
    .build();
  /** The program with one node's behaviour replaced. */
  function broken(program: Program, name: string, digest: string, step: 'start' | 'resume', act: () => never): Program {
    const nodes = new Map(
      [...program.nodes].map(([id, node]) => [
        id,
        node.name === name ? { ...node, behaviour: { ...node.behaviour, [step]: act } } : node,
      ]),
    );
    return { ...program, digest, nodes };
  }
  const explode = (): never => {
    throw new Error('a defect');
  };

  it('is told to who asked, leaves no half of a run, and takes no other with it', async () => {
    const atStart = broken(refund, 'Call', 'sha256-start', 'start', explode);
    const atAnswer = broken(programOf(asking), 'Topic', 'sha256-answer', 'resume', explode);
    const outside = { answerNow: () => ({ outcome: 'answered' as const, answer: answer() }) };
    const one = rig({ programs: [refund, atStart, atAnswer], outside });
    const started = [
      one.start(input, 'a'),
      one.start(input, 'b', atStart),
      one.start(input, 'b2', atAnswer),
      one.start(input, 'b2', atAnswer),
      one.start(input, 'c'),
    ];
    expect(await Promise.all(started.map(code))).toEqual(['accepted', 'INTERNAL', 'INTERNAL', 'INTERNAL', 'accepted']);
    await one.engine.idle();
    expect(one.engine.load).toBe(0);
    expect(one.engine.reader().runCounts()).toEqual([{ status: 'completed', result: 'done', runs: 2 }]);
  });

  it('that comes with an answer leaves the run as it is on disk', async () => {
    const warned = quiet();
    const odd = broken(refund, 'Call', 'sha256-odd', 'resume', explode);
    const one = rig({ programs: [odd, refund] });
    const { run } = await one.start(input);
    const good = await one.start(input, null, refund);
    await one.engine.idle();
    expect([one.status(run), one.status(good.run)]).toEqual(['calling', 'done']);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('a text that no journal can hold is kept as one that it can', async () => {
    quiet();
    const half = new Map([['refund', '\ud83d']]);
    const one = rig({
      programs: [refund],
      outside: { perform: ({ request }) => ({ ...DONE, response: request.get('order') === 'odd' ? half : new Map() }) },
    });
    const { run } = await one.start({ order: 'odd', amount: 1 });
    const good = await one.start(input);
    await one.engine.idle();
    expect([one.status(run), one.status(good.run), one.opened]).toEqual(['done', 'done', 1]);
  });

  it('a system that breaks its word counts as one that may have done it', async () => {
    const letter = programOf(callFlow('post letter'));
    const one = rig({ programs: [letter], outside: { perform: async () => Promise.reject(new Error('oops')) } });
    const { run } = await one.start(input);
    await one.engine.idle();
    expect(one.status(run)).toBe('in doubt');
  });
});

describe('P12 replay', () => {
  it('P12 a recorded run folds to byte-identical state, with nothing asked and nothing sent', async () => {
    const whole = programOf(wholeFlow());
    let calls = 0;
    const one = rig({
      programs: [whole],
      outside: {
        perform: () => (++calls % 3 === 0 ? failedWith('no') : DONE),
        answerNow: () => ({ outcome: 'answered', answer: answer() }),
      },
    });
    const live: string[] = [];
    let run = '';
    one.engine.watch(() => {
      if (run !== '') live.push(canonicalState(one.engine.look(run).state));
    });
    run = (await one.start(input)).run;
    await one.engine.idle();
    await one.vote(run, 'approved', 'ada');
    await one.vote(run, 'approved', 'ben');
    await one.engine.idle();
    while (one.status(run) !== 'done' && one.clock.step()) await one.engine.idle();
    expect(one.status(run)).toBe('done');
    const sent = one.sent.length;
    const events = eventsOf(one.engine.reader(), run);
    const replays = [1, 2].map(() => canonicalState(fold(whole, run, events)));
    expect(replays[0]).toBe(replays[1]);
    expect(replays[0]).toBe(live.at(-1));
    // Each state that was live was the fold of the events up to there.
    const prefixes = new Set(events.map((_, i) => canonicalState(fold(whole, run, events.slice(0, i + 1)))));
    expect(live.filter((state) => !prefixes.has(state))).toEqual([]);
    expect(one.sent).toHaveLength(sent);
  });

  it('P12 control: one changed byte of an event gives another state', async () => {
    const one = rig({ programs: [refund] });
    const { run } = await one.start(input);
    await one.engine.idle();
    const events = eventsOf(one.engine.reader(), run);
    const changed = events.map(({ event, at }) =>
      event.type === 'run.started' ? { at, event: { ...event, body: { ...event.body, release: '2' } } } : { event, at },
    );
    expect(canonicalState(fold(refund, run, changed))).not.toBe(canonicalState(fold(refund, run, events)));
  });
});
