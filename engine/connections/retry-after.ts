import { LONGEST_PAUSE_MS } from './circuit.ts';

/**
 * When to come again, by the header Retry-After (RFC 9110, 10.2.3): whole seconds, or a date in one of the forms of HTTP.
 * Null where there is none, or none that can be read; never before now, and an hour from now at most.
 */
export function retryAfterAt(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  // The oldest form names no zone; Date.parse would take the machine's.
  const date = /^[A-Z][a-z]+ [A-Z][a-z]+ [\d :]+$/.test(text) ? `${text} GMT` : text;
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1000 : /^[A-Z][a-z]+,? /.test(text) ? Date.parse(date) : NaN;
  return Number.isFinite(at) ? Math.min(Math.max(at, now), now + LONGEST_PAUSE_MS) : null;
}
