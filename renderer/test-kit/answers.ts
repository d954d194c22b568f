import type { StudioAnswer, StudioMethod } from '../../engine/studio/contract.ts';

/** What a studio at work would answer, small and whole. */

const AT = Date.UTC(2026, 2, 2, 9);

const story: StudioAnswer<'run'>['story'] = [
  {
    node: 'n_topic',
    path: '',
    visit: 1,
    state: 'done',
    settledAt: 1,
    port: 'answered',
    edge: null,
    value: { choice: 'cash withdrawal' },
    record: {
      by: 'model',
      answer: {
        status: 'answered',
        why: null,
        choice: 'cash withdrawal',
        guess: 'cash withdrawal',
        confidence: 0.93,
        alternatives: [{ choice: 'top up', confidence: 0.04 }],
        reasons: [{ word: 'teller', contribution: 0.4 }],
        model: { name: 'support-topics', version: '1.0.0', bar: 0.5 },
      },
    },
    fromMs: 0,
    atMs: 1200,
    tookMs: 1200,
    sentence: 'the sentence of the engine',
    read: [{ what: 'read', name: 'input.message', value: 'where is my money', seal: 'sealed' }],
    moments: [
      {
        type: 'node.completed',
        place: 1,
        atMs: 1200,
        sentence: 'the sentence of the engine',
        facts: [{ what: 'gave', name: 'choice', value: 'cash withdrawal', seal: 'sealed' }],
      },
    ],
  },
];
const ranBy = { program: 'sha256-0022', flow: 'flows/desk.flow.json', flowTitle: 'Desk', release: '2' };
const run = {
  ...ranBy,
  id: 'r-1',
  status: 'waiting',
  result: null,
  started: AT,
  ended: null,
  node: 'n_topic',
};

export const ANSWERS: { [Method in StudioMethod]?: StudioAnswer<Method> } = {
  tasks: {
    tasks: [
      {
        id: 't-1',
        run: 'r-1',
        node: 'n_topic',
        type: 'approve',
        title: 'Is it so?',
        role: 'team lead',
        created: AT,
        due: AT + 3_600_000,
        ...ranBy,
        facts: [{ label: 'Customer', value: 'C-1' }],
      },
    ],
  },
  task: {
    ...ranBy,
    id: 't-1',
    run: 'r-1',
    node: 'n_topic',
    type: 'approve',
    title: 'Is it so?',
    role: 'team lead',
    created: AT,
    due: AT + 3_600_000,
    digest: 'sha256-00',
    sendBack: true,
    lookAgain: true,
    facts: [{ label: 'Customer', value: 'C-1' }],
    asks: null,
    effects: [
      {
        node: 'n_credit',
        name: 'credit',
        connection: 'billing',
        action: 'credit',
        class: 'irreversible',
        sentence: 'Credit 10',
        said: ['Credit ', { value: 10 }],
        request: { amount: 10 },
      },
    ],
    story,
  },
  queue: {
    from: AT - 7_200_000,
    to: AT + 900_000,
    slots: [
      { at: AT - 7_200_000, most: 2, asked: 1, settled: 0 },
      { at: AT - 3_600_000, most: 3, asked: 1, settled: 2 },
      { at: AT, most: 1, asked: 0, settled: 0 },
    ],
    most: { at: AT - 3_000_000, open: 3 },
    open: 1,
    overdue: 1,
    cut: true,
  },
  runs: {
    runs: [run, { ...run, id: 'r-2', status: 'completed', result: 'credited', ended: AT + 5000 }],
    more: true,
    counts: { waiting: 1, completed: 1 },
    suspended: 0,
    results: ['credited'],
    flows: [
      { flow: 'flows/desk.flow.json', title: 'Desk' },
      { flow: 'flows/other.flow.json', title: 'Other' },
    ],
  },
  startable: {
    flows: [
      {
        flow: 'flows/desk.flow.json',
        title: 'Desk',
        release: 2,
        input: { 'order number': { type: 'string', label: 'Order' } },
        problem: null,
      },
    ],
  },
  run: {
    ...run,
    suspended: { by: 'oskar', reason: 'the customer called', at: AT },
    gone: null,
    story,
    error: null,
    again: { retries: null, retriedBy: null, done: [], releases: [] },
  },
  record: {
    record: {
      origin: 'desk.example',
      events: 40,
      cases: 2,
      root: '00ff',
      covered: 30,
      behind: 10,
      writtenAt: AT,
      sinks: 1,
      troubles: [],
    },
  },
  policy: {
    policy: { format: 'countersign.policy', version: 1, withoutPerson: {} },
    digest: null,
  },
  releases: {
    releases: [{ path: 'releases/a/release.dsse.json', flow: 'support-desk', release: 2, program: 'sha256-0011' }],
  },
};
