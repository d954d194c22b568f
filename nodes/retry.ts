/** Trying again, and giving up: what steps that ask others have in common. */
import type { ErrorCode, ErrorShape } from '../engine/flow/error.ts';
import { z } from '../engine/flow/zod.ts';
import { durationMs } from './duration.ts';
import { duration } from './form.ts';
import type { Port, RetriedError, RetryPolicy } from './kind.ts';

const RETRIED = ['not reached', 'timed out', 'busy', 'server error'] as const satisfies readonly RetriedError[];

/** A retry policy as an analyst sets it. */
export const retrySchema = z.strictObject({
  attempts: z
    .number()
    .int()
    .min(1)
    .max(20)
    .meta({ label: 'Attempts in all', help: 'The first one counts too.', example: '3' }),
  firstDelay: duration({ label: 'First pause', help: 'Between the first attempt and the second.', example: 'PT1S' }),
  factor: z
    .number()
    .min(1)
    .max(10)
    .meta({ label: 'Each pause times', help: 'How much longer each pause is than the one before.', example: '2' }),
  maxDelay: duration({ label: 'Longest pause', help: 'No pause grows beyond it.', example: 'PT1M' }),
  on: z
    .array(z.enum(RETRIED))
    .min(1)
    .max(RETRIED.length)
    .optional()
    .meta({
      label: 'After which errors',
      help: 'Those that may pass by themselves; all of them, unless some are picked out here.',
      options: {
        'not reached': 'it could not be reached',
        'timed out': 'it gave no answer in time',
        busy: 'it was busy (429)',
        'server error': 'it failed itself (5xx)',
      },
      widget: 'several',
    }),
});
export type Retry = z.infer<typeof retrySchema>;

/** Once, and no more. */
export const ONCE: RetryPolicy = { attempts: 1, firstDelayMs: 0, factor: 1, maxDelayMs: 0, on: null };

export const retryPolicyOf = (retry: Retry | undefined): RetryPolicy =>
  retry === undefined
    ? ONCE
    : {
        attempts: retry.attempts,
        firstDelayMs: durationMs(retry.firstDelay),
        factor: retry.factor,
        maxDelayMs: durationMs(retry.maxDelay),
        on: retry.on ?? null,
      };

const KINDS: Partial<Record<ErrorCode, RetriedError>> = {
  ACTION_TIMED_OUT: 'timed out',
  MODEL_TIMED_OUT: 'timed out',
  ACTION_BUSY: 'busy',
  ACTION_SERVER_ERROR: 'server error',
};

/** What of the other side an error is about, by its code; what says nothing of it counts as not reached. */
export const kindOfError = ({ code }: Pick<ErrorShape, 'code'>): RetriedError => KINDS[code] ?? 'not reached';

/** The exit of a step whose other side gave no answer in time, where it has one of its own. */
export const TIMED_OUT = 'timed out';
export const TIMED_OUT_PORT: Port = { id: TIMED_OUT, label: TIMED_OUT, tone: 'wait' };

export const timedOutSwitch = z.boolean().optional().meta({
  label: 'Own exit when it takes too long',
  help: 'Adds the exit “timed out”. Without it a case that waited too long leaves by “failed”.',
});
