/** Whether something that ended by itself is to be started again: so often within so many milliseconds, and not more. */
export function restarts(now: () => number, { most = 3, withinMs = 60_000 } = {}): () => boolean {
  let ends: number[] = [];
  return () => {
    const at = now();
    ends = [...ends.filter((one) => one > at - withinMs), at];
    return ends.length <= most;
  };
}
