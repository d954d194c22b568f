import { bindingSchema, BINDING_FORMAT } from '../../../engine/connections/binding.ts';
import { connectionSchema, CONNECTION_FORMAT, type Connection } from '../../../engine/connections/contract.ts';
import { createHttpSystems, type HttpSystems } from '../../../engine/connections/http-systems.ts';
import { environmentSecrets } from '../../../engine/connections/secrets.ts';
import type { Flow } from '../../../engine/flow/document.ts';
import type { Program } from '../../../engine/program/program.ts';
import { systemClock } from '../../../engine/runner/system-clock.ts';
import { compileBench, readW2 } from '../w2/engine-load.ts';
import { PAD } from './body.ts';

/** The system that W1 posts to. */
export const LEDGER: Connection = connectionSchema.parse({
  format: CONNECTION_FORMAT,
  version: 1,
  name: 'ledger',
  title: 'Ledger',
  owner: 'Benchmark',
  actions: {
    enter: {
      title: 'Enter what was decided',
      class: 'reversible',
      undo: { action: 'enter', within: 'P1D', arguments: { id: 'request.id' } },
      idempotency: { by: 'key' },
      request: {
        id: { type: 'string' },
        label: { type: 'string', optional: true },
        confidence: { type: 'number', optional: true },
        outcome: { type: 'string', optional: true },
        branch: { type: 'string', optional: true },
        amount: { type: 'number', optional: true },
        country: { type: 'string', optional: true },
        pad: { type: 'string', optional: true },
      },
      response: {},
      http: { method: 'POST', path: '/entries' },
    },
  },
});

/** The flow of W2 that enters what it decided on before it ends, whichever end that is. */
export function w1Flow(): Flow {
  const flow = structuredClone(readW2());
  flow.about.title = 'Workload W1';
  for (const [end, branch] of [
    ['n_approved', 'approve'],
    ['n_other', 'other'],
  ] as const) {
    const connector = `n_enter_${branch}`;
    for (const edge of Object.values(flow.edges)) if (edge.to.node === end) edge.to.node = connector;
    flow.nodes[connector] = { kind: 'connector', name: `enter ${branch}`, config: entering(branch) };
    for (const port of ['done', 'refused'])
      flow.edges[`e_${branch}_${port}`] = { from: { node: connector, port }, to: { node: end } };
  }
  return flow;
}

const entering = (branch: string) => ({
  connection: LEDGER.name,
  action: 'enter',
  arguments: {
    id: 'input.id',
    label: 'classify.choice',
    confidence: 'classify.confidence',
    // An answer that was too unsure goes past the table.
    outcome: 'decide.outcome',
    branch: `"${branch}"`,
    amount: 'input.amount',
    country: 'input.country',
    pad: `"${PAD}"`,
  },
  timeout: 'PT30S',
  retry: { attempts: 1, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT5S' },
});

export const compileW1 = (): Program => compileBench(w1Flow(), { [LEDGER.name]: LEDGER });

/** The product's own way out to a ledger at this address, as many calls at once as there are callers. */
export function ledgerAt(baseUrl: string, maxConcurrent: number): HttpSystems {
  const binding = bindingSchema.parse({
    format: BINDING_FORMAT,
    version: 1,
    connection: LEDGER.name,
    baseUrl,
    allow: { private: true },
    maxConcurrent,
    grants: Object.keys(LEDGER.actions),
  });
  return createHttpSystems({
    connections: { [LEDGER.name]: LEDGER },
    bindings: { [LEDGER.name]: binding },
    secrets: environmentSecrets({}),
    clock: systemClock(),
  });
}
