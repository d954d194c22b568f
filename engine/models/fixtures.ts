import type { TrainRequest } from './build.ts';
import type { LabelledRow } from './input.ts';
import { seededRandom } from './random.ts';

const OPENINGS = ['please help me,', 'hello,', 'I wonder', 'since yesterday', 'can you tell me', 'my problem is this:'];
const CLOSINGS = ['thank you', 'what should I do?', 'this is urgent', 'I need an answer', 'kind regards', ''];
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  delivery: [
    'the parcel has not arrived',
    'where is my delivery',
    'the courier lost the package',
    'the shipment is late',
    'my parcel was left at the wrong door',
  ],
  refund: [
    'I want my money back',
    'the refund was never paid out',
    'give me back what I paid',
    'you charged twice, return the amount',
    'how do I get a refund for the order',
  ],
  password: [
    'I cannot sign in',
    'the password is not accepted',
    'how do I reset my login',
    'the account is locked after three attempts',
    'I forgot the password of my account',
  ],
  invoice: [
    'the invoice shows a wrong address',
    'send me the bill as a document',
    'the tax number is missing on the invoice',
    'there is no invoice in my mailbox',
    'correct the billing name, please',
  ],
};

const pickFrom = <T>(items: readonly T[], random: () => number, otherwise: T): T =>
  items[Math.floor(random() * items.length)] ?? otherwise;

/** Made-up messages about four topics, each with two columns that lean towards its topic. For tests only. */
export function sampleRows(count: number, seed: number): LabelledRow[] {
  const random = seededRandom(seed);
  const labels = Object.keys(TOPICS);
  return Array.from({ length: count }, (_, index) => {
    const label = labels[index % labels.length] ?? '';
    const core = pickFrom(TOPICS[label] ?? [], random, '');
    const order = Math.floor(random() * 9000 + 1000);
    const text = `${pickFrom(OPENINGS, random, '')} ${core}, order ${order}. ${pickFrom(CLOSINGS, random, '')}`;
    const leaning = labels.indexOf(label) * 20 + random() * 60;
    const channel = random() < 0.6 ? (labels.indexOf(label) < 2 ? 'phone' : 'web') : 'letter';
    return { label, text, columns: { amount: random() < 0.1 ? null : Math.round(leaning), channel } };
  });
}

/** A request to train on {@link sampleRows}; parts of it can be replaced. */
export function sampleRequest(changes: Partial<TrainRequest> = {}): TrainRequest {
  return {
    statement: {
      name: 'topics',
      modelVersion: '1.0.0',
      purpose: 'Sort incoming messages by topic.',
      owner: 'Service desk',
      question: 'What is this message about?',
      limits: 'Made-up messages.',
      bar: 0.7,
    },
    inputs: { text: true, columns: { amount: { type: 'number' }, channel: { type: 'category' } } },
    seed: 7,
    data: [{ name: 'sample', digest: `sha256-${'0'.repeat(64)}`, rows: 0 }],
    trainedWith: 'countersign 0.1.0',
    ...changes,
  };
}
