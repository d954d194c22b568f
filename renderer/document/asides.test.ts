import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { programDigest } from '../../engine/program/digest.ts';
import { diffFlows } from '../../engine/flow/diff.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';

const bare = payingFlow();
const remark = { by: 'Ada Moss', at: '2026-03-02T09:00:00Z', text: 'Why so much?' };
const flow: Flow = {
  ...bare,
  groups: { g_pay: { name: 'Paying', nodes: ['n_ask', 'n_pay'] } },
  comments: { c_1: { node: 'n_pay', remarks: [remark] } },
};

describe('groups and comments', () => {
  it('are in the document as they are, and absent where there are none', () => {
    const text = writeFlow(flow);
    const read = readFlow(text, KINDS).flow;
    expect(read).toEqual(flow);
    expect(read === null ? '' : writeFlow(read)).toBe(text);
    expect(writeFlow(bare)).not.toContain('"groups"');
  });

  it('are outside of the program', () => {
    expect(programDigest(flow, KINDS, surroundings)).toBe(programDigest(bare, KINDS, surroundings));
    expect(diffFlows(bare, flow)).toEqual([]);
  });

  it('are told of with what was moved; folding is nobody’s business', () => {
    const say = (a: Flow, b: Flow) => diffFlows(a, b, { moves: true }).map(({ sentence }) => sentence);
    expect(say(bare, flow)).toEqual(['The group “Paying” was added.', 'A comment on “pay” was added.']);
    expect(
      say(flow, { ...flow, groups: { g_pay: { name: 'Paying', nodes: ['n_pay', 'n_ask'], folded: true } } }),
    ).toEqual([]);
    const closed = { c_1: { node: 'n_pay', remarks: [remark], closed: { by: 'Bo', at: '2026-03-02T10:00:00Z' } } };
    expect(say(flow, { ...flow, comments: closed })).toEqual([
      'A comment on “pay” was answered, closed or opened again.',
    ]);
  });

  it('that make no sense are refused, each by its place', () => {
    const wrong = (some: Record<string, unknown>) =>
      readFlow(JSON.stringify({ ...bare, ...some }), KINDS).problems[0]?.path.slice(0, 2);
    expect(wrong({ groups: { g_pay: { name: '', nodes: ['n_ask'] } } })).toEqual(['groups', 'g_pay']);
    expect(wrong({ groups: { g_pay: { name: 'x', nodes: [] } } })).toEqual(['groups', 'g_pay']);
    expect(wrong({ comments: { c_1: { node: 'n_ask', remarks: [{ ...remark, at: 'today' }] } } })).toEqual([
      'comments',
      'c_1',
    ]);
  });
});
