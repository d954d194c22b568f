import { useCallback, useEffect, useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { answersInTurn } from './in-turn.ts';

/** What the service answered last, or why it did not; `again` asks once more. The old answer stays until the new one is there. */
export function useAnswer<T>(ask: () => Promise<T>): { answer: T | null; error: ErrorShape | null; again: () => void } {
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  const [turns] = useState(answersInTurn);
  const again = useCallback(() => {
    const counts = turns.asked(ask);
    ask().then(
      (given) => {
        if (!counts()) return;
        setAnswer(given);
        setError(null);
      },
      (cause: unknown) => {
        if (counts()) setError(toErrorShape(cause));
      },
    );
  }, [ask, turns]);
  useEffect(again, [again]);
  return { answer, error, again };
}
