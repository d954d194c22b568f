import type { Surroundings } from '../kind.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { resultsOf } from '../subflow/config.ts';

/** What the step that stands for the flow is called, and its id. */
export const PART = 'Part';
export const PART_ID = 'n_part';
const PATH = 'flows/part.flow.json';

/**
 * A flow that does nothing but what another does: its one step stands for it, is given the very input, and each result
 * has an end of its own. The end gives the value back as `all`.
 */
export function wrapped(flow: Flow): Flow {
  const results = resultsOf(flow);
  const builder = flowOf(`Wrapped: ${flow.about.title}`.slice(0, 100))
    .input(flow.input)
    .node('Start', 'trigger', { columns: {} })
    .node(
      PART,
      'subflow',
      {
        flow: PATH,
        results,
        arguments: Object.fromEntries(Object.keys(flow.input).map((name) => [name, `input.${name}`])),
      },
      PART_ID,
    )
    .edge('Start', 'next', PART);
  results.forEach((result, i) => {
    const name = `End ${i}`;
    builder.node(name, 'end', { result, value: { all: PART } }).edge(PART, result, name);
  });
  return builder.build();
}

/** Surroundings in which {@link wrapped} finds the flow that it wraps. */
export const around = (flow: Flow, surroundings: Surroundings): Surroundings => ({
  ...surroundings,
  flows: { ...surroundings.flows, [PATH]: flow },
});
