import type { FeelContext } from '../feel/value.ts';
import type { Fields } from '../flow/document.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Action } from './contract.ts';
import { fieldToJson, type FieldJson } from './field-value.ts';

/** Names one action of one connection, for messages. */
export interface ActionName {
  connection: string;
  action: string;
}

/** A request as it leaves, without the address of the system. */
export interface HttpRequest {
  method: Action['http']['method'];
  /** Begins with `/`; fields are percent-encoded; holds the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** JSON text, or null where the method has no body. */
  body: string | null;
}

export type BuiltRequest = { ok: true; request: HttpRequest } | { ok: false; error: ErrorShape };

/**
 * Carries the effect key of everything that is not a read, whatever the idempotency, so that the other side's own log
 * can be laid beside the record. No promise rests on the other side reading it.
 */
export const EFFECT_HEADER = 'countersign-effect';

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** The contract's own part of a path as it leaves (RFC 3987, 3.1): what is not ASCII in percents, all else as it is. */
export const pathOnTheWire = (path: string): string => path.replace(/[^\x20-\x7e]+/g, encodeURIComponent);

/**
 * The HTTP form of one call (RFC 3986 for the path, `application/json` for the body). Fields named in the path go there,
 * those of `query` into the query, all others into the JSON body, or into the query where the method has no body.
 * Null and absent are the same and allowed where the field is optional only.
 *
 * Refused with ACTION_REFUSED, naming the field: missing, unknown or mistyped fields, and a path field that would change
 * which resource is meant (empty, `.`, `..`).
 */
export function buildRequest(name: ActionName, action: Action, given: FeelContext, key: string): BuiltRequest {
  const read = readFields(name, action, given, key);
  if (!read.ok) return read;
  const fields = read.fields;
  const inPath = new Set<string>();
  const misfits: string[] = [];
  const path = action.http.path.replace(PLACEHOLDER, (_whole, field: string) => {
    const value = fields.get(field);
    const text = value === undefined ? '' : String(value);
    if (text === '' || text === '.' || text === '..') misfits.push(field);
    inPath.add(field);
    return encodeURIComponent(text);
  });
  const [misfit] = misfits;
  if (misfit !== undefined)
    return refuse(name, misfit, `“${misfit}” is part of the address and cannot be empty, “.” or “..”.`);

  const hasBody = action.http.method !== 'GET' && action.http.method !== 'DELETE';
  const named = new Set(action.http.query ?? []);
  const query: string[] = [];
  const body: [string, FieldJson][] = [];
  for (const [field, value] of fields) {
    if (inPath.has(field)) continue;
    if (named.has(field) || !hasBody) query.push(`${encodeURIComponent(field)}=${encodeURIComponent(value)}`);
    else body.push([field, value]);
  }
  const headers: Record<string, string> = { accept: 'application/json' };
  if (hasBody) headers['content-type'] = 'application/json';
  if (action.class !== 'read' && key !== '') {
    headers[EFFECT_HEADER] = key;
    if (action.idempotency.by === 'key') headers[action.idempotency.header.toLowerCase()] = key;
  }
  return {
    ok: true,
    request: {
      method: action.http.method,
      path: pathOnTheWire(query.length === 0 ? path : `${path}?${query.join('&')}`),
      headers,
      body: hasBody ? JSON.stringify(Object.fromEntries(body)) : null,
    },
  };
}

type ReadFields = { ok: true; fields: Map<string, FieldJson> } | { ok: false; error: ErrorShape };

/** Checks every field against the contract, in the contract's order, so that the same request has the same bytes. */
function readFields(name: ActionName, action: Action, given: FeelContext, key: string): ReadFields {
  const own = action.idempotency.by === 'askable' && action.class !== 'read' ? action.idempotency.argument : null;
  if (own !== null && !Object.hasOwn(action.request, own))
    return refuse(name, own, `the contract asks by “${own}”, and “${name.action}” does not send that field.`);
  for (const field of given.keys())
    if (!Object.hasOwn(action.request, field))
      return refuse(
        name,
        field,
        `there is no field “${field}”. Its fields are: ${Object.keys(action.request).join(', ') || 'none'}.`,
      );
  const fields = new Map<string, FieldJson>();
  for (const [field, declared] of orderedFields(action.request)) {
    // The field that the other side is later asked by holds our key and nothing a flow could set.
    const value = field === own ? key : (given.get(field) ?? null);
    if (value === null) {
      if (declared.optional === true) continue;
      return refuse(name, field, `“${field}” is missing.`);
    }
    const converted = fieldToJson(declared, value);
    if (!converted.ok) return refuse(name, field, `“${field}” must be ${converted.wanted}.`);
    if (typeof converted.value === 'string' && !converted.value.isWellFormed())
      return refuse(name, field, `“${field}” holds half of a character.`);
    fields.set(field, converted.value);
  }
  return { ok: true, fields };
}

const orderedFields = (fields: Fields) => Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));

function refuse(name: ActionName, field: string, what: string): { ok: false; error: ErrorShape } {
  return {
    ok: false,
    error: {
      code: 'ACTION_REFUSED',
      message: `The request for ${name.connection}.${name.action} does not fit its contract: ${what}`,
      meaning: 'Nothing was sent.',
      where: { path: ['request', field] },
      hint: 'Change the formula of that field in the step, or the contract of the action.',
      retryable: false,
      fault: 'user',
    },
  };
}
