import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import type { Flow, FlowNode } from '../flow/document.ts';
import { writeFlow } from '../flow/read.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import type { StudioService } from './service.ts';
import { FLOW, openStudio, refundFlow } from './testing/tiny-workspace.ts';

let root: string;
let studio: StudioService;
let close: () => Promise<void>;
beforeEach(() => ({ root, studio, close } = openStudio()));
afterEach(() => close());

/** “Agree” is called “Lead” in the draft, and “Refunded” is called “Agree”. */
function draftOf(names: Record<string, string>): Flow {
  const flow = refundFlow();
  const nodes = Object.entries(flow.nodes).map(([id, node]): [string, FlowNode] => [
    id,
    { ...node, name: names[node.name] ?? node.name },
  ]);
  return { ...flow, nodes: Object.fromEntries(nodes) };
}
function withNew(flow: Flow, name: string): Flow {
  const end = Object.values(flow.nodes).find(({ kind }) => kind === 'end');
  if (end === undefined) throw new Error('it has an end');
  return { ...flow, nodes: { ...flow.nodes, n_new: { ...end, name } } };
}

const scenario = (avoids: string[]): Scenario => ({
  format: 'countersign.scenario',
  version: 1,
  name: 'mine',
  input: { order: 'special', amount: 12 },
  people: [{ at: 'Lead', decide: 'approved' }],
  expect: { status: 'completed', avoids },
});

test('a case kept from a draft says the same once the draft is saved', async () => {
  const draft = draftOf({ Agree: 'Lead', Refunded: 'Agree' });
  const text = writeFlow(draft);
  const made = scenario(['Agree', 'Not refunded']);
  const { path } = await studio.call('saveScenario', { path: FLOW, text, scenario: made, file: null });
  const { digest } = await studio.call('openFlow', { path: FLOW });
  await studio.call('saveFlow', { path: FLOW, text, base: digest });
  expect(scenarioSchema.parse(JSON.parse(readFileSync(join(root, path), 'utf8')))).toEqual(made);
});

test('one that would say something else then is refused until the draft is saved', async () => {
  const draft = withNew(draftOf({ Agree: 'Lead' }), 'Agree');
  const text = writeFlow(draft);
  const made = scenario(['Agree']);
  const asked = { path: FLOW, text, scenario: made, file: null };
  const code = await studio.call('saveScenario', asked).then(
    () => null,
    (error: unknown) => toErrorShape(error).code,
  );
  expect(code).toBe('DOCUMENT_INVALID');
  const { digest } = await studio.call('openFlow', { path: FLOW });
  await studio.call('saveFlow', { path: FLOW, text, base: digest });
  const { path } = await studio.call('saveScenario', asked);
  expect(scenarioSchema.parse(JSON.parse(readFileSync(join(root, path), 'utf8')))).toEqual(made);
});
