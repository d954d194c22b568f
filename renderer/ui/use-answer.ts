import { useCallback, useEffect, useRef, useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';

/** What the service answered last, or why it did not; `again` asks once more. The old answer stays until the new one is there. */
export function useAnswer<T>(ask: () => Promise<T>): { answer: T | null; error: ErrorShape | null; again: () => void } {
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  /** Answers may overtake each other; only that of the last question counts. */
  const asked = useRef(0);
  const again = useCallback(() => {
    const mine = ++asked.current;
    ask().then(
      (given) => {
        if (mine !== asked.current) return;
        setAnswer(given);
        setError(null);
      },
      (cause: unknown) => {
        if (mine === asked.current) setError(toErrorShape(cause));
      },
    );
  }, [ask]);
  useEffect(again, [again]);
  return { answer, error, again };
}
