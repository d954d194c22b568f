/** The effects of a flow, with what the policy asks of each. */
import { numberFromJs } from '../feel/number.ts';
import { shownName } from '../flow/inlined-ids.ts';
import type { FlowAnalysis } from '../flow/scope.ts';
import type { Policy } from '../connections/contract.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { actionWords } from './proof-words.ts';
import { termOf, valueOf, type Facts, type Term } from './proof-expressions.ts';
import { scopeFor } from './proof-steps.ts';
import { numbersAtMost } from './proof-values.ts';

export interface Effect {
  readonly node: string;
  readonly name: string;
  readonly connection: string;
  readonly action: string;
  /** What people call the action; null where no contract knows it. */
  readonly title: string | null;
  readonly class: 'reversible' | 'irreversible';
  /** Whether a person is needed at all, at least above the limit. */
  readonly needsPerson: boolean;
  /** Up to where it may go without; null where the policy names none. */
  readonly limit: Limit | null;
}

export interface Limit {
  readonly field: string;
  readonly max: number;
  /** What is sent in the field. */
  readonly term: Term;
  /** Why no amount can be shown to keep to the limit, in a sentence; null when one can. */
  readonly fault: string | null;
}

/** Every effect, by node id. An action that is not known is taken to be irreversible. */
export function effectsOf(analysis: FlowAnalysis, { connections }: Surroundings, policy: Policy): Effect[] {
  const effects: Effect[] = [];
  for (const id of analysis.graph.nodes) {
    const opened = analysis.opened.nodes.get(id);
    const target = opened?.sound?.kind.effect?.(opened.sound.config) ?? null;
    if (opened === undefined || target === null) continue;
    const actions = Object.hasOwn(connections, target.connection) ? connections[target.connection]?.actions : undefined;
    const action = actions !== undefined && Object.hasOwn(actions, target.action) ? actions[target.action] : undefined;
    const sideEffect = action?.class ?? 'irreversible';
    if (sideEffect === 'read') continue;
    const named = `${target.connection}.${target.action}`;
    const bound = Object.hasOwn(policy.withoutPerson, named) ? policy.withoutPerson[named] : undefined;
    const field = bound === undefined ? undefined : own(action?.request, bound.field);
    const source = bound === undefined ? undefined : own(target.arguments, bound.field);
    effects.push({
      node: id,
      name: shownName(id, opened.node.name),
      connection: target.connection,
      action: target.action,
      title: action?.title ?? null,
      class: sideEffect,
      needsPerson: sideEffect === 'irreversible' || bound !== undefined,
      limit:
        bound === undefined
          ? null
          : {
              ...bound,
              term: termOf(source ?? 'null', scopeFor(analysis, id)),
              fault:
                field?.type === 'number' && field.optional !== true && source !== undefined
                  ? null
                  : `${actionWords({ ...target, title: action?.title ?? null })} has no number “${bound.field}” that is always sent, so nothing can keep it within the policy’s limit.`,
            },
    });
  }
  return effects;
}

/** Is the amount at most the policy's under these facts? Without a limit nothing is. */
export function keepsLimit({ limit }: Effect, facts: Facts): boolean {
  if (limit === null || limit.fault !== null) return false;
  const max = numberFromJs(limit.max);
  return max !== null && numbersAtMost(valueOf(limit.term, facts), max);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
