import type { Action, Connection, Policy } from '../connections/contract.ts';

/** What a policy says of an action that is not there, or cannot be held against. */
export interface PolicyFinding {
  /** The action that is named, as `connection.action`. */
  entry: string;
  code: 'CONNECTION_UNKNOWN' | 'ACTION_UNKNOWN' | 'ACTION_READS' | 'FIELD_UNKNOWN' | 'FIELD_NOT_A_NUMBER';
  /** `warning` for what is of no consequence. */
  severity: 'error' | 'warning';
  message: string;
  hint: string;
}

/** Fields of an action's request by which it can be limited: those that are numbers. */
export const limitFields = (action: Action): string[] =>
  Object.entries(action.request).flatMap(([name, field]) => (field.type === 'number' ? [name] : []));

/** The action that a policy's entry names; undefined where there is none. */
export function actionOfEntry(entry: string, connections: Readonly<Record<string, Connection>>): Action | undefined {
  const dot = entry.indexOf('.');
  const connection = own(connections, entry.slice(0, dot));
  return connection === undefined ? undefined : own(connection.actions, entry.slice(dot + 1));
}

/**
 * Holds a policy against the connections that it speaks of. A limit on a field that is missing or no number can never be
 * kept, so that the engine would ask a person every time; an action that is not there is most often a slip of the pen.
 */
export function policyFindings(policy: Policy, connections: Readonly<Record<string, Connection>>): PolicyFinding[] {
  return Object.entries(policy.withoutPerson).flatMap(([entry, { field }]) => entryFindings(entry, field, connections));
}

function entryFindings(
  entry: string,
  field: string,
  connections: Readonly<Record<string, Connection>>,
): PolicyFinding[] {
  const dot = entry.indexOf('.');
  const [name, actionName] = [entry.slice(0, dot), entry.slice(dot + 1)];
  const connection = own(connections, name);
  const say = (code: PolicyFinding['code'], message: string, hint: string): PolicyFinding[] => [
    { entry, code, severity: code === 'ACTION_READS' ? 'warning' : 'error', message, hint },
  ];
  if (connection === undefined)
    return say(
      'CONNECTION_UNKNOWN',
      `There is no connection “${name}”.`,
      `Remove the line, or name one of: ${listed(Object.keys(connections))}.`,
    );
  const action = own(connection.actions, actionName);
  if (action === undefined)
    return say(
      'ACTION_UNKNOWN',
      `The connection “${name}” has no action “${actionName}”.`,
      `Remove the line, or name one of: ${listed(Object.keys(connection.actions))}.`,
    );
  if (action.class === 'read')
    return say('ACTION_READS', `“${actionName}” only reads, and needs no person anyway.`, 'Remove the line.');
  const hint = `Limit it by one of: ${listed(limitFields(action))}.`;
  const declared = own(action.request, field);
  if (declared === undefined) return say('FIELD_UNKNOWN', `“${actionName}” takes no “${field}”.`, hint);
  if (declared.type !== 'number') return say('FIELD_NOT_A_NUMBER', `“${field}” of “${actionName}” is no number.`, hint);
  return [];
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none is there' : [...names].sort().join(', ');
