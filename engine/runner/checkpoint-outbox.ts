import { existsSync, readFileSync, statSync } from 'node:fs';
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

/** `sinks.json` of a runner folder: where checkpoints and the list of erasures are handed to, outside of this machine. */
export const sinksSchema = z.strictObject({
  format: z.literal(SINKS_FORMAT),
  version: z.literal(1),
  sinks: z.array(sinkSchema).max(20),
});
type SinkDocument = z.infer<typeof sinksSchema>['sinks'][number];

/** What is sent: a signed note as text, or the list of erasures as lines of JSON. */
export type Leaving = 'checkpoint' | 'erasures';

/** Where checkpoints are sent to. `post` gives why it failed, or null; it never rejects. */
export interface Sink {
  name: string;
  post(text: string, what: Leaving): Promise<ErrorShape | null>;
  close(): Promise<void>;
}

/** The list of what was erased, which only grows: a backup that is restored elsewhere repeats it from there. */
export interface ErasureList {
  /** In bytes; 0 where there is none. */
  size(): number;
  text(): string;
}

export const erasureListIn = (file: string): ErasureList => ({
  size: () => statSync(file, { throwIfNoEntry: false })?.size ?? 0,
  text: () => readFileSync(file, 'utf8'),
});

/** How a sink stands. */
export interface SinkState {
  name: string;
  /** Events that the last checkpoint covers that it took; 0 when it took none since the start. */
  covered: number;
  /** Events beyond those. */
  behind: number;
  takenAt: number | null;
  /** Whether it has the whole list of erasures; also where there is none. */
  listed: boolean;
  /** Why the last attempt failed; null when it did not. */
  outage: ErrorShape | null;
}

interface Outgoing extends Omit<SinkState, 'behind' | 'listed'> {
  sink: Sink;
  /** Bytes of the list of erasures that it took. */
  listed: number;
  triedAt: number | null;
  under: Promise<void> | null;
}

/** Between two attempts at one sink; P27. */
const MIN_GAP_MS = 1000;

/**
 * Hands each newest checkpoint on to every sink, and before it the list of erasures where that has grown: one attempt at a
 * time, at most one a second, the newest note only. It never throws and holds nothing up; what failed is tried again at
 * the next offer.
 */
export class CheckpointOutbox {
  readonly #outgoing: readonly Outgoing[];
  readonly #erasures: ErasureList;

  constructor(sinks: readonly Sink[], erasures: ErasureList) {
    this.#erasures = erasures;
    this.#outgoing = sinks.map((sink) => ({
      sink,
      name: sink.name,
      covered: 0,
      listed: 0,
      takenAt: null,
      outage: null,
      triedAt: null,
      under: null,
    }));
  }

  /** To be called after each checkpoint and at least every minute. */
  offer({ note }: Pick<Checkpointer, 'note'>, now: number): void {
    for (const one of this.#outgoing) {
      const late = one.triedAt === null || now < one.triedAt || now - one.triedAt >= MIN_GAP_MS;
      if (one.under === null && late && this.#lacks(one, note)) this.#send(one, note, now);
    }
  }

  /** How all stand for a log of `size` events. */
  state(size: number): SinkState[] {
    const bytes = this.#outgoing.length === 0 ? 0 : this.#erasures.size();
    return this.#outgoing.map(({ name, covered, takenAt, listed, outage }) => {
      return { name, covered, behind: Math.max(0, size - covered), takenAt, listed: listed >= bytes, outage };
    });
  }

  /** Waits for what is under way, makes one last attempt where a sink lacks the newest note, and closes. */
  async close({ note }: Pick<Checkpointer, 'note'>, now: number): Promise<void> {
    await Promise.all(
      this.#outgoing.map(async (one) => {
        await one.under;
        if (this.#lacks(one, note)) this.#send(one, note, now);
        await one.under;
        await one.sink.close();
      }),
    );
  }

  #lacks({ covered, listed }: Outgoing, note: Note | null): boolean {
    return (note !== null && covered < note.checkpoint.size) || listed < this.#erasures.size();
  }

  #send(one: Outgoing, note: Note | null, now: number): void {
    one.triedAt = now;
    one.under = this.#hand(one, note, now)
      .catch(toErrorShape)
      .then((outage) => {
        one.outage = outage;
        one.under = null;
      });
  }

  async #hand(one: Outgoing, note: Note | null, now: number): Promise<ErrorShape | null> {
    if (one.listed < this.#erasures.size()) {
      const list = this.#erasures.text();
      const outage = await one.sink.post(list, 'erasures');
      if (outage !== null) return outage;
      one.listed = Buffer.byteLength(list);
    }
    if (note === null || one.covered >= note.checkpoint.size) return null;
    const outage = await one.sink.post(note.text, 'checkpoint');
    if (outage !== null) return outage;
    one.covered = note.checkpoint.size;
    one.takenAt = now;
    return null;
  }
}

/** The sinks of a runner folder; none where there is no `sinks.json`. Errors: DOCUMENT_INVALID, FILE_UNREADABLE. */
export function sinksIn(file: string, secrets: Readonly<Record<string, string | undefined>>, clock: Clock): Sink[] {
  return documentsIn(file).map((sink) => webhook(sink, environmentSecrets(secrets), clock));
}

/** What the sinks of a runner folder are called, also where no engine runs. Errors: DOCUMENT_INVALID. */
export const sinkNames = (file: string): string[] => documentsIn(file).map(({ name }) => name);

function documentsIn(file: string): readonly SinkDocument[] {
  if (!existsSync(file)) return [];
  const { sinks } = readDocument(readBytes(file), sinksSchema, {
    code: 'DOCUMENT_INVALID',
    what: 'the list of sinks for checkpoints',
    hint: 'Correct sinks.json in the runner folder.',
    file,
  });
  return sinks;
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

const TYPES: Readonly<Record<Leaving, string>> = {
  checkpoint: 'text/plain; charset=utf-8',
  erasures: 'application/jsonl; charset=utf-8',
};

/** Posts notes and lists through the one door out, with what guards it: checked addresses, no redirects, bounded answers. */
function webhook(sink: SinkDocument, secrets: Secrets, clock: Clock): Sink {
  const binding = bindingSchema.parse(bindingOf(sink));
  const egress = openEgress(binding, { clock });
  const name = { connection: 'checkpoints', action: sink.name };
  // The address is the whole of where notes go; a bare host has the path of its root.
  const path = new URL(sink.url).pathname === '/' ? '/' : '';
  return {
    name: sink.name,
    post: async (text, what) => {
      try {
        const headers: Record<string, string> = { 'content-type': TYPES[what] };
        if (binding.secret !== undefined) {
          const { header, from, prefix = '' } = binding.secret;
          const found = await secrets.read(from);
          if (!found.ok) return found.error;
          headers[header] = `${prefix}${found.secret}`;
        }
        const sent = await egress.send(name, { method: 'POST', path, headers: {}, body: text }, headers, TIMEOUT_MS);
        if (!sent.answered) return sent.error;
        return sent.status >= 200 && sent.status < 300 ? null : refused(sink.name, what, sent.status);
      } catch (error) {
        return toErrorShape(error);
      }
    },
    close: () => egress.close(),
  };
}

const refused = (name: string, what: Leaving, status: number): ErrorShape => ({
  code: 'ACTION_REFUSED',
  message: `The sink “${name}” refused the ${what === 'checkpoint' ? 'checkpoint' : 'list of erasures'} with status ${status}.`,
  meaning:
    what === 'checkpoint'
      ? 'Runs go on; until it takes checkpoints again, nobody outside can tell if later events are altered.'
      : 'What was erased since would come back with a backup that is restored from outside.',
  hint: 'Ask whoever runs it, or correct its address or secret in sinks.json.',
  retryable: true,
  fault: 'other system',
});
