import { notifications, notificationsStore } from '@mantine/notifications';
import { describe, expect, it, vi } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { portsOf } from '../document/describe.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { undoEdit } from '../state/edit.ts';
import { useStudio } from '../state/store.ts';
import { initialState, opened, selected } from '../state/transitions.ts';
import { cardNodes } from './elements.ts';
import { exitAtHandle, foldEnds } from './drawn.ts';
import { rememberingWires, wireEdges, wireText } from './wires.ts';
import { ANYWHERE, exitsOf, freeExit, rankOffers, targetsOf, type Spot } from './fits.ts';
import { OFFERS } from './offers.ts';
import { allProblems, sameProgram, shownTrace, traceOf } from './marks.ts';
import { toggleFold } from './acts.ts';
import { copyText, cutSelected } from './clipboard.ts';
import { words } from '../words/index.ts';
import { CLICKS } from './use-gestures.ts';
import { followSelection } from './use-moves.ts';

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
    const trace = { of: 'sandbox' as const, turns: new Map(), edges: new Set(['e_1', 'e_2']), here: new Set<string>() };
    const tones = (marks: Parameters<typeof wireEdges>[2]) =>
      Object.fromEntries(wireEdges(flow, [], marks, () => '').map((edge) => [edge.id, edge.data?.tone]));
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

  it('V3 a wire says its exit unless it is short, how often it may go back, and how many cases took it', () => {
    const data = { tone: 'plain' as const, label: 'refused', back: null, cases: null, width: null };
    expect(wireText(data, false)).toBe('refused');
    expect(wireText({ ...data, cases: 0 }, true)).toBe('');
    expect(wireText({ ...data, cases: 12 }, true)).toBe('12');
    expect(wireText({ ...data, cases: 12, back: 2 }, false)).toBe('refused · back, at most 2× · 12');
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
      path: '',
      state: 'done' as const,
      settledAt: 1,
      fromMs: 0,
      tookMs: 0,
      read: [],
      moments: [],
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
      started: 0,
      clock: 0,
      input: null,
      mocks: [],
      until: null,
    };
    expect(traceOf(result, flow).turns.get('n_start')).toEqual([1, 3]);
    expect([...traceOf(result, flow).edges]).toEqual(['e_1', 'e_2']);
    expect(traceOf(result, flow)).toBe(traceOf(result, flow));
    const state = opened(initialState(), { path: 'p', flow, digest: '', readOnly: null });
    expect(shownTrace({ ...state, sandbox: { ...state.sandbox, result, of: flow } })).toBe(traceOf(result, flow));
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
  it('V6 what can follow comes before what cannot, and what mostly follows before all', () => {
    const ids = (now: Flow, query: string, spot: Spot = ANYWHERE) =>
      rankOffers(OFFERS, now, query, spot).map(({ id }) => id);
    const after = (node: string, port: string): Spot => ({ follows: { node, port }, into: null });
    expect(ids(flow, '', after('n_topic', 'answered')).at(-1)).toBe('trigger');
    expect(ids({ ...flow, nodes: {} }, '')[0]).toBe('trigger');
    expect(ids(flow, 'appr')[0]).toBe('approval');
    expect(ids(flow, 'zzz')).toEqual([]);
    expect(ids(flow, '', after('n_topic', 'answered')).slice(0, 2)).toEqual(['rule', 'branch']);
    expect(ids(flow, '', after('n_topic', 'uncertain'))[0]).toBe('approval');
    expect(ids(flow, '', after('n_ask', 'approved'))[0]).toBe('connector');
    expect(ids(flow, 'branch')[0]).toBe('branch');
    // Where no branches are open there is nothing to join; in a wire nothing ends.
    const [join, note] = [ids(flow, '', after('n_topic', 'answered')).indexOf('join'), ids(flow, '').indexOf('wait')];
    expect(join).toBeGreaterThan(note);
    expect(ids(flow, '', { follows: null, into: 'e_2' }).indexOf('end')).toBeGreaterThan(8);
  });

  it('V8 a branch is a rule with a way for each value, and sound but for what it is to look at', () => {
    const branch = OFFERS.find(({ id }) => id === 'branch');
    const node = { kind: 'rule', name: 'way', config: branch?.config ?? {} };
    expect(portsOf(node).map(({ id }) => id)).toEqual(['yes', 'no', 'otherwise']);
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

describe('wires', () => {
  const none = { trace: null, unsafe: { nodes: new Set<string>(), edges: new Set<string>() }, coverage: null };
  const exits = (_: string, port: string): string => port;

  it('V10 a folded group has the wires of its steps, and none of those within', () => {
    const group = { name: 'Pay', nodes: ['n_ask', 'n_pay'], folded: true as const };
    const folded: Flow = { ...flow, groups: { g_1: group } };
    const edges = wireEdges(folded, [], none, exits);
    const ends = Object.fromEntries(
      edges.map(({ id, source, sourceHandle, target }) => [id, [source, sourceHandle, target]]),
    );
    expect(ends['e_2']).toEqual(['n_topic', 'answered', 'group:g_1']);
    expect(ends['e_6']).toEqual(['group:g_1', 'n_pay done', 'n_end']);
    expect(ends).not.toHaveProperty('e_4');
    expect(exitAtHandle('group:g_1', 'n_pay done')).toEqual({ node: 'n_pay', port: 'done' });
    const cards = cardNodes({ ...moment, flow: folded }, new Map());
    expect(cards.map(({ id }) => id).toSorted()).toEqual(['group:g_1', 'n_end', 'n_note', 'n_start', 'n_topic']);
    expect(foldEnds(folded, 'g_1')).toMatchObject({ entry: 'n_ask', entered: true });
    expect(foldEnds(folded, 'g_1').exits).toHaveLength(3);
  });

  it('V11 a wire that is as it was is the same object', () => {
    const draw = rememberingWires();
    const first = draw(flow, [], none, exits);
    const second = draw(flow, ['e_1'], none, exits);
    expect(second.map((edge, i) => edge === first[i])).toEqual(second.map(({ id }) => id !== 'e_1'));
  });

  it('V12 an exit of a disabled step by which nobody leaves is drawn as idle', () => {
    const pay = flow.nodes['n_pay'];
    if (pay === undefined) throw new Error('the sample pays');
    const off: Flow = { ...flow, nodes: { ...flow.nodes, n_pay: { ...pay, disabled: true } } };
    const tones = Object.fromEntries(wireEdges(off, [], none, exits).map((edge) => [edge.id, edge.data?.tone]));
    expect([tones['e_6'], tones['e_7'], tones['e_4']]).toEqual(['plain', 'idle', 'plain']);
  });
});

describe('what is clicked', () => {
  const group = { name: 'Pay', nodes: ['n_ask', 'n_pay'], folded: true as const };
  const folded: Flow = { ...flow, groups: { g_1: group } };
  const key = { ctrlKey: false, metaKey: false, shiftKey: false };
  const selection = () => useStudio.getState().presence.selection;
  // One step of the folded group: no card is drawn as selected, so that React Flow knows of none.
  const begin = (): void => {
    const open = opened(initialState(), { path: 'a', flow: folded, digest: 'd', readOnly: null });
    useStudio.setState(selected(open, { nodes: ['n_ask'], edges: [] }), true);
    const drawn = cardNodes({ ...moment, flow: folded, selection: selection() }, new Map());
    expect(drawn.filter((card) => card.selected === true)).toEqual([]);
  };

  it('V13 is selected alone, whatever React Flow knows of; and nothing where nothing was clicked', () => {
    begin();
    CLICKS.onEdgeClick(key, { id: 'e_1' });
    expect(selection()).toEqual({ nodes: [], edges: ['e_1'] });
    CLICKS.onNodeClick(key, { id: 'group:g_1' });
    expect(selection()).toEqual({ nodes: ['n_ask', 'n_pay'], edges: [] });
    begin();
    CLICKS.onPaneClick();
    expect(selection()).toEqual(nothing);
  });

  it('V14 is told by React Flow where a key takes it into the selection', () => {
    begin();
    CLICKS.onEdgeClick({ ...key, shiftKey: true }, { id: 'e_1' });
    CLICKS.onNodeClick({ ...key, ctrlKey: true }, { id: 'n_pay' });
    expect(selection()).toEqual({ nodes: ['n_ask'], edges: [] });
    followSelection([{ type: 'select', id: 'e_1', selected: true }], 'edges');
    expect(selection()).toEqual({ nodes: ['n_ask'], edges: ['e_1'] });
  });
});

describe('groups that are selected together', () => {
  const groups = { g_a: { name: 'A', nodes: ['n_ask'] }, g_b: { name: 'B', nodes: ['n_pay'] } };
  const document = { path: 'flows/a.flow.json', digest: 'd', readOnly: null };
  const state = () => useStudio.getState();
  const folded = () => Object.values(state().document?.history.present.groups ?? {}).map((one) => one.folded === true);

  it('fold in one step for undo, and stay selected, so that the same key unfolds them all', () => {
    const there = opened(initialState(), { ...document, flow: { ...flow, groups } });
    useStudio.setState(selected(there, { nodes: ['n_ask', 'n_pay'], edges: [] }), true);
    toggleFold();
    expect([folded(), state().document?.history.past.length]).toEqual([[true, true], 1]);
    expect(state().presence.selection.nodes).toEqual(['n_ask', 'n_pay']);
    toggleFold();
    expect(folded()).toEqual([false, false]);
    undoEdit();
    expect(folded()).toEqual([true, true]);
  });
});

describe('cutting', () => {
  it('takes nothing away that the clipboard did not take', async () => {
    const there = opened(initialState(), { path: 'flows/a.flow.json', flow, digest: 'd', readOnly: null });
    useStudio.setState(selected(there, { nodes: ['n_pay'], edges: [] }), true);
    const nodes = () => Object.keys(useStudio.getState().document?.history.present.nodes ?? {});
    let leave = false;
    const writeText = () => (leave ? Promise.resolve() : Promise.reject(new Error('denied')));
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    notifications.clean();
    const said = () =>
      [...notificationsStore.getState().notifications, ...notificationsStore.getState().queue].map(
        ({ message }) => message,
      );
    await cutSelected();
    expect(nodes()).toContain('n_pay');
    expect(said()).toEqual([words().canvas.clip.notTaken]);
    expect(await copyText('a difference')).toBe(false);
    expect(said()).toEqual([words().canvas.clip.notTaken, words().canvas.clip.notTaken]);
    leave = true;
    expect(await copyText('a difference')).toBe(true);
    await cutSelected();
    expect(nodes()).not.toContain('n_pay');
    vi.unstubAllGlobals();
  });
});
