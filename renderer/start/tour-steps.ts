import type { Flow } from '../../engine/flow/document.ts';
import { aiDecisionSchema } from '../../nodes/ai-decision/config.ts';
import type { english } from '../words/english.ts';
import type { StudioState, View } from '../state/records.ts';
import { flowOf } from '../state/store.ts';

export type TourStepId = keyof typeof english.tour.steps;

/** A step of the tour: what is pointed at, and by what of the studio's state it shows that a person has done it. */
export interface TourStep {
  readonly id: TourStepId;
  /** Where it is done. */
  readonly view: View;
  /** Selectors of what is pointed at; of those that can be seen, the first. */
  readonly targets: readonly string[];
  /** Whether it is done. What is looked at is what came of it, and never which way a person took there. */
  readonly done: (state: StudioState) => boolean;
}

/** The AI decision of the template that the tour goes through; ids of steps never change. */
const DECISION = 'n_reason';
const SURE = 0.8;

/** The flow on the canvas, if it is the one that the tour goes through. */
function refunds(state: StudioState): Flow | null {
  const flow = flowOf(state);
  return flow !== null && flow.nodes[DECISION]?.kind === 'ai-decision' ? flow : null;
}

function barOf(state: StudioState): number {
  const config = aiDecisionSchema.safeParse(refunds(state)?.nodes[DECISION]?.config);
  return config.success ? (config.data.bar ?? 0) : 0;
}

const SUBMIT = '[role="dialog"] form button[type="submit"]';
/** The field of the threshold, by the label that its form gives it. */
const BAR = `input[aria-label=${JSON.stringify(aiDecisionSchema.shape.bar.meta()?.['label'] ?? '')}]`;

export const TOUR: readonly TourStep[] = [
  {
    id: 'open',
    view: 'start',
    targets: [SUBMIT, '[data-tour="template refund-approval"]'],
    done: (state) => refunds(state) !== null && state.session.view === 'flows',
  },
  {
    id: 'look',
    view: 'flows',
    targets: [`.react-flow__node[data-id="${DECISION}"]`],
    done: (state) => refunds(state) !== null && state.presence.selection.nodes.includes(DECISION),
  },
  {
    id: 'bar',
    view: 'flows',
    targets: [`.desk-right ${BAR}`, `.react-flow__node[data-id="${DECISION}"]`],
    done: (state) => barOf(state) >= SURE,
  },
  {
    id: 'run',
    view: 'flows',
    targets: ['[data-tour="run"]'],
    done: (state) => refunds(state) !== null && state.sandbox.result?.status === 'completed',
  },
  {
    id: 'suite',
    view: 'flows',
    targets: ['[data-tour="suite"]', '#tab-coverage'],
    done: ({ sandbox: { suite } }) =>
      suite !== null && !suite.stopped && suite.results.length > 0 && suite.results.every(({ holds }) => holds),
  },
  {
    id: 'sign',
    view: 'flows',
    targets: [SUBMIT, '[data-tour="export"]'],
    done: ({ service }) => service.released !== null,
  },
  {
    id: 'start',
    view: 'runs',
    targets: [SUBMIT, '[data-tour="start case"]'],
    done: ({ service }) => service.openTasks > 0,
  },
  {
    id: 'answer',
    view: 'tasks',
    targets: ['[data-tour="approve"]'],
    done: ({ service }) => service.openTasks === 0,
  },
  { id: 'done', view: 'releases', targets: ['.place table tbody tr', '.place h1'], done: () => false },
];

export const FIRST = 'open' satisfies TourStepId;

/** The step of that name and its place; null for a name that is none. */
export function stepOf(id: string): { step: TourStep; at: number } | null {
  const at = TOUR.findIndex((one) => one.id === id);
  const step = TOUR[at];
  return step === undefined ? null : { step, at };
}
