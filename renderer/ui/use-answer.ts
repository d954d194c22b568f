import { useCallback, useEffect, useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';

/** What the service answered last, or why it did not; `again` asks once more. The old answer stays until the new one is there. */
export function useAnswer<T>(ask: () => Promise<T>): { answer: T | null; error: ErrorShape | null; again: () => void } {
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let dropped = false;
    ask().then(
      (given) => {
        if (dropped) return;
        setAnswer(given);
        setError(null);
      },
      (cause: unknown) => {
        if (!dropped) setError(toErrorShape(cause));
      },
    );
    return () => {
      dropped = true;
    };
  }, [ask, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { answer, error, again };
}
