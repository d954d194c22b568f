import type { ErrorShape } from '../flow/error.ts';
import { kindOfError } from '../../nodes/retry.ts';
import type { RetryPolicy } from '../../nodes/kind.ts';

/** Whether a policy tries again after an error: it may pass by itself, and is of a kind that the policy names. */
export const isRetried = ({ on }: RetryPolicy, error: ErrorShape): boolean =>
  error.retryable && (on === null || on.includes(kindOfError(error)));

/**
 * Milliseconds to wait before the attempt after `attempt` (from 1): exponential, capped, and spread over the upper half
 * of the interval by a number in [0, 1) that is derived from the effect key, so that a replay waits alike.
 */
type Pauses = Pick<RetryPolicy, 'firstDelayMs' | 'factor' | 'maxDelayMs'>;

export function retryDelayMs(policy: Pauses, attempt: number, spread: number): number {
  const full = Math.min(policy.maxDelayMs, policy.firstDelayMs * policy.factor ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * spread);
}

/** A number in [0, 1) from the first eight hex digits of a key and the attempt. */
export function spreadOf(key: string, attempt: number): number {
  const seed = Number.parseInt(key.slice(0, 8), 16) || 0;
  return ((seed ^ Math.imul(attempt, 0x9e3779b1)) >>> 0) / 2 ** 32;
}
