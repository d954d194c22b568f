import { useEffect } from 'react';

const FOLLOW_MS = 1000;
const MOVING = new Set(['running', 'calling', 'retrying']);

export const moves = ({ status }: { status: string }): boolean => MOVING.has(status);

/** A case under way moves on by itself; one that waits does when somebody decides. */
export function useFollow(moving: boolean, again: () => void): void {
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(again, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [again, moving]);
}
