import { describe, expect, it } from 'vitest';
import { createElement } from 'react';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { ScenarioResult, TraceStep } from '../../engine/studio/contract.ts';
import { initialState } from '../state/transitions.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { CasePart } from './case-part.tsx';
import { turnsOf, valueIn } from './case-scope.ts';
import { hasForm, MockField } from './mock-value-form.tsx';
import { readMockValue, sampleOf } from './mock-value.ts';

const step = (node: string, value: TraceStep['value'], more: Partial<TraceStep> = {}): TraceStep => ({
  node,
  visit: 1,
  port: 'next',
  edge: 'e_1',
  value,
  record: null,
  atMs: 0,
  sentence: '',
  path: '',
  state: 'done',
  settledAt: 1,
  fromMs: 0,
  tookMs: 0,
  read: [],
  moments: [],
  ...more,
});
const result = (...trace: TraceStep[]): Pick<ScenarioResult, 'trace' | 'clock' | 'input'> => ({
  trace,
  clock: Date.parse('2026-03-02T09:00:00Z') + (trace.at(-1)?.atMs ?? 0),
  input: { message: 'hello', due: '2026-04-01' },
});
const scope: FeelScopeTypes = {
  input: { kind: 'context', open: false, fields: { message: { kind: 'string' }, due: { kind: 'date' } } },
  topic: { kind: 'context', open: false, fields: { guess: { kind: 'string' } } },
  pay: { kind: 'any', nullable: true },
};
const flow = payingFlow();

describe('a step in a case', () => {
  it('C1 what goes in are the input and what was settled before, with the types that are declared', () => {
    const [turn, ...more] = turnsOf(
      result(step('n_start', null), step('n_topic', { guess: 'refund' }), step('n_pay', 1)),
      flow,
      'n_pay',
      scope,
    );
    expect(more).toEqual([]);
    expect([...(turn?.before.keys() ?? [])]).toEqual(['input', 'topic']);
    if (turn === undefined) throw new Error('no turn');
    expect(valueIn('topic.guess + "s"', scope, turn)).toBe('"refunds"');
    // Not as text: the field is a date.
    expect(valueIn('input.due > date("2026-03-01")', scope, turn)).toBe('true');
    expect(valueIn('string(today())', scope, turn)).toBe('"2026-03-02"');
  });

  it('C1 an empty list that goes in or comes out is said in words, on its own or in a record', () => {
    const [turn] = turnsOf(
      result(step('n_start', null), step('n_topic', []), step('n_pay', { notes: [] })),
      flow,
      'n_pay',
      {
        ...scope,
        topic: { kind: 'any' },
      },
    );
    const node = flow.nodes['n_pay'];
    if (turn === undefined || node === undefined) throw new Error('no turn');
    const shown = { name: 'a case', turns: [turn], stale: false, until: true };
    const part = createElement(CasePart, { id: 'n_pay', node, scope, shown, turn: 0, onTurn: () => undefined });
    const texts = textsOf(drawn(initialState(), part));
    expect(texts.filter((text) => text === 'empty list')).toHaveLength(2);
    expect(texts).not.toContain('[]');
  });

  it('C2 no value is shown for what is wrong, empty, or reads what the case does not tell', () => {
    const [turn] = turnsOf(result(step('n_start', null), step('n_topic', { guess: 'refund' })), flow, 'n_topic', scope);
    if (turn === undefined) throw new Error('no turn');
    for (const source of ['', 'topic.gone', '1 +', 'pay', 'topic.guess'])
      expect(valueIn(source, scope, turn)).toBeNull();
    expect(valueIn('input.message', scope, turn)).toBe('"hello"');
  });

  it('C3 each time that the case comes to a step is a turn; what stands for a flow has one for each time it is passed', () => {
    const twice = turnsOf(
      result(step('n_topic', { guess: 'a' }), step('n_pay', 1), step('n_topic', { guess: 'b' }, { visit: 2 })),
      flow,
      'n_topic',
      scope,
    );
    expect(twice.map(({ number, step: { value } }) => [number, value])).toEqual([
      [1, { guess: 'a' }],
      [2, { guess: 'b' }],
    ]);
    const within = [
      step('n_pay.n_start', {}, { edge: 'n_pay.e_1' }),
      step('n_pay.n_x', 3, { edge: 'n_pay.e_2' }),
      step('n_pay.n_end', 5, { edge: 'e_9' }),
    ];
    const passed = turnsOf(result(...within, ...within), flow, 'n_pay', scope);
    expect(passed.map((turn) => turn.step.value)).toEqual([5, 5]);
    expect(passed[1]?.before.get('pay')).toBe(5);
  });
});

describe('the value of a mock', () => {
  it('M2 is given in fields wherever its type is known: a list to choose from, a field for each part', () => {
    const answer = {
      kind: 'context',
      open: false,
      fields: {
        choice: { kind: 'choice', values: ['refund', 'none'] },
        confidence: { kind: 'number' },
        reasons: { kind: 'list', of: { kind: 'context', open: false, fields: { word: { kind: 'string' } } } },
        by: { kind: 'boolean', nullable: true },
      },
    } as const;
    expect(hasForm(answer)).toBe(true);
    for (const one of [{ kind: 'any' }, { kind: 'null' }, { kind: 'list', of: { kind: 'any' } }] as const)
      expect(hasForm(one)).toBe(false);
    const value = { choice: 'refund', confidence: 0, reasons: [{ word: 'lamp' }], by: null };
    expect(sampleOf(answer)).toEqual({ ...value, reasons: [] });
    const html = drawn(
      initialState(),
      createElement(MockField, { label: 'Value', type: answer, value, onChange: () => undefined }),
    );
    for (const label of ['choice', 'confidence', 'word', 'by', 'reasons, number 1'])
      expect(textsOf(html)).toContain(label);
    expect(html).toContain('value="refund"');
    expect(html).toContain('value="lamp"');
  });

  it('M1 is strict JSON of the type that the step leaves, and a sample of any type fits it', () => {
    const type = {
      kind: 'context',
      open: false,
      fields: { by: { kind: 'string' }, on: { kind: 'date' }, note: { kind: 'string', nullable: true } },
    } as const;
    expect(readMockValue('{"by": "Ada", "on": "2026-01-02"}', type, 'done')).toMatchObject({ ok: true });
    expect(readMockValue('{"by": 1, "on": "2026-01-02"}', type, 'done')).toEqual({
      ok: false,
      message: 'The value is to be {by: text, on: date, note: text or null}.',
    });
    expect(readMockValue('{"by": "a", "by": "b"}', type, 'done')).toMatchObject({ ok: false });
    expect(readMockValue('{"__proto__": 1}', { kind: 'any' }, 'done')).toMatchObject({ ok: false });
    expect(readMockValue('null', type, 'failed')).toMatchObject({ ok: true });
    for (const one of [
      type,
      { kind: 'list', of: type },
      { kind: 'null' },
      { kind: 'time' },
      { kind: 'date and time' },
    ] as const)
      expect(readMockValue(JSON.stringify(sampleOf(one)), one, 'done')).toMatchObject({ ok: true });
  });
});
