/** Which call of a run this is: the same for its command, its outcome, and where the run stands. Asking has no attempts. */
export const callName = (call: { path: string; node: string; visit: number; attempt?: number }): string =>
  `${call.path} ${call.node} ${call.visit} ${call.attempt ?? 0}`;
