import type { ProgramNode } from '../program/program.ts';
import type { Signal } from '../../nodes/kind.ts';
import type { Intent } from './state.ts';

/** A branch that only settles does not begin a request anew, once it is known that none got through. */
export const notSent = (node: ProgramNode, position: { attempt: number; intent: Intent | null }): Signal => ({
  signal: 'failed',
  key: position.intent?.key ?? '',
  attempts: position.attempt,
  error: {
    code: 'BRANCH_LEFT',
    message: `“${node.name}” was not sent: the case had gone on without this branch.`,
    where: { node: node.name },
    hint: 'Nothing has to be done.',
    retryable: false,
    fault: 'user',
  },
});
