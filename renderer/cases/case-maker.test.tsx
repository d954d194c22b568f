import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import type { ScenarioResult } from '../../engine/studio/contract.ts';
import { CaseTab } from '../fold/case-tab.tsx';
import { ProblemsTab } from '../fold/problems-tab.tsx';
import type { StudioState } from '../state/records.ts';
import { initialState, opened } from '../state/transitions.ts';
import { outside, pseudo } from '../test-kit/pseudo.ts';
import { drawn, sampleWorkspace, textsOf } from '../test-kit/views.tsx';
import { english } from '../words/english.ts';
import { speak } from '../words/index.ts';
import { askedIn } from './asked.ts';
import { newDraft, scenarioOf, type CaseDraft } from './draft.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';
const flow = flowOf('Orders')
  .input({ order: { type: 'string', label: HOSTILE }, sum: { type: 'number' } })
  .node('start', 'trigger', { columns: {} })
  .node('sign', 'approval', {
    title: 'Is it fine',
    role: 'lead',
    count: 1,
    fourEyes: false,
    due: 'P1D',
    sendBack: false,
    show: [],
  })
  .node('yes', 'end', { result: 'signed', value: {} })
  .node('no', 'end', { result: 'refused', value: {} })
  .edge('start', 'next', 'sign')
  .edge('sign', 'approved', 'yes')
  .edge('sign', 'rejected', 'no')
  .edge('sign', 'timed out', 'no')
  .build();
const asked = askedIn(flow, { connections: {}, models: {} });
const [start = '', sign = '', yes = ''] = ['start', 'sign', 'yes'].map(
  (name) => Object.entries(flow.nodes).find(([, node]) => node.name === name)?.[0],
);

const PATH = 'flows/orders.flow.json';
const kept = { path: 'tests/orders/taken.scenario.json', name: 'taken' };

function windowWith(making: CaseDraft | null, scenarios = [kept]): StudioState {
  const workspace = sampleWorkspace();
  const first = initialState();
  const service = {
    ...first.service,
    workspace: { ...workspace, flows: [{ path: PATH, title: 'Orders', scenarios, signed: null, mocks: {} }] },
  };
  const there = opened({ ...first, service }, { path: PATH, flow, digest: 'sha256-00', readOnly: null });
  return { ...there, checks: { ...there.checks, of: flow }, sandbox: { ...there.sandbox, making } };
}

const step = (node: string, port: string | null): ScenarioResult['trace'][number] => ({
  node,
  path: '',
  visit: 1,
  state: 'done',
  settledAt: 1,
  port,
  edge: null,
  value: null,
  record: null,
  fromMs: 0,
  atMs: 0,
  tookMs: 0,
  sentence: '',
  read: [],
  moments: [],
});
function ranWith(making: CaseDraft, of: Flow = flow): CaseDraft {
  const scenario = scenarioOf(making, of, asked);
  const result: ScenarioResult = {
    scenario: scenario.name,
    holds: false,
    started: 0,
    status: 'completed',
    result: 'signed',
    expectations: [],
    trace: [step(start, 'next'), step(sign, 'approved'), step(yes, null)],
    effects: [],
    error: null,
    clock: Date.UTC(2026, 2, 2, 9),
    input: {},
    mocks: [],
    until: null,
  };
  return { ...making, ran: { scenario, of, result } };
}

const fresh = newDraft(flow, asked);
const html = (making: CaseDraft | null, scenarios = [kept]) =>
  drawn(windowWith(making, scenarios), <CaseTab flow={flow} />);

describe('a case in the fold', () => {
  it('F1 asks for every input by its name in words, and for every decision; a hostile name is a text', () => {
    const page = html(fresh);
    expect(page).not.toContain('<img src=x');
    const texts = textsOf(page);
    for (const text of [HOSTILE, 'sum', 'Is it fine', 'At “sign”', 'Run this case']) expect(texts).toContain(text);
    expect(page).toContain('value="approves"');
    expect(texts).not.toContain('Keep as a scenario');
  });

  it('F2 what is missing is marked once the case was to run, and not before', () => {
    expect(textsOf(html(fresh))).not.toContain('This is to be given.');
    expect(textsOf(html({ ...fresh, tried: true })).filter((text) => text === 'This is to be given.')).toHaveLength(2);
  });

  it('F2 a value of a field that is not declared is shown as such, with the choice to take it out', () => {
    const old = { ...fresh, scenario: { ...fresh.scenario, input: { [HOSTILE]: 7 } } };
    const page = html(old);
    expect(page).not.toContain('<img src=x');
    const texts = textsOf(page);
    for (const text of [`Take out “${HOSTILE}”`, '7']) expect(texts).toContain(text);
    expect(texts.join(' ')).toContain('not declared');
    expect(textsOf(html(fresh)).join(' ')).not.toContain('not declared');
  });

  it('F3 what came out can be ticked; what is expected and is not so is marked, and a taken name is refused', () => {
    const ran = ranWith({ ...fresh, expect: { status: 'completed', result: 'refused' }, name: 'taken' });
    const page = html(ran);
    const texts = textsOf(page);
    for (const text of ['with the result “refused”', 'with the result “signed”', 'comes to “sign”', 'it is not so'])
      expect(texts).toContain(text);
    expect(texts).toContain('There is a scenario of that name already.');
    const isOff = (whole: string): boolean =>
      /<button[^>]* disabled=""(?:(?!<button).)*$/s.test(whole.split('Keep as a scenario')[0] ?? '');
    expect(isOff(page)).toBe(true);
    const free = html({ ...ran, name: 'free' });
    expect(isOff(free)).toBe(false);
    expect(textsOf(free)).not.toContain('There is a scenario of that name already.');
  });

  it('F4 after mocks nothing can be kept, and a case or flow that changed since says so', () => {
    const ran = ranWith(fresh);
    if (ran.ran === null) throw new Error('it ran');
    const mocked = { ...ran, ran: { ...ran.ran, result: { ...ran.ran.result, mocks: [{ node: sign, name: 'm' }] } } };
    expect(textsOf(html(mocked))).not.toContain('Keep as a scenario');
    expect(textsOf(html(ran))).not.toContain('The case was changed since it ran.');
    expect(textsOf(html({ ...ran, given: { order: 'B-2' } }))).toContain('The case was changed since it ran.');
  });

  it('F5 a flow without scenarios says what it lacks to be signed, and offers to make a case', () => {
    expect(textsOf(html(null, []))).toContain('Make the first case');
    const problems = (scenarios = [kept]) => textsOf(drawn(windowWith(null, scenarios), <ProblemsTab flow={flow} />));
    expect(problems()).toContain('The flow can be tested and exported.');
    expect(problems([])).not.toContain('The flow can be tested and exported.');
    expect(problems([]).join(' ')).toContain('To be signed it needs a scenario that holds');
  });
});

describe('words', () => {
  beforeEach(() => speak(pseudo(english)));
  afterEach(() => speak(english));

  it('F6 every text is the catalogue’s, or data', () => {
    const data = new Set([
      '',
      HOSTILE,
      'sum',
      'Is it fine',
      'start',
      'sign',
      'yes',
      'signed',
      'approved',
      'completed',
      '+',
    ]);
    const texts = textsOf(html(ranWith({ ...fresh, tried: true })));
    const strays = texts.filter(
      (text) => !data.has(text) && !text.split(/ ?· /).every((part) => data.has(part)) && /\p{L}/u.test(outside(text)),
    );
    expect(strays).toEqual([]);
  });
});
