import { compileExpression } from '../feel/index.ts';
import type { FeelContext } from '../feel/value.ts';
import { fieldsType } from '../flow/field-type.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { DoneOutcome, PerformOutcome, PerformRequest } from '../runtime/environment.ts';
import type { Action, Connection } from './contract.ts';
import { responseFrom } from './response.ts';

type Found = (response: FeelContext) => boolean | null;

// Compiled once for each action; contracts are immutable once read.
const compiled = new WeakMap<Action, Found>();

function foundOf(action: Action, expression: string, asked: Action): Found {
  const known = compiled.get(action);
  if (known !== undefined) return known;
  const program = compileExpression(expression, { response: fieldsType(asked.response) });
  const broken = program.problems.some((problem) => problem.severity === 'error');
  const found: Found = (response) => {
    if (broken) return null;
    const { value } = program.evaluate(new Map([['response', response]]));
    return typeof value === 'boolean' ? value : null;
  };
  compiled.set(action, found);
  return found;
}

/**
 * Asks the other side whether the effect with this key happened, as the contract of an *askable* action says. Only an
 * answer for which `found` is false means that it did not: a refusal (even 404), a failure, or an expression that gives
 * neither true nor false leaves it unknown, because guessing "no" would do the effect twice.
 */
export async function askWhetherDone(
  connections: Readonly<Record<string, Connection>>,
  perform: (call: PerformRequest) => Promise<PerformOutcome>,
  call: PerformRequest,
): Promise<DoneOutcome> {
  const actions = Object.hasOwn(connections, call.connection) ? (connections[call.connection]?.actions ?? {}) : {};
  const action = Object.hasOwn(actions, call.action) ? actions[call.action] : undefined;
  const by = action?.idempotency;
  const asked = by?.by === 'askable' && Object.hasOwn(actions, by.ask) ? actions[by.ask] : undefined;
  if (action === undefined || by?.by !== 'askable' || asked === undefined || call.key === '')
    return unknown(call, 'its contract names no action to ask with', undefined);

  const outcome = await perform({
    connection: call.connection,
    action: by.ask,
    request: new Map([[by.argument, call.key]]),
    key: '',
    timeoutMs: call.timeoutMs,
  });
  if (outcome.outcome !== 'done') {
    const answer = unknown(call, `“${by.ask}” gave no answer`, outcome.error);
    // That nobody was asked, because the connection is paused or all is stopped, uses up no attempt at asking.
    const { pausedUntil, held } = outcome.outcome === 'failed' ? outcome : {};
    return {
      ...answer,
      ...(pausedUntil === undefined ? {} : { pausedUntil }),
      ...(held === true ? { held } : {}),
    };
  }
  const found = foundOf(action, by.found, asked)(outcome.response);
  if (found === null)
    return unknown(call, `“${by.found}” is neither true nor false for what “${by.ask}” answered`, undefined);
  return found ? { asked: 'happened', response: responseFrom(action, outcome.response) } : { asked: 'did not happen' };
}

type Unknown = Extract<DoneOutcome, { asked: 'unknown' }>;

function unknown(call: PerformRequest, why: string, cause: ErrorShape | undefined): Unknown {
  return {
    asked: 'unknown',
    error: {
      code: 'ACTION_IN_DOUBT',
      message: `Whether ${call.connection}.${call.action} happened could not be found out: ${why}.`,
      meaning: 'It may have been done once; it is not repeated.',
      hint: 'Look it up in the other system by its key, then settle the doubt.',
      // Asking again may well succeed when the other system answers again.
      retryable: cause?.retryable ?? false,
      fault: cause?.fault ?? 'operator',
      ...(cause === undefined ? {} : { cause: cause.message }),
    },
  };
}
