import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { initialState, opened } from '../state/transitions.ts';
import { backPath, cardNodes, wireEdges } from './elements.ts';
import { exitsOf, freeExit, rankKinds, targetsOf } from './fits.ts';
import { allProblems, sameProgram, shownTrace, traceOf } from './marks.ts';

const flow = payingFlow();
const nothing = { nodes: [], edges: [] };
const moment = { flow, selection: nothing, held: new Map(), measured: new Map() };

describe('what the canvas draws', () => {
  it('V1 a card that did not change is the same object, and one that moved is not', () => {
    const before = cardNodes(moment, new Map());
    const known = new Map(before.map((node) => [node.id, node]));
    const after = cardNodes({ ...moment, held: new Map([['n_pay', { x: 5, y: 6 }]]) }, known);
    expect(after.find((node) => node.id === 'n_pay')?.position).toEqual({ x: 5, y: 6 });
    const others = after.filter((node) => node.id !== 'n_pay');
    expect(others.map((node) => node === known.get(node.id))).toEqual(others.map(() => true));
  });

  it('V2 the way of a case, an unsafe path and coverage have tones of their own; danger is above all', () => {
    const unsafe = { nodes: new Set<string>(), edges: new Set(['e_1']) };
    const trace = { turns: new Map(), edges: new Set(['e_1', 'e_2']) };
    const tones = (marks: Parameters<typeof wireEdges>[2]) =>
      Object.fromEntries(
        wireEdges(flow, nothing, marks, () => ({ label: '', lane: 0 }), []).map((edge) => [edge.id, edge.data?.tone]),
      );
    expect(tones({ trace, unsafe, coverage: null })).toMatchObject({ e_1: 'unsafe', e_2: 'traced', e_3: 'plain' });
    const none = { nodes: new Set<string>(), edges: new Set<string>() };
    const coverage = {
      nodes: new Set<string>(),
      missedNodes: new Set<string>(),
      edges: new Set(['e_1']),
      missedEdges: new Set(['e_2']),
    };
    expect(tones({ trace: null, unsafe: none, coverage })).toMatchObject({
      e_1: 'covered',
      e_2: 'missed',
      e_3: 'plain',
    });
  });

  it('V3 a wire that goes back runs below what it passes', () => {
    expect(backPath({ sourceX: 400, sourceY: 50, targetX: 0, targetY: 20 }, 300)).toMatchObject({
      labelX: 200,
      labelY: 300,
    });
  });

  it('V4 a trace numbers the turns of each step', () => {
    const step = (node: string, edge: string | null) => ({
      node,
      visit: 1,
      port: 'next',
      edge,
      value: null,
      record: null,
      atMs: 0,
      sentence: '',
    });
    const result = {
      scenario: 's',
      holds: true,
      status: 'completed' as const,
      result: null,
      expectations: [],
      trace: [step('n_start', 'e_1'), step('n_topic', 'e_2'), step('n_start', null)],
      effects: [],
      error: null,
      clock: 0,
    };
    expect(traceOf(result).turns.get('n_start')).toEqual([1, 3]);
    expect([...traceOf(result).edges]).toEqual(['e_1', 'e_2']);
    expect(traceOf(result)).toBe(traceOf(result));
    const state = opened(initialState(), { path: 'p', flow, digest: '', readOnly: null });
    expect(shownTrace({ ...state, sandbox: { ...state.sandbox, result, of: flow } })).toBe(traceOf(result));
    expect(shownTrace({ ...state, sandbox: { ...state.sandbox, result, of: payingFlow() } })).toBeNull();
    expect(sameProgram(flow, { ...flow, layout: {} })).toBe(true);
  });

  it('V5 unsafe paths come first among the problems', () => {
    const { checks } = initialState();
    const path = {
      effect: { node: 'n_pay', connection: 'b', action: 'p' },
      ai: 'n_topic',
      nodes: [],
      edges: [],
      reason: 'why',
    };
    const warning = { code: 'ABOUT_EMPTY' as const, severity: 'warning' as const, path: [], message: 'w', hint: '' };
    const error = { ...warning, severity: 'error' as const, message: 'e' };
    expect(
      allProblems({ ...checks, problems: [warning, error], unsafe: [path] }).map(({ message }) => message),
    ).toEqual(['why', 'e', 'w']);
  });
});

describe('what fits', () => {
  it('V6 kinds that can follow come before those that cannot', () => {
    expect(rankKinds(KINDS, flow, '', 'n_topic').at(-1)?.kind).toBe('trigger');
    expect(rankKinds(KINDS, { ...flow, nodes: {} }, '', null)[0]?.kind).toBe('trigger');
    expect(rankKinds(KINDS, flow, 'appr', null)[0]?.kind).toBe('approval');
    expect(rankKinds(KINDS, flow, 'zzz', null)).toEqual([]);
  });

  it('V7 exits that lead nowhere come first; notes and starts cannot be led to', () => {
    expect(exitsOf(flow, 'n_topic').map(({ port }) => port)).toEqual(['failed', 'answered', 'uncertain']);
    expect(freeExit(flow, 'n_start')).toBeNull();
    const targets = targetsOf(flow, KINDS, 'n_topic', '').map(({ id }) => id);
    expect(targets).not.toContain('n_note');
    expect(targets).not.toContain('n_start');
    expect(targets).not.toContain('n_topic');
  });
});
