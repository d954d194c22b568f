import { percent } from '../../ui/numbers.ts';

/** The panel below the canvas: problems, a case, coverage. */

export const fold = {
  label: 'Problems, cases and coverage',
  tabs: { problems: 'Problems', case: 'Scenario', runs: 'Real cases', coverage: 'Coverage' },
  open: 'Unfold',
  close: 'Fold',
};

export const problems = {
  checking: 'Checking…',
  noneTitle: 'No problems',
  none: 'Every step can be reached and every formula reads what is there. No AI answer leads to an irreversible action without a person or a rule between them.',
  holds: 'The flow can be tested and exported.',
  untested: 'The flow can be tested. To be signed it needs a scenario that holds, and there is none yet.',
  unsafe: 'Unsafe',
  error: 'Problem',
  warning: 'Doubt',
  follow: (count: number) => `${count} more ${count === 1 ? 'goes' : 'go'} with it`,
  wireOf: (name: string) => `wire from ${name}`,
};

export const cases = {
  scenario: 'Scenario',
  run: 'Run again',
  stop: 'Stop',
  stopped: 'The case was stopped.',
  signing: 'A release of the flow is being signed. Run it again once that is done.',
  running: 'Running the case',
  sandbox: 'sandbox',
  holds: 'as expected',
  holdsNot: 'not as expected',
  status: {
    completed: 'ended',
    failed: 'failed',
    cancelled: 'cancelled',
    waiting: 'waits',
    queued: 'waits for its turn',
    'in doubt': 'in doubt',
    suspended: 'suspended',
  },
  stale: 'the flow has changed since',
  expected: 'Expected',
  noExpectations: 'This scenario expects nothing in particular.',
  otherwise: (expected: string, actual: string) => `expected ${expected}, was ${actual}`,
  effects: 'What was done, in the sandbox only',
  hint: 'Run a scenario to see its way through the flow.',
  noneTitle: 'No scenarios yet',
  none: 'A scenario is one case with what is expected of it. Make a case, run it here without touching anything real, and keep what came out. A flow is signed only with a scenario that holds.',
};

export const coverage = {
  run: 'Run all scenarios',
  progress: 'Scenarios run',
  ran: (done: number, all: number) => (all === 0 ? 'Beginning…' : `${done} of ${all}`),
  stop: 'Stop',
  stopped: 'stopped before all had run',
  noneTitle: 'Nothing to measure yet',
  none: 'Coverage says which steps and wires your scenarios go through. Make the first case, and keep it as a scenario.',
  hint: 'Run all scenarios to see which steps and wires they go through.',
  draw: 'Draw on the canvas',
  held: (held: number, all: number) => `${held} of ${all} as expected`,
  shares: (nodes: number, edges: number) => `${percent(nodes)} of steps, ${percent(edges)} of wires`,
  missed: 'Never reached',
  all: 'Every step and every wire was reached.',
  wire: (from: string, exit: string) => `${from}, exit ${exit}`,
};

/** Who is asked in the place of an AI answer. */
const WHO: Readonly<Record<string, string>> = { rule: 'the table', person: 'a person' };

export const fallback = {
  fallback: (step: string, who: string) => `${step}, otherwise ${WHO[who] ?? who}`,
};
