import type { Action, Connection, Policy } from '../../../engine/connections/contract.ts';
import {
  actionOfEntry,
  limitFields,
  policyFindings,
  type PolicyFinding,
} from '../../../engine/program/policy-findings.ts';
import type { PolicyDraft } from '../../state/records.ts';

/** An action as the policy's page lists it. */
export interface PolicyRow {
  /** `connection.action`. */
  entry: string;
  connection: string;
  action: Action;
  name: string;
  /** The numbers by which it can be limited. */
  fields: readonly string[];
  limit: Policy['withoutPerson'][string] | null;
  findings: readonly PolicyFinding[];
}

const CLASSES = ['irreversible', 'reversible'] as const;

/** Every action that does something, those that cannot be taken back first. */
export function policyRows(policy: Policy, connections: Readonly<Record<string, Connection>>): PolicyRow[] {
  const findings = policyFindings(policy, connections);
  const all = Object.values(connections).flatMap((connection) =>
    Object.entries(connection.actions).map(([name, action]): PolicyRow => {
      const entry = `${connection.name}.${name}`;
      return {
        entry,
        connection: connection.title,
        action,
        name,
        fields: limitFields(action),
        limit: limitOf(policy, entry),
        findings: findings.filter((finding) => finding.entry === entry),
      };
    }),
  );
  return CLASSES.flatMap((one) => all.filter(({ action }) => action.class === one));
}

/** Lines of the policy that speak of nothing that does something: their actions are not listed. */
export const strangeEntries = (policy: Policy, connections: Readonly<Record<string, Connection>>): PolicyFinding[] =>
  policyFindings(policy, connections).filter(({ entry }) => {
    const action = actionOfEntry(entry, connections);
    return action === undefined || action.class === 'read';
  });

const limitOf = ({ withoutPerson }: Policy, entry: string): PolicyRow['limit'] =>
  Object.hasOwn(withoutPerson, entry) ? (withoutPerson[entry] ?? null) : null;

/** What an action may do alone: `never` and `free` are what it may by its nature, `limit` is what the policy says. */
export type How = 'never' | 'free' | 'limit';

export const howOf = ({ limit, action }: PolicyRow): How =>
  limit !== null ? 'limit' : action.class === 'irreversible' ? 'never' : 'free';

/** The policy after one action got another limit, or none. Entries keep their order by name, so that a change is small. */
export function withLimit(policy: Policy, entry: string, limit: PolicyRow['limit']): Policy {
  const others = Object.entries(policy.withoutPerson).filter(([name]) => name !== entry);
  const entries = limit === null ? others : [...others, [entry, limit] as const];
  return { ...policy, withoutPerson: Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

export const samePolicy = (a: Policy, b: Policy): boolean => {
  const [one, other] = [a, b].map(({ withoutPerson, fourEyesOnRelease }) =>
    JSON.stringify([
      fourEyesOnRelease ?? false,
      Object.entries(withoutPerson)
        .map(([entry, { field, max }]) => [entry, field, max])
        .toSorted(([x], [y]) => (String(x) < String(y) ? -1 : 1)),
    ]),
  );
  return one === other;
};

/**
 * What is still not in force once a policy was saved, as the file with `digest`: what a person changed while it was being
 * saved. Null where nothing is.
 */
export function draftAfter(draft: PolicyDraft | null, saved: Policy, digest: string): PolicyDraft | null {
  return draft === null || samePolicy(draft.policy, saved) ? null : { policy: draft.policy, base: digest };
}
