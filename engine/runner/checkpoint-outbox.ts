import { existsSync } from 'node:fs';
import type { Checkpointer } from '../audit/checkpointer.ts';
import type { Note } from '../audit/checkpoint.ts';
import { bindingSchema, BINDING_FORMAT, secretRefSchema } from '../connections/binding.ts';
import { openEgress } from '../connections/egress.ts';
import { environmentSecrets, type Secrets } from '../connections/secrets.ts';
import { nameSchema } from '../flow/document.ts';
import { toErrorShape, type ErrorShape } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { readBytes } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import type { Clock } from '../runtime/environment.ts';

export const SINKS_FORMAT = 'countersign.sinks';

const sinkSchema = z
  .strictObject({
    /** As it is called in the runner's status. */
    name: nameSchema,
    /** Takes the signed note as the body of a POST; an answer of 200 to 299 says that it was kept. */
    url: z.string().max(2000),
    /** It is in a private network. */
    private: z.boolean().optional(),
    secret: z
      .strictObject({ header: z.string(), from: secretRefSchema, prefix: z.string().max(40).optional() })
      .optional(),
  })
  .superRefine((sink, ctx) => {
    const checked = bindingSchema.safeParse(bindingOf(sink));
    for (const { message } of checked.error?.issues ?? []) ctx.addIssue({ code: 'custom', path: ['url'], message });
  });

/** `sinks.json` of a runner folder: where checkpoints are handed to, outside of this machine. */
export const sinksSchema = z.strictObject({
  format: z.literal(SINKS_FORMAT),
  version: z.literal(1),
  sinks: z.array(sinkSchema).max(20),
});
type SinkDocument = z.infer<typeof sinksSchema>['sinks'][number];

/** Where checkpoints are sent to. `post` gives why it failed, or null; it never rejects. */
export interface Sink {
  name: string;
  post(note: string): Promise<ErrorShape | null>;
  close(): Promise<void>;
}

/** How a sink stands. */
export interface SinkState {
  name: string;
  /** Events that the last checkpoint covers that it took; 0 when it took none since the start. */
  covered: number;
  /** Events beyond those. */
  behind: number;
  takenAt: number | null;
  /** Why the last attempt failed; null when it did not. */
  outage: ErrorShape | null;
}

interface Outgoing extends Omit<SinkState, 'behind'> {
  sink: Sink;
  triedAt: number | null;
  under: Promise<void> | null;
}

/** Between two attempts at one sink; P27. */
const MIN_GAP_MS = 1000;

/**
 * Hands each newest checkpoint on to every sink: one attempt at a time, at most one a second, the newest note only. It
 * never throws and holds nothing up; what failed is tried again at the next offer.
 */
export class CheckpointOutbox {
  readonly #outgoing: readonly Outgoing[];

  constructor(sinks: readonly Sink[]) {
    this.#outgoing = sinks.map((sink) => ({
      sink,
      name: sink.name,
      covered: 0,
      takenAt: null,
      outage: null,
      triedAt: null,
      under: null,
    }));
  }

  /** To be called after each checkpoint and at least every minute. */
  offer({ note }: Pick<Checkpointer, 'note'>, now: number): void {
    if (note === null) return;
    for (const one of this.#outgoing) {
      const late = one.triedAt === null || now < one.triedAt || now - one.triedAt >= MIN_GAP_MS;
      if (one.under === null && late && one.covered < note.checkpoint.size) this.#send(one, note, now);
    }
  }

  /** How all stand for a log of `size` events. */
  state(size: number): SinkState[] {
    return this.#outgoing.map(({ name, covered, takenAt, outage }) => {
      return { name, covered, behind: Math.max(0, size - covered), takenAt, outage };
    });
  }

  /** Waits for what is under way, makes one last attempt where a sink lacks the newest note, and closes. */
  async close({ note }: Pick<Checkpointer, 'note'>, now: number): Promise<void> {
    await Promise.all(
      this.#outgoing.map(async (one) => {
        await one.under;
        if (note !== null && one.covered < note.checkpoint.size) this.#send(one, note, now);
        await one.under;
        await one.sink.close();
      }),
    );
  }

  #send(one: Outgoing, note: Note, now: number): void {
    one.triedAt = now;
    one.under = one.sink.post(note.text).then((outage) => {
      one.outage = outage;
      one.under = null;
      if (outage !== null) return;
      one.covered = note.checkpoint.size;
      one.takenAt = now;
    });
  }
}

/** The sinks of a runner folder; none where there is no `sinks.json`. Errors: DOCUMENT_INVALID, FILE_UNREADABLE. */
export function sinksIn(file: string, secrets: Readonly<Record<string, string | undefined>>, clock: Clock): Sink[] {
  if (!existsSync(file)) return [];
  const { sinks } = readDocument(readBytes(file), sinksSchema, {
    code: 'DOCUMENT_INVALID',
    what: 'the list of sinks for checkpoints',
    hint: 'Correct sinks.json in the runner folder.',
    file,
  });
  return sinks.map((sink) => webhook(sink, environmentSecrets(secrets), clock));
}

const TIMEOUT_MS = 10_000;

const bindingOf = ({ name, url, private: isPrivate, secret }: z.input<typeof sinkSchema>) => ({
  format: BINDING_FORMAT,
  version: 1,
  connection: 'checkpoints',
  baseUrl: url,
  ...(isPrivate === true ? { allow: { private: true } } : {}),
  ...(secret === undefined ? {} : { secret }),
  grants: [name],
});

/** Posts notes through the one door out, with what guards it: checked addresses, no redirects, bounded answers. */
function webhook(sink: SinkDocument, secrets: Secrets, clock: Clock): Sink {
  const binding = bindingSchema.parse(bindingOf(sink));
  const egress = openEgress(binding, { clock });
  const name = { connection: 'checkpoints', action: sink.name };
  // The address is the whole of where notes go; a bare host has the path of its root.
  const path = new URL(sink.url).pathname === '/' ? '/' : '';
  return {
    name: sink.name,
    post: async (note) => {
      try {
        const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
        if (binding.secret !== undefined) {
          const { header, from, prefix = '' } = binding.secret;
          const found = await secrets.read(from);
          if (!found.ok) return found.error;
          headers[header] = `${prefix}${found.secret}`;
        }
        const sent = await egress.send(name, { method: 'POST', path, headers: {}, body: note }, headers, TIMEOUT_MS);
        if (!sent.answered) return sent.error;
        return sent.status >= 200 && sent.status < 300 ? null : refused(sink.name, sent.status);
      } catch (error) {
        return toErrorShape(error);
      }
    },
    close: () => egress.close(),
  };
}

const refused = (name: string, status: number): ErrorShape => ({
  code: 'ACTION_REFUSED',
  message: `The sink “${name}” refused the checkpoint with status ${status}.`,
  meaning: 'Runs go on; until it takes checkpoints again, nobody outside can tell if later events are altered.',
  hint: 'Ask whoever runs it, or correct its address or secret in sinks.json.',
  retryable: true,
  fault: 'other system',
});
