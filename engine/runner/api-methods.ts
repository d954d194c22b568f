import type { Hono } from 'hono';
import { HttpRefusal } from './api-body.ts';

/**
 * The methods that an address has, as the header Allow lists them; none where there is no such address. Whatever answers
 * every method, such as asking for the token, is none of its own.
 */
export function methodsAt({ routes }: Pick<Hono, 'routes'>, address: string): string[] {
  const parts = address.split('/');
  const found = routes.filter(({ method, path }) => method !== 'ALL' && fits(path.split('/'), parts));
  const methods = new Set(found.map(({ method }) => method));
  return [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted();
}

const fits = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length &&
  pattern.every((one, i) => (one.startsWith(':') ? parts[i] !== '' : one === parts[i]));

/** That an address is there, and not for this method. */
export const notAllowed = (method: string, allowed: readonly string[]): HttpRefusal =>
  new HttpRefusal(
    405,
    `This address does not take ${method}.`,
    `Ask it with ${allowed.join(' or ')}; see /openapi.json.`,
  );
