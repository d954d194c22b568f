import { readFile } from 'node:fs/promises';
import type { ErrorShape } from '../flow/error.ts';

export type SecretRead = { ok: true; secret: string } | { ok: false; error: ErrorShape };

/** Where secrets are had from. A secret is read when it is used and never kept in a document, an event or an error. */
export interface Secrets {
  /** `from` as a binding has it: `env:NAME` or `file:PATH`. Never rejects. */
  read(from: string): Promise<SecretRead>;
}

const LONGEST = 16_384;

/**
 * Secrets of the runner's environment and of files that the operator keeps. One trailing line break is not part of it, and
 * neither are blanks at its ends, which no header value has on arrival (RFC 9110, 5.5).
 */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    read: async (from) => {
      const colon = from.indexOf(':');
      const place = from.slice(colon + 1);
      const found = from.startsWith('env:') ? environment[place] : await readFile(place, 'utf8').catch(() => undefined);
      const secret = found?.replace(/\r?\n$/, '').replace(/^ +| +$/g, '');
      // A header value (RFC 9110, 5.5) of visible ASCII; anything else could split the request.
      if (secret === undefined || secret === '' || secret.length > LONGEST || !/^[\x20-\x7e]+$/.test(secret))
        return { ok: false, error: unusable(from, secret) };
      return { ok: true, secret };
    },
  };
}

function unusable(from: string, secret: string | undefined): ErrorShape {
  return {
    code: 'BINDING_MISSING',
    message:
      secret === undefined || secret === ''
        ? `The secret ${from} is not there.`
        : `The secret ${from} cannot be sent in a header.`,
    meaning: 'Nothing was sent.',
    hint: from.startsWith('env:')
      ? `Set the environment variable ${from.slice(4)} for the runner and start it again.`
      : 'Put the secret into that file as one line of plain text, readable by the runner.',
    retryable: false,
    fault: 'operator',
  };
}
