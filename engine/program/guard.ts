import type { Policy } from '../connections/contract.ts';
import { compareValues, fromJson, type FeelContext } from '../feel/value.ts';
import type { Marks } from '../flow/marks.ts';

/** When an effect needs a person: always, or above a limit of one field of its request. */
export type Guard = { field: string; max: number } | 'always';

/**
 * What the policy asks of an effect that depends on an AI answer; null when it asks nothing. The same reading of the
 * policy as the safety proof's, held by the engine at the moment of sending.
 */
export function guardOf(
  target: { connection: string; action: string },
  sideEffect: 'read' | 'reversible' | 'irreversible',
  marks: Marks | undefined,
  policy: Policy,
): Guard | null {
  if (sideEffect === 'read') return null;
  if (marks !== undefined && marks.ai.size === 0 && marks.controlAi.size === 0) return null;
  const named = `${target.connection}.${target.action}`;
  const limit = Object.hasOwn(policy.withoutPerson, named) ? policy.withoutPerson[named] : undefined;
  if (limit !== undefined) return limit;
  return sideEffect === 'irreversible' ? 'always' : null;
}

/** Whether this very request needs a person. What is not a number is over every limit. */
export function needsPerson(guard: Guard | null, request: FeelContext): boolean {
  if (guard === null || guard === 'always') return guard !== null;
  const order = compareValues(request.get(guard.field) ?? null, fromJson(guard.max));
  return order === null || order > 0;
}
