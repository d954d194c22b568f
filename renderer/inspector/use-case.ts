import { useMemo } from 'react';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { sameProgram } from '../canvas/marks.ts';
import { useStudio } from '../state/store.ts';
import { turnsOf, type Turn } from './case-scope.ts';

export interface CaseHere {
  name: string;
  turns: readonly Turn[];
  /** The flow is no longer the one that was run. */
  stale: boolean;
  /** The case was to run to this step. */
  until: boolean;
}

/** What the case that was run last tells of a step; null when none was. */
export function useCaseAt(id: string, flow: Flow, scope: FeelScopeTypes): CaseHere | null {
  const result = useStudio((state) => state.sandbox.result);
  const of = useStudio((state) => state.sandbox.of);
  return useMemo(() => {
    if (result === null || of === null) return null;
    return {
      name: result.scenario,
      turns: turnsOf(result, of, id, scope),
      stale: !sameProgram(of, flow),
      until: result.until?.node === id,
    };
  }, [result, of, id, flow, scope]);
}
