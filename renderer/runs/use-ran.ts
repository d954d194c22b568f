import { useEffect, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { service } from '../state/files.ts';

/** Programs never change: the flow of each is asked for once, and again only where none is served. */
const known = new Map<string, Promise<Flow | null>>();

function ranFlow(program: string): Promise<Flow | null> {
  const before = known.get(program);
  if (before !== undefined) return before;
  const asked = service()
    .call('ran', { program })
    .then(
      ({ flow }) => flow,
      // What the story tells is told without the names of its steps; the story itself says what is wrong.
      () => null,
    )
    .then((flow) => {
      if (flow === null) known.delete(program);
      return flow;
    });
  known.set(program, asked);
  return asked;
}

/**
 * The flow that a case runs by, as its release has it and with its sub-flows in their places, whatever is open on the
 * canvas: null until it is known, and where it is not served any more.
 */
export function useRan(program: string | null): Flow | null {
  const [found, setFound] = useState<{ program: string; flow: Flow | null } | null>(null);
  useEffect(() => {
    if (program === null) return undefined;
    let here = true;
    void ranFlow(program).then((flow) => {
      if (here) setFound({ program, flow });
    });
    return () => {
      here = false;
    };
  }, [program]);
  return found !== null && found.program === program ? found.flow : null;
}
