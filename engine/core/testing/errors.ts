import type { ErrorCode } from '../../flow/error.ts';
import type { RetriedError } from '../../../nodes/kind.ts';

/** Codes of each kind of error that a retry policy tells apart. */
export const RETRIED_CODES: Readonly<Record<RetriedError, readonly ErrorCode[]>> = {
  'not reached': ['ACTION_UNREACHABLE', 'MODEL_UNREACHABLE'],
  'timed out': ['ACTION_TIMED_OUT', 'MODEL_TIMED_OUT'],
  busy: ['ACTION_BUSY'],
  'server error': ['ACTION_SERVER_ERROR'],
};
