import { CountersignError, type ErrorShape } from '../flow/error.ts';

/** Errors of the runtime, worded once. */
export const failure = {
  stopped: () =>
    new CountersignError({
      code: 'STOPPED',
      message: 'The engine has been stopped.',
      hint: 'Start it again; what was accepted is on disk and goes on by itself.',
      retryable: true,
      fault: 'operator',
    }),
  overloaded: () =>
    new CountersignError({
      code: 'OVERLOADED',
      message: 'Too many cases are under way at once.',
      hint: 'Try again in a moment; cases that were accepted go on.',
      retryable: true,
      fault: 'operator',
    }),
  flowStopped: (title: string) =>
    new CountersignError({
      code: 'FLOW_STOPPED',
      message: `“${title}” has been stopped by an operator: no case is begun.`,
      meaning: 'Cases under way wait, and nothing was lost.',
      hint: 'Try again once it may go on; “countersign stop list” says who stopped it and why.',
      retryable: true,
      fault: 'operator',
    }),
  unawaited: (name: string) =>
    new CountersignError({
      code: 'MESSAGE_UNAWAITED',
      message: `No case waits for “${name}” about this now.`,
      meaning: 'Nothing was put on record.',
      hint: 'Send it again later; a case may come to wait for it.',
      retryable: true,
    }),
  keyReused: (key: string, run: string) =>
    new CountersignError({
      code: 'RUN_KEY_REUSED',
      message: `The key “${key}” has already started the case ${run} with another input.`,
      meaning: 'No case was started.',
      hint: 'Use a new key for a new input, or send the same input again to get the same case.',
    }),
  retriedAlready: (run: string, by: string) =>
    new CountersignError({
      code: 'RETRY_REFUSED',
      message: `The case ${run} is tried again already, by the case ${by}.`,
      meaning: 'No case was started.',
      hint: 'Look at that case; once it has ended it can be tried again itself, and goes on from what both have done.',
    }),
  nothingLeft: (run: string) =>
    new CountersignError({
      code: 'RUN_ERASED',
      message: `What the case ${run} was about is erased or pruned: there is nothing to try again with.`,
      hint: 'Start a new case.',
    }),
  pruned: (run: string) =>
    new CountersignError({
      code: 'RUN_ERASED',
      message: `The case ${run} has ended, and its content was pruned.`,
      meaning: 'That it ran, and how it ended, stays on record.',
      hint: 'Nothing can be done in it any more. Start a new case if something is still to be done.',
    }),
  unknownRun: (run: string) =>
    new CountersignError({
      code: 'RUN_UNKNOWN',
      message: `There is no case ${run}.`,
      hint: 'List the cases with “countersign runs”.',
    }),
  programGone: (run: string, digest: string) =>
    new CountersignError({
      code: 'RUN_UNKNOWN',
      message: `The case ${run} runs the program ${digest}, which no release that is served has.`,
      meaning: 'It waits and goes on when the release is back.',
      hint: 'Look with “countersign runner status” at why its release is held, or put its manifest back into the runner folder’s releases.',
      fault: 'operator',
    }),
  refused: (shape: ErrorShape) => new CountersignError(shape),
  defect: (cause: unknown) =>
    new CountersignError({
      code: 'INTERNAL',
      message: cause instanceof Error ? cause.message : String(cause),
      meaning: 'Countersign met a situation it was not written for. Nothing was half written.',
      hint: 'Report it with this code and the text above.',
      fault: 'us',
      cause,
    }),
};
