import { useEffect, useState } from 'react';

const EVERY_MS = 30_000;

/** The time, in milliseconds since 1970, fresh enough for “in 3 h”. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
