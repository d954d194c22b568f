/**
 * A finding about a document: what is wrong, where, and what to do.
 * `error` keeps the document from being tested, exported or run; `warning` does not.
 */
export interface Problem {
  code: ProblemCode;
  severity: 'error' | 'warning';
  /** Path in the document, from its root. */
  path: readonly (string | number)[];
  /** What is wrong, naming the person's own things. */
  message: string;
  /** What to do about it. */
  hint: string;
  node?: string;
  edge?: string;
  /** Characters of the text at `path` that are meant, from inclusive, to exclusive. */
  at?: { from: number; to: number };
  /** What was most likely meant by the text at `at`. */
  instead?: string;
  /** The exit that is meant. */
  port?: string;
}

export const PROBLEM_CODES = [
  'DOCUMENT_SHAPE',
  'NODE_KIND_UNKNOWN',
  'NODE_CONFIG',
  'NODE_NAME_INVALID',
  'NODE_NAME_TAKEN',
  'NODE_UNREACHABLE',
  'NODE_NO_WAY_OUT',
  'NODE_DISABLED',
  'TRIGGER_MISSING',
  'TRIGGER_SEVERAL',
  'END_MISSING',
  'EDGE_DANGLING',
  'PORT_UNKNOWN',
  'PORT_TAKEN',
  'PORT_UNWIRED',
  'INPUT_CLOSED',
  'CYCLE_UNMARKED',
  'BACK_EDGE_IDLE',
  'BLOCK_CROSSED',
  'BLOCK_END',
  'BLOCK_OPEN',
  'JOIN_ALONE',
  'EXPRESSION',
  'EXPRESSION_TYPE',
  'EXPRESSION_NULLABLE',
  'TABLE',
  'CONNECTION_UNKNOWN',
  'ACTION_UNKNOWN',
  'BINDING_MISSING',
  'ARGUMENT_MISSING',
  'ARGUMENT_UNKNOWN',
  'MODEL_UNKNOWN',
  'MODEL_INPUT',
  'FLOW_UNKNOWN',
  'FLOW_RESULTS',
  'FLOW_FAULTY',
  'FLOW_CIRCLE',
  'FLOW_TOO_LARGE',
  'CONFIG',
  'UNSAFE_PATH',
  'ABOUT_EMPTY',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const hasErrors = (problems: readonly Problem[]): boolean => problems.some((p) => p.severity === 'error');
