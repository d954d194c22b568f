import type { Flow } from '../../engine/flow/document.ts';
import type { Problem, ProblemCode } from '../../engine/flow/problem.ts';

/**
 * What has to be put right first: how the flow hangs together, then what steps lean on, then how each is set up. That a
 * step is not reached, or a formula reads what is not there, is mostly what follows from a wire or a step that is missing.
 */
const FIRST: readonly (readonly ProblemCode[])[] = [
  ['UNSAFE_PATH'],
  ['DOCUMENT_SHAPE', 'NODE_KIND_UNKNOWN', 'NODE_CONFIG'],
  ['TRIGGER_MISSING', 'TRIGGER_SEVERAL', 'END_MISSING'],
  ['EDGE_DANGLING', 'PORT_UNKNOWN', 'PORT_TAKEN', 'INPUT_CLOSED'],
  ['PORT_UNWIRED'],
  ['CYCLE_UNMARKED', 'BACK_EDGE_IDLE', 'BLOCK_CROSSED', 'BLOCK_END', 'BLOCK_OPEN', 'JOIN_ALONE'],
  ['CONNECTION_UNKNOWN', 'ACTION_UNKNOWN', 'MODEL_UNKNOWN', 'FLOW_UNKNOWN', 'FLOW_CIRCLE', 'FLOW_TOO_LARGE'],
  ['NODE_NAME_INVALID', 'NODE_NAME_TAKEN'],
];
const FOLLOWS: readonly (readonly ProblemCode[])[] = [
  ['NODE_UNREACHABLE'],
  ['NODE_NO_WAY_OUT'],
  ['EXPRESSION', 'EXPRESSION_TYPE', 'EXPRESSION_NULLABLE', 'TABLE'],
];
const OTHERS = FIRST.length;
const RANKS: ReadonlyMap<ProblemCode, number> = new Map([
  ...FIRST.flatMap((codes, rank) => codes.map((code) => [code, rank] as const)),
  ...FOLLOWS.flatMap((codes, rank) => codes.map((code) => [code, OTHERS + 1 + rank] as const)),
]);

/** A step to which no wire leads is why those after it are not reached. */
const AFTER_ORPHAN = 0.5;

/** Problems of a flow in the order in which they are best put right: errors before doubts, causes before what follows. */
export function causesFirst(problems: readonly Problem[], flow: Flow | null): Problem[] {
  const entered = new Set(Object.values(flow?.edges ?? {}).map(({ to }) => to.node));
  const rank = ({ code, severity, node }: Problem): number =>
    (severity === 'error' ? 0 : 100) +
    (RANKS.get(code) ?? OTHERS) +
    (code === 'NODE_UNREACHABLE' && entered.has(node ?? '') ? AFTER_ORPHAN : 0);
  return problems.toSorted((a, b) => rank(a) - rank(b));
}
