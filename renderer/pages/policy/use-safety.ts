import { useEffect, useState } from 'react';
import type { Policy } from '../../../engine/connections/contract.ts';
import type { Flow } from '../../../engine/flow/document.ts';
import { hasErrors } from '../../../engine/flow/problem.ts';
import type { CheckAnswer, CheckOrder } from '../../checks/answer.ts';
import { patchBetween } from '../../checks/patch.ts';
import { useStudio, useSurroundings } from '../../state/store.ts';
import { openDocuments } from '../../state/tabs.ts';

/** Whether a flow is safe under a policy, and how many paths are not. */
export type Safety =
  | { says: 'checking' }
  | { says: 'safe' }
  | { says: 'unsafe'; paths: number }
  | { says: 'not sound' };

const safetyOf = ({ problems, unsafe }: Pick<CheckAnswer, 'problems' | 'unsafe'>): Safety =>
  unsafe.length > 0
    ? { says: 'unsafe', paths: unsafe.length }
    : hasErrors(problems)
      ? { says: 'not sound' }
      : { says: 'safe' };

const CHECKING: Safety = { says: 'checking' };
/** Of rest after the last change, so that typing a number is one question. */
const REST_MS = 120;

export interface FlowSafety {
  path: string;
  title: string;
  safety: Safety;
}

/** Every flow of the workspace under a policy that may not be saved yet; those that are open as they are drawn now. */
export function useSafety(policy: Policy): FlowSafety[] {
  const listed = useStudio((state) => state.service.workspace?.flows);
  const onDisk = useStudio((state) => state.service.workspace?.documents);
  const surroundings = useSurroundings();
  /** What was said under which policy: of another one nothing is known yet. */
  const [said, setSaid] = useState<{ of: Policy; by: ReadonlyMap<string, Safety> }>({ of: policy, by: new Map() });

  useEffect(() => {
    const open = new Map(openDocuments(useStudio.getState()).map((one) => [one.path, one.history.present]));
    const flows = (listed ?? []).flatMap(({ path }): { path: string; flow: Flow }[] => {
      const flow = open.get(path) ?? onDisk?.[path];
      return flow === undefined ? [] : [{ path, flow }];
    });
    const worker = new Worker(new URL('../../checks.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => {
      const path = flows[data.id]?.path;
      if (path === undefined) return;
      setSaid((before) => ({
        of: policy,
        by: new Map(before.of === policy ? before.by : []).set(path, safetyOf(data)),
      }));
    });
    const timer = setTimeout(() => {
      for (const [id, { flow }] of flows.entries()) {
        const patch = patchBetween(flows[id - 1]?.flow ?? null, flow);
        worker.postMessage({ id, flow: patch, around: { surroundings, policy } } satisfies CheckOrder, []);
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      worker.terminate();
    };
  }, [policy, listed, onDisk, surroundings]);

  return (listed ?? []).map(({ path, title }) => ({
    path,
    title,
    safety:
      (said.of === policy ? said.by.get(path) : undefined) ??
      (onDisk?.[path] === undefined ? { says: 'not sound' } : CHECKING),
  }));
}
