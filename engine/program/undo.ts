import type { Action, Connection } from '../connections/contract.ts';
import { compileExpression } from '../feel/index.ts';
import { momentOf } from '../feel/moment.ts';
import type { FeelValue } from '../feel/value.ts';
import { fieldsType } from '../flow/field-type.ts';
import { durationMs } from '../../nodes/duration.ts';
import type { Guard } from './guard.ts';
import type { Undo } from './program.ts';

/**
 * How the contract says that an action of its connection is taken back; null where it cannot be. `guard` says when an
 * action needs a person here.
 */
export function undoOf(
  connection: Connection,
  name: string,
  guard: (action: string, sideEffect: Action['class']) => Guard | null,
): Undo | null {
  const action = connection.actions[name];
  const contract = action?.undo === undefined ? undefined : connection.actions[action.undo.action];
  if (action?.undo === undefined || contract === undefined) return null;
  const scope = {
    request: fieldsType(action.request),
    response: { ...fieldsType(action.response), nullable: true as const },
  };
  const given = Object.entries(action.undo.arguments).map(
    ([field, source]) => [field, compileExpression(source, scope)] as const,
  );
  return {
    action: action.undo.action,
    contract,
    guard: guard(action.undo.action, contract.class),
    withinMs: durationMs(action.undo.within),
    request: (request, response, now) => {
      const seen = new Map<string, FeelValue>([
        ['request', request],
        ['response', response],
      ]);
      return new Map(given.map(([field, source]) => [field, source.evaluate(seen, { now: momentOf(now) }).value]));
    },
  };
}
