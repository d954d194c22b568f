import { canonicalJson } from '../flow/json.ts';
import type { Entry } from './batch-writer.ts';
import type { Draft } from './journal.ts';

/** A draft as it is written. Throws JSON_INVALID where it holds what JSON cannot. */
export function entryOf({ subject, type, v, at, actor, node, path, open, sealed, texts }: Draft): Entry {
  return {
    subject,
    type,
    v,
    at,
    actor,
    node: node ?? null,
    path: path ?? null,
    open: texts?.open ?? canonicalJson(open),
    value: open,
    sealed: sealed === undefined ? null : { keyOf: sealed.keyOf, text: texts?.sealed ?? canonicalJson(sealed.value) },
  };
}
