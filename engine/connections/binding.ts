import { isIP } from 'node:net';
import { idSchema, nameSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';
import { LONGEST_PAUSE_MS } from './circuit.ts';
import { headerNameSchema } from './contract.ts';

export const BINDING_FORMAT = 'countersign.binding';

/** Hop-by-hop and framing headers (RFC 9110, 7.6.1) and ours: a secret may not travel in them. */
const RESERVED_HEADERS = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'countersign-effect',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Where a secret is kept; the secret itself is never in a document. */
export const secretRefSchema = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, 'env:NAME of an environment variable, or file:PATH');

const baseUrlSchema = z.string().superRefine((text, ctx) => {
  const url = URL.parse(text);
  const refuse = (message: string): void => ctx.addIssue({ code: 'custom', message });
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    refuse('an address that begins with https:// (or http:// for a private system)');
  else if (url.username !== '' || url.password !== '') refuse('an address without a name and password; use “secret”');
  else if (url.search !== '' || url.hash !== '') refuse('an address without ? and #');
});

/** The host of an address or of an entry in `allow.hosts`, in the one spelling that URLs normalise to. */
export function normaliseHost(host: string): string | null {
  const bracketed = isIP(host) === 6 ? `[${host}]` : host;
  const url = /[/?#@\\]/.test(host) ? null : URL.parse(`http://${bracketed}`);
  return url === null || url.port !== '' ? null : url.hostname.replace(/\.$/, '');
}

/**
 * `bindings/<connection>.binding.json`, the operator's: how this environment satisfies a connection. It names what may be
 * reached and which actions may be done; a flow can widen neither.
 */
export const bindingSchema = z
  .strictObject({
    format: z.literal(BINDING_FORMAT),
    version: z.literal(1),
    connection: idSchema,
    /** Paths of actions are appended to it. */
    baseUrl: baseUrlSchema,
    allow: z
      .strictObject({
        /** Hosts that may be reached; the host of `baseUrl` must be among them. Without it, that host alone. */
        hosts: z
          .array(z.string().refine((h) => normaliseHost(h) !== null, 'a host name or address'))
          .min(1)
          .optional(),
        /** Loopback and private addresses may be reached. Link-local and metadata addresses only by their literal name in `hosts`. */
        private: z.boolean().optional(),
      })
      .optional(),
    secret: z
      .strictObject({
        header: headerNameSchema.refine(
          (h) => !RESERVED_HEADERS.has(h.toLowerCase()),
          'a header that Countersign does not set itself',
        ),
        from: secretRefSchema,
        /** Stands before the secret, such as `Bearer ` with its space. */
        prefix: z
          .string()
          .max(40)
          .regex(/^[\x20-\x7e]*$/, 'plain ASCII text')
          .optional(),
      })
      .optional(),
    /** Upper bound of what a step may wait for an answer, from when it has its turn. */
    timeoutMs: z.number().int().min(1).max(600_000).optional(),
    /** Requests at once; the others wait for their turn, a minute at most, and come again later. */
    maxConcurrent: z.number().int().min(1).max(1024).optional(),
    /** When the connection is paused because its system is down; what is left out is as {@link CIRCUIT_POLICY} says. */
    circuit: z
      .strictObject({
        /** Failures in a row after which it is. */
        failures: z.number().int().min(1).max(1000).optional(),
        /** Milliseconds; each further pause is twice as long, up to the longest. */
        firstPauseMs: z.number().int().min(100).max(LONGEST_PAUSE_MS).optional(),
        maxPauseMs: z.number().int().min(100).max(LONGEST_PAUSE_MS).optional(),
      })
      .optional(),
    /** Actions that may be done through this binding. */
    grants: z.array(nameSchema),
  })
  .superRefine((binding, ctx) => {
    const url = URL.parse(binding.baseUrl);
    if (url === null) return;
    const host = normaliseHost(url.hostname);
    const named = binding.allow?.hosts?.map(normaliseHost);
    if (named !== undefined && !named.includes(host))
      ctx.addIssue({
        code: 'custom',
        path: ['allow', 'hosts'],
        message: `the host of baseUrl, “${url.hostname}”, must be among them`,
      });
    const isNamedAddress = named?.includes(host) === true && isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
    if (url.protocol === 'http:' && binding.allow?.private !== true && !isNamedAddress)
      ctx.addIssue({
        code: 'custom',
        path: ['baseUrl'],
        message: 'http:// is for private systems only: use https://, or set allow.private',
      });
  });
export type Binding = z.infer<typeof bindingSchema>;
