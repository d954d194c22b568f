import { draw } from './generate.ts';
import type { Fault } from './system-document.ts';
import type { SystemCall } from './system-request.ts';

/** Decides which call meets which fault. Holds how often each action was called; deterministic for a seed. */
export interface FaultPlan {
  /** The fault that this call meets, or null. The first rule that matches wins; every rule counts its calls. */
  next(call: SystemCall): Fault | null;
}

export function createFaultPlan(faults: readonly Fault[], seed: number): FaultPlan {
  if (faults.length === 0) return { next: () => null };
  const seen = faults.map(() => 0);
  const tries = new Map<string, number>();
  return {
    next: (call) => {
      const identity = `${call.action}\u0000${call.key === '' ? JSON.stringify(call.request) : call.key}`;
      const attempt = (tries.get(identity) ?? 0) + 1;
      tries.set(identity, attempt);
      let met: Fault | null = null;
      for (const [i, fault] of faults.entries()) {
        if (fault.action !== undefined && fault.action !== call.action) continue;
        const nth = (seen[i] ?? 0) + 1;
        seen[i] = nth;
        const hit =
          (fault.nth?.includes(nth) ?? true) &&
          (fault.probability === undefined || draw(seed, 'fault', i, identity, attempt) < fault.probability);
        if (hit) met ??= fault;
      }
      return met;
    },
  };
}
