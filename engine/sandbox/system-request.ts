import type { Action, Connection } from '../connections/contract.ts';
import { fieldFromJson } from '../connections/field-value.ts';
import { EFFECT_HEADER, pathOnTheWire, type HttpRequest } from '../connections/request.ts';
import type { Field } from '../flow/document.ts';
import type { Scalar, SystemRecord } from './system-document.ts';

/** A request as the other side understands it. */
export interface SystemCall {
  action: string;
  /** The effect key, for counting only; empty when none came. */
  key: string;
  /** What came in the contract's idempotency header; empty when none. */
  idempotencyKey: string;
  request: SystemRecord;
}

export type ParsedCall =
  | { ok: true; call: SystemCall }
  | { ok: false; action: string | null; status: number; message: string };

interface Route {
  name: string;
  action: Action;
  pattern: RegExp;
  fields: readonly string[];
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

function routeOf(name: string, action: Action): Route {
  const fields = [...action.http.path.matchAll(PLACEHOLDER)].map((m) => m[1] ?? '');
  const literals = action.http.path.split(PLACEHOLDER).filter((_part, i) => i % 2 === 0);
  return {
    name,
    action,
    fields,
    pattern: new RegExp(
      `^${literals.map((text) => pathOnTheWire(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('([^/]+)')}$`,
    ),
  };
}

/** Reads HTTP requests by a connection's contract: the mirror image of `buildRequest`. */
export function createRequestParser(connection: Connection): (request: HttpRequest) => ParsedCall {
  // The most literal path wins: /accounts/export before /accounts/{customer}.
  const routes = Object.entries(connection.actions)
    .map(([name, action]) => routeOf(name, action))
    .sort((a, b) => a.fields.length - b.fields.length || b.action.http.path.length - a.action.http.path.length);
  return (request) => {
    const [path = '', query = ''] = request.path.split('?');
    for (const route of routes) {
      if (route.action.http.method !== request.method) continue;
      const match = route.pattern.exec(path);
      if (match !== null) return readCall(route, match.slice(1), query, request);
    }
    return { ok: false, action: null, status: 404, message: `nothing answers ${request.method} ${path}` };
  };
}

function readCall(route: Route, values: readonly string[], query: string, request: HttpRequest): ParsedCall {
  const { name, action } = route;
  const refuse = (message: string): ParsedCall => ({ ok: false, action: name, status: 400, message });
  const texts = new Map<string, string>();
  try {
    for (const [i, field] of route.fields.entries()) texts.set(field, decodeURIComponent(values[i] ?? ''));
  } catch {
    return refuse('the path is not percent-encoded UTF-8');
  }
  for (const [field, text] of new URLSearchParams(query)) texts.set(field, text);
  const given = new Map<string, unknown>();
  for (const [field, text] of texts) given.set(field, fromText(action.request[field], text));
  if (request.body !== null && request.body !== '') {
    const body = parseBody(request.body);
    if (body === null) return refuse('the body is not a JSON object');
    for (const [field, value] of Object.entries(body)) given.set(field, value);
  }
  const read: SystemRecord = {};
  for (const [field, value] of given) {
    if (!Object.hasOwn(action.request, field)) return refuse(`there is no field ${field}`);
    const declared = action.request[field];
    if (declared === undefined || value === null) continue;
    const converted = fieldFromJson(declared, value);
    if (!converted.ok) return refuse(`${field} must be ${converted.wanted}`);
    if (isScalar(value)) read[field] = value;
  }
  for (const [field, declared] of Object.entries(action.request))
    if (declared.optional !== true && read[field] === undefined) return refuse(`${field} is missing`);
  const header = action.idempotency.by === 'key' ? action.idempotency.header.toLowerCase() : null;
  return {
    ok: true,
    call: {
      action: name,
      key: request.headers[EFFECT_HEADER] ?? '',
      idempotencyKey: (header === null ? undefined : request.headers[header]) ?? '',
      request: read,
    },
  };
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function fromText(field: Field | undefined, text: string): unknown {
  if (field?.type === 'number') return text.trim() === '' ? text : Number(text);
  if (field?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null;
  } catch {
    // A broken body is the sender's fault: the caller answers 400.
    return null;
  }
}
