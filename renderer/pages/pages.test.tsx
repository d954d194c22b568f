import { describe, expect, it } from 'vitest';
import { actionSchema } from '../../engine/connections/contract.ts';
import { initialState } from '../state/transitions.ts';
import { stretchOf } from '../story/story.tsx';
import { drawn, sampleWorkspace, textsOf } from '../test-kit/views.tsx';
import { afterLostAnswer, fieldFacts, undoLine } from './connections/action-facts.ts';
import { ConnectionCard } from './connections/connection-card.tsx';
import { faultsIn } from './faults.ts';
import { confusionPairs, measuredBars, nearestBar, placeIn, type Plot } from './models/figures.ts';
import { ModelCard } from './models/model-card.tsx';
import { barByKey } from './models/threshold.tsx';
import { newestFirst, releaseBefore } from './releases/order.ts';
import { Verified } from './releases/release-detail.tsx';
import { usesOfAction, usesOfModel } from './uses.ts';

const workspace = sampleWorkspace();
const [model] = Object.values(workspace.models);
if (model === undefined) throw new Error('the sample has a model');
const PLOT: Plot = { width: 100, height: 100, left: 10, bottom: 10, top: 10, right: 10 };

describe('figures of a model', () => {
  it('M1 bars are those that were measured, each once, the lowest first, and what is not answered is left to people', () => {
    const bars = measuredBars(model);
    expect(bars.map(({ bar }) => bar)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]);
    for (const { answered, toPeople } of bars) expect(answered + toPeople).toBeCloseTo(1);
    for (const [i, one] of bars.entries()) expect(one.answered).toBeLessThanOrEqual(bars[i - 1]?.answered ?? 1);
    expect(bars[nearestBar(bars, 0.71)]?.bar).toBe(0.7);
    expect(nearestBar([], 0.7)).toBe(0);
  });

  it('M2 pairs come by how often they were confused, as a share of the rows of that choice', () => {
    const [first] = confusionPairs(model);
    expect(first).toMatchObject({ choice: 'exchange and fees', guess: 'charged wrong amount', rows: 3 });
    expect(first?.share).toBeCloseTo(3 / (model.metrics.perChoice['exchange and fees']?.rows ?? 0));
  });

  it('M3 shares stand where they belong in a plot', () => {
    const place = placeIn(PLOT, 0.5);
    expect(place(0.5, 0)).toEqual({ x: 10, y: 90 });
    expect(place(1, 1)).toEqual({ x: 90, y: 10 });
  });

  it('M4 the card says what it is for, who answers for it, how good it is, and who asks it', () => {
    const uses = usesOfModel(workspace.documents, model.name);
    const texts = textsOf(drawn(initialState(), <ModelCard card={model} uses={uses} />)).join(' | ');
    for (const text of [model.purpose, model.owner, model.question, model.limits, ...model.choices])
      expect(texts).toContain(text);
    for (const text of ['76% of 207 test rows', 'anything from 70% to 82%', 'messages.csv', 'Seed 1', 'Support desk'])
      expect(texts).toContain(text);
    expect(texts).toContain('Sure at 98%, right in 99% of 85 rows');
    expect(texts).toContain('The card’s own bar is 0.70.');
  });
});

describe('the bars that can be tried', () => {
  it('M5 keys lead from one that was measured to the next, and stop at the ends', () => {
    expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageUp'].map((key) => barByKey(key, 1, 3))).toEqual([
      2, 0, 0, 2, 2,
    ]);
    expect(barByKey('ArrowLeft', 0, 3)).toBe(0);
    expect(barByKey('Tab', 1, 3)).toBeNull();
  });
});

describe('who leans on what', () => {
  it('U1 steps that ask a model or do an action are found in their flows, and no others', () => {
    expect(usesOfModel(workspace.documents, model.name).map(({ step }) => step)).toEqual(['topic']);
    expect(usesOfAction(workspace.documents, 'billing', 'credit account').map(({ step }) => step)).toEqual(['credit']);
    expect(usesOfAction(workspace.documents, 'billing', 'no such')).toEqual([]);
    expect(usesOfModel(workspace.documents, 'constructor')).toEqual([]);
  });
});

describe('connections', () => {
  const action = (more: object) =>
    actionSchema.parse({
      title: 'Do',
      class: 'irreversible',
      idempotency: { by: 'none' },
      request: {},
      response: {},
      http: { method: 'POST', path: '/do' },
      ...more,
    });

  it('K1 what becomes of a lost answer is told for every way of repeating', () => {
    expect(afterLostAnswer(action({}))).toContain('In doubt');
    expect(afterLostAnswer(action({ idempotency: { by: 'natural' } }))).toContain('twice leaves the same');
    expect(afterLostAnswer(action({ idempotency: { by: 'key' } }))).toContain('Idempotency-Key');
    const askable = { by: 'askable', ask: 'look', argument: 'key', found: 'done' };
    expect(afterLostAnswer(action({ idempotency: askable }))).toContain('“look” is asked');
    expect(afterLostAnswer(action({ class: 'read' }))).toContain('nothing is changed');
  });

  it('K2 an undo is told with its time, fields with their types and marks', () => {
    expect(undoLine(action({}))).toBeNull();
    const undo = { action: 'take back', within: 'PT4H', arguments: {} };
    expect(undoLine(action({ class: 'reversible', undo }))).toBe('“take back” takes it back within 4 hours.');
    expect(fieldFacts({ who: { type: 'string', personal: true }, n: { type: 'number', optional: true } })).toEqual([
      { name: 'who', type: 'text', personal: true, optional: false },
      { name: 'n', type: 'number', personal: false, optional: true },
    ]);
  });

  it('K3 every action of a contract is on its card; what this machine does not grant is marked', () => {
    const billing = workspace.connections['billing'];
    if (billing === undefined) throw new Error('the sample bills');
    const draw = (grants: string[] | null): string =>
      textsOf(
        drawn(
          initialState(),
          <ConnectionCard connection={billing} binding={{ simulated: true, grants }} usesOf={() => []} />,
        ),
      ).join(' | ');
    for (const { title } of Object.values(billing.actions)) expect(draw(null)).toContain(title);
    expect(draw(null)).not.toContain('not granted here');
    expect(draw(['read account'])).toContain('not granted here');
  });

  it('K4 a contract that cannot be read is told on its page', () => {
    const fault = (file: string) => ({
      code: 'DOCUMENT_INVALID' as const,
      message: file,
      hint: '',
      where: { file },
      retryable: false,
      fault: 'user' as const,
    });
    const errors = [fault('connections/a.connection.json'), fault('models/b.model.json')];
    expect(faultsIn({ ...workspace, errors }, 'connections/').map(({ message }) => message)).toEqual([
      'connections/a.connection.json',
    ]);
    expect(faultsIn(null, 'connections/')).toEqual([]);
  });
});

describe('releases', () => {
  const of = (flow: string, release: number) => ({ path: `releases/${flow}-${release}`, flow, release, program: '' });

  it('L1 they are listed flow by flow, the newest first, and the one before is of the same flow', () => {
    const all = [of('b', 1), of('a', 1), of('a', 10), of('a', 2)];
    expect(newestFirst(all).map(({ flow, release }) => `${flow}${release}`)).toEqual(['a10', 'a2', 'a1', 'b1']);
    expect(releaseBefore(all, of('a', 10))?.release).toBe(2);
    expect(releaseBefore(all, of('b', 1))).toBeNull();
  });

  it('L2 a release that does not hold is never said to hold', () => {
    const refused = {
      code: 'MANIFEST_BLOB' as const,
      message: 'A file was changed.',
      hint: '',
      retryable: false,
      fault: 'operator' as const,
    };
    const none = { signers: [], files: 0, warnings: [] };
    const say = (found: Parameters<typeof Verified>[0]['found']) =>
      textsOf(drawn(initialState(), <Verified found={found} />)).join(' | ');
    expect(say({ ...none, refused })).toContain('It does not hold.');
    expect(say({ ...none, refused })).not.toContain('It holds');
    expect(say({ ...none, refused: null, files: 8 })).toContain('It holds: the signatures fit, and all 8 files');
  });
});

describe('a story to scale', () => {
  it('S1 stretches follow each other and fill the case; what took no time has none', () => {
    const times = [
      [0, 0],
      [0, 250],
      [250, 1000],
      [1000, 1000],
    ] as const;
    const steps = times.map(([fromMs, atMs]) => ({ fromMs, atMs, tookMs: atMs - fromMs }));
    expect(steps.map((_, i) => stretchOf(steps, i))).toEqual([
      null,
      { from: 0, length: 0.25, ms: 250 },
      { from: 0.25, length: 0.75, ms: 750 },
      null,
    ]);
    expect(stretchOf([{ fromMs: 0, atMs: 0, tookMs: 0 }], 0)).toBeNull();
  });
});
