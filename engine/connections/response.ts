import { Decimal, parseNumber } from '../feel/number.ts';
import type { FeelContext, FeelValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { PerformOutcome } from '../runtime/environment.ts';
import type { Action } from './contract.ts';
import { fieldFromJson } from './field-value.ts';
import type { ActionName } from './request.ts';

const BUSY = new Set([408, 425, 429]);
const SAID_LIMIT = 200;

/**
 * What an HTTP answer means (status codes of RFC 9110). 2xx with every declared field: done; fields that are not
 * declared are dropped. 2xx that does not fit: failed with ACTION_RESPONSE_INVALID, not to be repeated, since the
 * other side has acted. 408, 425 and 429 (busy) and 5xx (a fault of its own): failed and worth another try. Everything
 * else, redirects among it: refused.
 */
export function readResponse(name: ActionName, action: Action, status: number, body: string): PerformOutcome {
  if (status >= 200 && status < 300) return readDone(name, action, status, body);
  const said = saidIn(body);
  if (BUSY.has(status) || status >= 500)
    return {
      outcome: 'failed',
      sent: 'maybe',
      error: {
        code: status >= 500 ? 'ACTION_SERVER_ERROR' : 'ACTION_BUSY',
        message: `${name.connection}.${name.action} was answered with status ${status}.`,
        meaning: 'The other system could not do it now; it may or may not have begun.',
        hint: 'It is tried again as the step says. If it lasts, ask the owner of the system.',
        retryable: true,
        fault: 'other system',
        ...said,
      },
    };
  const redirected = status >= 300 && status < 400;
  return {
    outcome: 'refused',
    status,
    error: {
      code: 'ACTION_REFUSED',
      message: `${name.connection}.${name.action} was refused with status ${status}.`,
      meaning: redirected
        ? 'The other system points to another address, and redirects are never followed.'
        : 'The other system understood the request and does not do it.',
      hint: redirected
        ? 'Put the new address into the binding.'
        : 'See what it said, and wire the step’s “refused” exit for such cases.',
      retryable: false,
      fault: redirected ? 'operator' : 'other system',
      ...said,
    },
  };
}

function readDone(name: ActionName, action: Action, status: number, body: string): PerformOutcome {
  const declared = Object.entries(action.response);
  const response = new Map<string, FeelValue>();
  if (declared.length === 0) return { outcome: 'done', status, response };
  const json = parseObject(body);
  if (json === null) return invalid(name, [], 'the answer is not a JSON object');
  for (const [field, type] of declared) {
    const given = Object.hasOwn(json, field) ? json[field] : undefined;
    if (given === undefined || given === null) {
      if (type.optional !== true) return invalid(name, [field], `“${field}” is missing`);
      response.set(field, null);
      continue;
    }
    const converted = fieldFromJson(type, given);
    if (!converted.ok) return invalid(name, [field], `“${field}” is not ${converted.wanted}`);
    response.set(field, converted.value);
  }
  return { outcome: 'done', status, response };
}

function invalid(name: ActionName, field: readonly string[], what: string): PerformOutcome {
  const error: ErrorShape = {
    code: 'ACTION_RESPONSE_INVALID',
    message: `The answer to ${name.connection}.${name.action} does not fit its contract: ${what}.`,
    meaning: 'The other system says that it has acted, and what it says cannot be used.',
    where: { path: ['response', ...field] },
    hint: 'Compare the contract with what the system answers; the action may have been done.',
    retryable: false,
    fault: 'other system',
  };
  return { outcome: 'failed', sent: 'maybe', error };
}

const LONG_DIGITS = /\d{16}/;

/**
 * A whole number that no double holds, such as an id of 64 bits, digit for digit: rounded it would name something else.
 * One that FEEL does not hold either is none.
 */
function exactly(_name: string, value: unknown, context?: { source?: string }): unknown {
  const digits = context?.source ?? '';
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(digits)) return value;
  const exact = parseNumber(digits);
  return exact instanceof Decimal && exact.toFixed() === digits ? exact : Number.NaN;
}

function parseObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = LONG_DIGITS.test(body) ? JSON.parse(body, exactly) : JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null;
  } catch {
    // Whatever is not JSON is reported by the caller as an answer that does not fit.
    return null;
  }
}

/** What the other side said went wrong, shortened: its `message`, `error`, `detail` or `code`, and nothing else of the body. */
function saidIn(body: string): { cause?: string } {
  const json = parseObject(body);
  for (const field of ['message', 'detail', 'error', 'code']) {
    const text = json?.[field];
    if (typeof text === 'string' && text !== '') return { cause: text.slice(0, SAID_LIMIT).toWellFormed() };
  }
  return {};
}

/** The fields that `action` declares, taken from an answer to another action; what that one lacks is null. */
export function responseFrom(action: Action, answer: FeelContext): FeelContext {
  return new Map(Object.keys(action.response).map((field) => [field, answer.get(field) ?? null]));
}
