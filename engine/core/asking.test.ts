import { describe, expect, it } from 'vitest';
import { aiDecisionSchema } from '../../nodes/ai-decision/config.ts';
import { isSettled } from '../../nodes/ai-decision/fallback.ts';
import type { ErrorCode } from '../flow/error.ts';
import { RETRIED_CODES } from './testing/errors.ts';
import { ruleConfig } from '../program/testing/proof-kit.ts';
import { ask, end, programOf, shopFlow } from './testing/flows.ts';
import { answer, Play, problem } from './testing/play.ts';

const input = { order: '7', amount: 12 };
const RETRY = { attempts: 3, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT1M' };

/** An AI decision with an end for each of its exits. */
function asking(extra: Record<string, unknown> = {}): Play {
  const flow = shopFlow()
    .node('Topic', 'ai-decision', ask({ bar: 0.7, ...extra }))
    .edge('Start', 'next', 'Topic');
  const exits = ['answered', 'uncertain', ...(extra['timedOut'] === true ? ['timed out'] : []), 'failed'];
  const settled = isSettled(aiDecisionSchema.parse(ask(extra)).fallback);
  for (const exit of settled ? ['answered'] : exits) {
    const name = exit.replaceAll(' ', '_');
    flow.node(name, 'end', end(exit)).edge('Topic', exit, name);
  }
  return new Play(programOf(flow.build()), input);
}

function fails(run: Play, code: ErrorCode, retryable = true): void {
  const { path, node, visit } = run.command;
  const error = { ...problem(retryable), code };
  run.say({ stimulus: 'answered', path, node, visit, outcome: { outcome: 'failed', error } });
}

it('I8 a person is asked whatever the question is: its title is cut between characters', () => {
  const question = `${'a'.repeat(119)}\u{1F600} what is it about?`;
  const run = asking({ question, fallback: { person: { role: 'lead', due: null } } });
  run.answered('uncertain');
  expect(run.task.task.shown?.title).toBe('a'.repeat(119));
});

describe('asking a model again', () => {
  it('asks once where nothing is said', () => {
    const run = asking();
    fails(run, 'MODEL_UNREACHABLE');
    expect(run.phase).toBe('failed');
    expect(run.commanded).toHaveLength(1);
  });

  it('asks as often as the policy says, with pauses between, each on record', () => {
    const run = asking({ retry: RETRY });
    fails(run, 'MODEL_UNREACHABLE');
    expect(run.phase).toBe('retrying');
    expect(run.say({ stimulus: 'due' })).toEqual({ events: [], commands: [], refused: null, more: false });
    run.wait();
    fails(run, 'MODEL_UNREACHABLE');
    run.wait();
    expect(run.of('call.repeated').map(({ body }) => body.attempt)).toEqual([2, 3]);
    fails(run, 'MODEL_UNREACHABLE');
    expect(run.phase).toBe('failed');
    expect(run.commanded).toHaveLength(3);
  });

  it('takes the answer of a later attempt', () => {
    const run = asking({ retry: RETRY });
    fails(run, 'MODEL_TIMED_OUT');
    run.wait();
    run.answered();
    expect(run.phase).toBe('answered');
  });

  it('a crash while the model is asked again forgets neither the attempt nor those before', () => {
    const run = asking({ retry: { ...RETRY, attempts: 2 } });
    fails(run, 'MODEL_UNREACHABLE');
    run.crash();
    expect(run.phase).toBe('retrying');
    run.wait();
    run.crash();
    expect(run.command).toMatchObject({ command: 'ask' });
    fails(run, 'MODEL_UNREACHABLE');
    expect(run.phase).toBe('failed');
    expect(run.of('call.repeated')).toHaveLength(1);
  });

  it('only after the errors that are picked out, whatever the other side', () => {
    for (const [kind, codes] of Object.entries(RETRIED_CODES))
      for (const [other, others] of Object.entries(RETRIED_CODES))
        for (const code of others) {
          const run = asking({ retry: { ...RETRY, on: [kind] } });
          fails(run, code);
          expect([kind, code, run.phase]).toEqual([kind, code, other === kind ? 'retrying' : 'failed']);
          expect(codes.length).toBeGreaterThan(0);
        }
  });

  it('never after what will not pass by itself', () => {
    const run = asking({ retry: RETRY });
    fails(run, 'MODEL_UNREACHABLE', false);
    expect(run.phase).toBe('failed');
  });

  it('leaves by an exit of its own when it took too long, and that is drawn', () => {
    const drawn = asking({ timedOut: true });
    fails(drawn, 'MODEL_TIMED_OUT');
    expect(drawn.phase).toBe('timed out');
    const down = asking({ timedOut: true });
    fails(down, 'MODEL_UNREACHABLE');
    expect(down.phase).toBe('failed');
    const plain = asking();
    fails(plain, 'MODEL_TIMED_OUT');
    expect(plain.phase).toBe('failed');
  });
});

describe('what is asked instead', () => {
  const person = { role: 'agent', due: 'PT4H' };
  const { table } = ruleConfig({ inputs: ['input.amount'], outputs: ['choice'], rows: [['> 10', '"fraud"']] });

  it('the answer that did not count is on record before anybody else is asked, and is never asked for again', () => {
    const run = asking({ fallback: { table, person } });
    run.answered('uncertain');
    expect(run.events.map(({ type }) => type)).toEqual([
      'run.started',
      'answer.set aside',
      'node.completed',
      'run.ended',
    ]);
    expect(run.of('answer.set aside')[0]?.body).toMatchObject({ next: 'rule', record: { by: 'model' } });
    expect(run.of('node.completed')[0]?.body.record).toEqual({ by: 'rule', rows: ['r1'], warnings: [] });
    expect(run.commanded).toHaveLength(1);
  });

  it('a person is shown the guess as a guess, and what the model was given', () => {
    const run = asking({ fallback: { person } });
    run.answered('uncertain');
    expect(run.task.task).toMatchObject({ type: 'choose', role: 'agent' });
    expect(run.task.task.shown).toMatchObject({
      asks: {
        choices: [{ value: 'refund' }, {}, {}],
        guess: { choice: 'refund', confidence: 0.9, reasons: ['money'] },
      },
      facts: [{ label: 'Text', value: '7' }],
      effects: [],
    });
    run.crash();
    expect(run.commanded).toHaveLength(1);
    run.vote('answered', 'ada', { answer: { choice: 'other' } });
    expect(run.phase).toBe('answered');
    expect(run.state.root.scope.get('Topic')).toEqual(
      new Map<string, unknown>([
        ['choice', 'other'],
        ['by', 'person'],
        ['guess', 'refund'],
        ['confidence', expect.anything()],
        ['why', 'below the bar'],
        ['reasons', ['money']],
      ]),
    );
  });

  it('nobody in time leaves as if nobody had been asked', () => {
    const unsure = asking({ fallback: { person } });
    unsure.answered('uncertain');
    unsure.wait();
    expect(unsure.phase).toBe('uncertain');
    const down = asking({ fallback: { person } });
    fails(down, 'MODEL_UNREACHABLE');
    down.wait();
    expect(down.phase).toBe('failed');
  });

  it('another model is asked by its own bar, and its answer counts', () => {
    const run = asking({ fallback: { model: 'topic', person } });
    run.answered('uncertain');
    expect(run.command).toMatchObject({ command: 'ask', model: 'topic', bar: 0.7 });
    run.answered('uncertain');
    expect(run.of('answer.set aside').map(({ body }) => body.next)).toEqual(['model', 'person']);
    expect(run.commanded).toHaveLength(2);
  });

  it('P37 an answer that is none of the choices, or not sure of anything, counts as none', () => {
    for (const forged of [
      { choice: 'pay me', guess: 'pay me' },
      { confidence: Number.POSITIVE_INFINITY },
      { confidence: -1 },
      { confidence: Number.NaN },
      { choice: null },
    ]) {
      const run = asking();
      const { path, node, visit } = run.command;
      const outcome = { outcome: 'answered' as const, answer: { ...answer(), ...forged } };
      run.say({ stimulus: 'answered', path, node, visit, outcome });
      expect(run.phase).toBe('failed');
      expect(run.of('node.completed')[0]?.body.record).toMatchObject({ error: { code: 'MODEL_ANSWER_INVALID' } });
    }
  });

  it('control: a journal that loses what was set aside is not what the run says', () => {
    const flow = shopFlow()
      .node('Topic', 'ai-decision', ask({ fallback: { person: { role: 'agent', due: null } } }))
      .node('answered', 'end', end('answered'))
      .chain('Start', 'Topic')
      .edge('Topic', 'answered', 'answered');
    const run = new Play(programOf(flow.build()), input, { lose: ({ type }) => type === 'answer.set aside' });
    expect(() => run.answered('uncertain')).toThrow('I1 does not hold');
  });
});
