import { describe, expect, it } from 'vitest';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { afterChange, afterOthers } from './carry.ts';
import { draftOf, type CaseDraft } from './draft.ts';

const PATH = 'flows/claims.flow.json';
const CREDIT = 'flows/credit.flow.json';
const credit = flowOf('Credit')
  .input({})
  .node('Start', 'trigger', { columns: {} })
  .node('Ask', 'ai-decision', {})
  .build();
const claims = flowOf('Claims')
  .input({ amount: { type: 'number' }, limit: { type: 'number' } })
  .node('Topic', 'ai-decision', {})
  .node('Agree', 'approval', {})
  .node('Check', 'subflow', { flow: CREDIT, results: [], arguments: {} })
  .build();
const flows = { [PATH]: claims, [CREDIT]: credit };

const named = (flow: Flow, names: Readonly<Record<string, string>>): Flow => ({
  ...flow,
  nodes: Object.fromEntries(
    Object.entries(flow.nodes).map(([id, node]): [string, FlowNode] => [
      id,
      { ...node, name: names[node.name] ?? node.name },
    ]),
  ),
});
const NONE = new Map<string, string>();
const answer = { choice: 'refund', confidence: 0.9 };

const draft: CaseDraft = {
  ...draftOf(
    {
      format: 'countersign.scenario',
      version: 1,
      name: 'one',
      input: { amount: 1, limit: 2 },
      answers: { Topic: answer, 'Check › Ask': answer },
      people: [{ at: 'Agree', decide: 'approved', comment: 'Agree' }],
      expect: { passes: ['Agree'], avoids: ['Check › Ask'], holds: ['Topic.choice = "Agree" and input.amount = 1'] },
    },
    { path: 'tests/claims/one.scenario.json', base: 'd' },
  ),
  given: { amount: 3 },
};

describe('a case that is being made follows', () => {
  const renamed = named(claims, { Topic: 'About', Agree: 'Lead', Check: 'Look up' });
  const there = { path: PATH, before: claims, after: renamed, fields: NONE };

  it('C1 its steps in what models answer, what people do and what is expected; nothing that is only a text', () => {
    expect(afterChange(draft, there, flows)).toMatchObject({
      answers: { About: answer, 'Look up › Ask': answer },
      people: [{ at: 'Lead', decide: 'approved', comment: 'Agree' }],
      expect: { passes: ['Lead'], avoids: ['Look up › Ask'], holds: ['About.choice = "Agree" and input.amount = 1'] },
    });
  });

  it('C2 and is as it was when that is undone', () => {
    const back = { path: PATH, before: renamed, after: claims, fields: NONE };
    expect(afterChange(afterChange(draft, there, flows), back, flows)).toEqual(draft);
    // The control: nothing that has another name, nothing that changes.
    const moved = { ...claims, layout: { n_topic: { x: 1, y: 1 } } };
    expect(afterChange(draft, { ...there, after: moved }, flows)).toBe(draft);
  });

  it('C3 fields of the input that change places with each other, typed or read', () => {
    const fields = new Map([
      ['amount', 'limit'],
      ['limit', 'amount'],
    ]);
    // Another document, whose input reads the same.
    const after = { ...claims };
    const now = afterChange(draft, { path: PATH, before: claims, after, fields }, flows);
    expect(now.given).toEqual({ limit: 3 });
    expect(now.scenario.input).toEqual({ amount: 2, limit: 1 });
    expect(now.expect.holds).toEqual(['Topic.choice = "Agree" and input.limit = 1']);
  });

  it('C4 steps of a flow that stands in its own, once that is saved', () => {
    const after = { ...flows, [CREDIT]: named(credit, { Ask: 'Rate' }) };
    const now = afterOthers(draft, { path: PATH, flow: claims }, flows, after);
    expect(Object.keys(now.answers)).toEqual(['Topic', 'Check › Rate']);
    expect(now.expect.avoids).toEqual(['Check › Rate']);
    // Its own names it has from the canvas, and not from the file.
    const own = { ...flows, [PATH]: named(claims, { Topic: 'Elsewhere' }) };
    expect(afterOthers(draft, { path: PATH, flow: claims }, flows, own)).toBe(draft);
  });
});
