import { afterEach, describe, expect, it } from 'vitest';
import { RUN_EVENT_TYPES, type RunEvent, type RunEventType } from '../core/event.ts';
import { approvedFlow, callFlow, programOf, shopWith } from '../core/testing/flows.ts';
import { SIGNATURE } from '../core/testing/people.ts';
import { answer, contextOf, DONE, failedWith, problem } from '../core/testing/play.ts';
import { toJson } from '../feel/value.ts';
import type { Program } from '../program/program.ts';
import { eventsOf } from './events-of.ts';
import { prunedStory } from './story-pruned.ts';
import { storyOf, type StoredMoment, type StoryStep } from './story.ts';
import type { PerformOutcome } from './environment.ts';
import { Rig, START } from './testing/rig.ts';
import { storyFlaws } from './testing/story-laws.ts';

const program = programOf(callFlow('refund'), shopWith('refund', {}));
const node = [...program.nodes].find(([, { kind }]) => kind === 'connector')?.[0] ?? '';

const by = { issuer: 'test', subject: 'BY olga', role: 'BY operator', method: 'token' };
const error = { ...problem(false, 'WHY it failed') };
const said = { person: 'WHO lea', role: 'WHO lead', comment: 'WHY so', at: START, signature: SIGNATURE };
const request = contextOf({ order: 'SENT 7', deep: { note: 'SENT too' } });
const call = {
  visit: 1,
  key: 'KEY 1',
  connection: 'TO shop',
  action: 'TO refund',
  class: 'reversible' as const,
  digest: 'd',
};
const shown = {
  salt: null,
  task: 'TASK 1',
  run: 'r',
  program: 'p',
  node,
  title: 'TITLE',
  role: 'ROLE',
  again: false,
  reason: 'REASON',
  facts: [{ label: 'LABEL', value: 'FACT' }],
  effects: [
    {
      node,
      name: 'Call',
      connection: 'TO shop',
      action: 'TO refund',
      class: 'read' as const,
      request: 'WOULD',
      digest: 'd',
    },
  ],
};

/** One event of each type whose every text that matters begins with a word in capitals. */
const EACH: Readonly<Record<RunEventType, RunEvent>> = {
  'run.started': {
    type: 'run.started',
    body: {
      program: 'p',
      release: 'RELEASE 3',
      key: 'KEY start',
      initiator: by,
      salt: null,
      deadline: START,
      carried: {
        values: contextOf({ before: 'CARRIED' }),
        visits: {},
        backs: {},
        approvals: {},
        lastApproval: null,
        effects: [],
      },
      input: contextOf({ order: 'INPUT 7' }),
    },
  },
  'node.completed': {
    type: 'node.completed',
    node,
    body: {
      visit: 1,
      port: 'PORT',
      value: contextOf({ refund: 'GAVE' }),
      record: { by: 'system', connection: 'TO shop', action: 'TO refund', key: 'KEY 1', status: 418, attempts: 3 },
    },
  },
  'answer.set aside': {
    type: 'answer.set aside',
    node,
    body: { visit: 1, record: { by: 'model', answer: answer('uncertain'), input: 'i' }, next: 'rule' },
  },
  'call.intended': { type: 'call.intended', node, body: { ...call, request } },
  'call.failed': {
    type: 'call.failed',
    node,
    body: { visit: 1, attempt: 7, sent: 'maybe', error, retryAt: START + 5000 },
  },
  'call.repeated': { type: 'call.repeated', node, body: { visit: 1, attempt: 7 } },
  'call.doubted': {
    type: 'call.doubted',
    node,
    body: { visit: 1, key: 'KEY 1', task: 'TASK 1', error, connection: 'TO shop', action: 'TO refund' },
  },
  'task.created': {
    type: 'task.created',
    node,
    body: {
      visit: 1,
      task: 'TASK 1',
      role: 'ROLE',
      count: 2,
      fourEyes: true,
      sendBack: false,
      due: START,
      title: 'TITLE',
      again: true,
      shown,
      digest: 'd',
    },
  },
  'task.voted': {
    type: 'task.voted',
    node,
    body: { visit: 1, task: 'TASK 1', vote: { ...said, decision: 'rejected', shown: 'd' } },
  },
  'doubt.settled': {
    type: 'doubt.settled',
    node,
    body: { visit: 1, task: 'TASK 1', settlement: { ...said, happened: false }, held: true },
  },
  'doubt.reopened': {
    type: 'doubt.reopened',
    node,
    body: { visit: 1, task: 'TASK 1', settlement: { ...said, happened: null } },
  },
  'wait.begun': { type: 'wait.begun', node, body: { visit: 1, until: START, match: 'm' } },
  'branches.opened': {
    type: 'branches.opened',
    node,
    body: {
      visit: 1,
      join: node,
      any: false,
      keys: ['BRANCH a'],
      items: [contextOf({ id: 'ITEM' })],
      item: 'EACH',
      atOnce: 1,
    },
  },
  'branches.dropped': { type: 'branches.dropped', node, body: { visit: 1, paths: ['PATH 1'] } },
  'run.stopping': {
    type: 'run.stopping',
    node: null,
    body: { error: null, cancelled: { by, reason: 'WHY cancelled' }, undo: true, dropped: [] },
  },
  'run.admitted': { type: 'run.admitted', body: {} },
  'run.suspended': { type: 'run.suspended', body: { by, reason: 'WHY held' } },
  'run.resumed': { type: 'run.resumed', body: { by, reason: 'WHY on' } },
  'undo.intended': { type: 'undo.intended', node, path: 'undo:1', body: { ...call, of: 'KEY 0', request } },
  'effect.undone': {
    type: 'effect.undone',
    node,
    path: 'undo:1',
    body: { visit: 1, of: 'KEY 0', outcome: 'failed', attempts: 2, error },
  },
  'run.ended': { type: 'run.ended', node, body: { status: 'failed', result: 'failed', value: null, error } },
};

/** Texts of an event that a story has to hold: those of {@link EACH} that begin in capitals. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return /^[A-Z]{2,}/.test(value) && value !== error.code ? [value] : [];
  if (value instanceof Map) return [...value.values()].flatMap(textsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** What of the events is not told: `<type>` where an event has no moment of its own, else its missing texts. */
function untold(events: readonly StoredMoment[], story: readonly StoryStep[]): string[] {
  const left = story.flatMap(({ moments }) => moments);
  return events.flatMap(({ event, at }) => {
    const found = left.findIndex((moment) => moment.type === event.type && moment.atMs === at - (events[0]?.at ?? 0));
    const [moment] = found < 0 ? [] : left.splice(found, 1);
    if (moment === undefined || moment.sentence === '') return [event.type];
    const told = JSON.stringify(moment);
    return textsOf(event.body).flatMap((text) => (told.includes(text) ? [] : [`${event.type}: ${text}`]));
  });
}

const alone = (type: RunEventType): StoredMoment[] => [{ event: EACH[type], at: START }];

describe('every event is told', () => {
  it.each(RUN_EVENT_TYPES)('%s, with all that it says', (type) => {
    const story = storyOf(program, alone(type));
    expect(untold(alone(type), story)).toEqual([]);
    expect(JSON.stringify(story)).not.toContain('undefined');
  });

  it.each(RUN_EVENT_TYPES)('%s, once it was pruned, by its time and who put it on record', (type) => {
    const events = [{ type, node: null, path: null, at: START, actor: by }];
    const story = prunedStory(program.flow, { result: 'failed', status: 'failed' }, events);
    expect(story).toMatchObject([{ moments: [{ type, atMs: 0 }] }]);
    expect(story[0]?.sentence).toContain('BY olga');
  });

  it('control: a story that leaves a moment, a key or a request out is found', () => {
    const events = alone('call.intended');
    const [step] = storyOf(program, events);
    if (step === undefined) throw new Error('a story has a step');
    const cut = (what: string) =>
      step.moments.map((one) => ({ ...one, facts: one.facts.filter((fact) => fact.what !== what) }));
    expect(untold(events, [{ ...step, moments: [] }])).toEqual(['call.intended']);
    expect(storyFlaws(events, [step])).toEqual([]);
    expect(storyFlaws(events, [{ ...step, moments: [] }])).toEqual(['call.intended is not told']);
    expect(storyFlaws(events, [{ ...step, moments: cut('key') }])).toEqual(['the key KEY 1 is not told']);
    expect(storyFlaws(events, [{ ...step, moments: cut('sent') }])).toHaveLength(2);
    expect(storyFlaws(events, [{ ...step, fromMs: 1, tookMs: -1 }])).toHaveLength(3);
    expect(untold(events, [{ ...step, moments: cut('key') }])).toEqual(['call.intended: KEY 1']);
    expect(untold(events, [{ ...step, moments: cut('sent') }])).toEqual([
      'call.intended: SENT 7',
      'call.intended: SENT too',
    ]);
  });

  it('what is erased is said to be so, and nothing of it is told', () => {
    for (const type of ['call.intended', 'node.completed', 'undo.intended'] as const) {
      const [step] = storyOf(
        program,
        alone(type).map((one) => ({ ...one, seal: 'erased' as const })),
      );
      expect(step?.moments[0]?.facts.filter(({ what }) => what === 'sent' || what === 'gave')).toMatchObject([
        { value: null, seal: 'erased' },
      ]);
    }
  });
});

const rigs: Rig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.close();
});

function rigOf(made: Program, outcomes: PerformOutcome[]): Rig {
  const rig = new Rig({ programs: [made], outside: { perform: () => outcomes.shift() ?? DONE } });
  rigs.push(rig);
  return rig;
}

/** Every event of a run has its place, in order, and each step knows when it began. */
function tellsAll(rig: Rig, made: Program, run: string): StoryStep[] {
  const events = eventsOf(rig.engine.reader(), run);
  const story = storyOf(made, events);
  expect(untold(events, story)).toEqual([]);
  expect(storyFlaws(events, story)).toEqual([]);
  expect(story.flatMap(({ moments }) => moments).length).toBe(events.length);
  for (const step of story) {
    expect(step.fromMs).toBeLessThanOrEqual(step.moments[0]?.atMs ?? 0);
    expect(step.tookMs).toBe(step.tookMs === null ? null : step.atMs - step.fromMs);
  }
  return story;
}

const sentencesOf = (story: readonly StoryStep[]): string[] =>
  story.flatMap(({ moments }) => moments.map(({ sentence }) => sentence));

describe('a case as it went', () => {
  it('attempts that failed, the doubt, and who said what with the reason stay beside the outcome', async () => {
    const made = programOf(approvedFlow('refund'), shopWith('refund', { idempotency: { by: 'none' } }));
    const rig = rigOf(made, [failedWith('no'), failedWith('maybe')]);
    const { run } = await rig.start({ order: 'A-7', amount: 10 });
    await rig.turns();
    await rig.vote(run);
    for (let i = 0; i < 4 && rig.status(run) !== 'in doubt'; i++) {
      await rig.turns();
      rig.clock.step();
    }
    const [task] = rig.engine.reader().tasks({ run, status: 'open' });
    const settlement = { happened: true, ...said, at: rig.clock.now() };
    await rig.engine.settle(run, task?.id ?? '', settlement);
    await rig.turns();
    expect(rig.status(run)).toBe('done');
    const story = tellsAll(rig, made, run);
    const [effect] = rig.engine.reader().effects({ run });
    const step = story.find(({ moments }) => moments.some(({ type }) => type === 'call.intended'));
    const sent = step?.moments.flatMap(({ facts }) => facts).filter(({ what }) => what === 'sent' || what === 'key');
    expect(sent?.find(({ what }) => what === 'key')?.value).toBe(effect?.key);
    const named = sent?.filter(({ what }) => what === 'sent').map(({ name, value }) => [name, value]);
    expect(named).toEqual([...(rig.sent[0]?.request ?? [])].map(([name, value]) => [name, toJson(value)]));
    const told = sentencesOf(step === undefined ? [] : [step]);
    expect(told.filter((one) => one.startsWith('attempt 1 failed: no route to host'))).toHaveLength(1);
    expect(told.some((one) => one.startsWith('in doubt'))).toBe(true);
    expect(told.find((one) => one.includes('says that it happened'))).toMatch(/^WHO lea \(WHO lead\) .*: WHY so$/);
    expect(step?.sentence).not.toContain('answered');
    expect(sentencesOf(story).find((one) => one.includes('approved by'))).toMatch(/^approved by ada \(lead\) after \d/);
  });

  it('a system’s sentence loses its full stop where ours goes on', async () => {
    const made = programOf(callFlow('refund'));
    const moved = problem(true, 'The shop is being moved.');
    const rig = rigOf(made, [{ outcome: 'failed', sent: 'maybe', error: moved }]);
    const { run } = await rig.start({ order: 'A-7', amount: 10 });
    await rig.turns();
    const told = sentencesOf(tellsAll(rig, made, run)).find((one) => one.startsWith('attempt 1 failed'));
    expect(told).toMatch(/^attempt 1 failed: The shop is being moved \(it may have got there\); tried again in \d/);
  });

  it('what held it, and a cancel with its reason, are told in their order, and nothing is left under way', async () => {
    const made = programOf(approvedFlow('refund'), shopWith('refund', {}));
    const rig = rigOf(made, []);
    const { run } = await rig.start({ order: 'A-7', amount: 10 });
    await rig.turns();
    await rig.engine.suspend(run, by, 'the customer called');
    await rig.engine.resume(run, by, 'they agreed');
    expect(tellsAll(rig, made, run).some(({ state }) => state === 'under way')).toBe(true);
    await rig.engine.cancel(run, by, 'withdrawn', true);
    await rig.turns();
    const story = tellsAll(rig, made, run);
    const who = 'BY olga (BY operator)';
    expect(story.filter(({ node: at }) => at === '').map(({ sentence }) => sentence)).toEqual([
      `suspended by ${who}: the customer called`,
      `resumed by ${who}: they agreed`,
      `cancelled by ${who}: withdrawn; what is under way is settled first`,
      'ended as cancelled',
    ]);
    expect(story.some(({ state }) => state === 'under way')).toBe(false);
    expect(story.find(({ state }) => state === 'left')?.sentence).toMatch(/^not finished: waits for lead/);
  });

  it('once pruned, its start, exits and end are still told', async () => {
    const made = programOf(approvedFlow('refund'), shopWith('refund', {}));
    const rig = rigOf(made, []);
    const { run } = await rig.start({ order: 'A-7', amount: 10 });
    await rig.turns();
    await rig.vote(run);
    await rig.turns();
    const whole = tellsAll(rig, made, run);
    const stored = rig.engine.reader().events(`run:${run}`);
    const row = rig.engine.reader().run(run);
    const pruned = prunedStory(made.flow, { result: row?.result ?? null, status: row?.status ?? '' }, stored);
    const course = (steps: readonly StoryStep[]) =>
      steps.map(({ node: at, port, edge, fromMs, tookMs }) => [at, port, edge, fromMs, tookMs]);
    expect(course(pruned)).toEqual(course(whole));
    expect(pruned.at(-1)?.sentence).toContain('ended as “done”');
  });
});
