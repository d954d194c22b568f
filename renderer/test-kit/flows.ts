import type { Connection } from '../../engine/connections/contract.ts';
import { FLOW_FORMAT, FLOW_VERSION, type Flow } from '../../engine/flow/document.ts';
import { modelCardSchema, type ModelCard } from '../../engine/models/card.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';

/** Flows and their surroundings, for the renderer's tests. */

const digest = `sha256-${'0'.repeat(64)}`;

const card: ModelCard = modelCardSchema.parse({
  format: 'countersign.model',
  version: 1,
  type: 'built-in',
  name: 'topics',
  modelVersion: '1.2.0',
  purpose: 'Tells what a message is about.',
  owner: 'Support',
  question: 'What is it about?',
  limits: '',
  bar: 0.8,
  inputs: { text: true, columns: {} },
  choices: ['refund', 'other'],
  artefact: { digest, bytes: 1 },
  lineage: {
    data: [{ name: 'm.csv', digest, rows: 10 }],
    seed: 1,
    trainedWith: 'countersign',
    split: { training: 8, calibration: 1, test: 1 },
  },
  calibration: { method: 'temperature', temperature: 1, rows: 1 },
  novelty: { familiarityFloor: 0, strangeColumnsCeiling: 0, falseAlarmShare: 0 },
  metrics: {
    rows: 1,
    accuracy: 1,
    accuracyInterval: [0, 1],
    baseline: 0.5,
    logLoss: 0,
    brier: 0,
    ece: 0,
    calibrationBins: [],
    perChoice: {},
    confusions: [],
    atBar: { bar: 0.8, coverage: 1, accuracy: 1, belowBar: 0, unlike: 0 },
    bars: [],
  },
});

const billing: Connection = {
  format: 'countersign.connection',
  version: 1,
  name: 'billing',
  title: 'Billing',
  owner: 'Payments',
  actions: {
    pay: {
      title: 'Pay',
      class: 'irreversible',
      idempotency: { by: 'key', header: 'Idempotency-Key' },
      request: { amount: { type: 'number' }, customer: { type: 'string' } },
      response: { payment: { type: 'string' } },
      http: { method: 'POST', path: '/payments' },
    },
  },
};

export const surroundings: Surroundings = { connections: { billing }, models: { topics: card } };

/** A kind's fresh config as a document holds it. */
export function freshConfig(kind: string): Record<string, unknown> {
  const config = KINDS[kind]?.initial();
  if (typeof config !== 'object' || config === null) throw new Error(`no kind ${kind}`);
  return { ...config };
}

const config = (kind: string, some: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...freshConfig(kind),
  ...some,
});

/** start → topic → (answered) approval → (approved) pay → end; all other exits to the end. */
export function payingFlow(): Flow {
  const pay = { connection: 'billing', action: 'pay', arguments: { amount: '340', customer: 'input.message' } };
  const edge = (from: string, port: string, to: string) => ({ from: { node: from, port }, to: { node: to } });
  return {
    format: FLOW_FORMAT,
    version: FLOW_VERSION,
    about: {
      title: 'Paying',
      purpose: 'Pays.',
      businessOwner: 'A',
      flowOwner: 'B',
      objective: { text: 'Faster', baseline: '9 h', target: '1 h' },
    },
    input: { message: { type: 'string' } },
    nodes: {
      n_start: { kind: 'trigger', name: 'start', config: config('trigger') },
      n_topic: {
        kind: 'ai-decision',
        name: 'topic',
        config: config('ai-decision', { model: 'topics', text: 'input.message' }),
      },
      n_ask: { kind: 'approval', name: 'ask', config: config('approval', { due: null }) },
      n_pay: { kind: 'connector', name: 'pay', config: config('connector', pay) },
      n_end: { kind: 'end', name: 'end', config: config('end', { value: { choice: 'topic.guess' } }) },
      n_note: { kind: 'note', name: 'remark', config: { text: 'why' } },
    },
    edges: {
      e_1: edge('n_start', 'next', 'n_topic'),
      e_2: edge('n_topic', 'answered', 'n_ask'),
      e_3: edge('n_topic', 'uncertain', 'n_end'),
      e_4: edge('n_ask', 'approved', 'n_pay'),
      e_5: edge('n_ask', 'rejected', 'n_end'),
      e_6: edge('n_pay', 'done', 'n_end'),
      e_7: edge('n_pay', 'refused', 'n_end'),
    },
    layout: {
      n_start: { x: 0, y: 0 },
      n_topic: { x: 300, y: 0 },
      n_ask: { x: 600, y: 0 },
      n_pay: { x: 900, y: 0 },
      n_end: { x: 1200, y: 0 },
      n_note: { x: 0, y: 300, width: 200, height: 80 },
    },
  };
}

/** The same, but a rejected request is paid as well. */
export function unsafeFlow(): Flow {
  const flow = payingFlow();
  return {
    ...flow,
    edges: { ...flow.edges, e_5: { from: { node: 'n_ask', port: 'rejected' }, to: { node: 'n_pay' } } },
  };
}
