import { CountersignError, type ErrorShape } from '../../engine/flow/error.ts';
import {
  STUDIO_METHODS,
  studioEventSchema,
  studioReplySchema,
  type StudioAnswer,
  type StudioEvent,
  type StudioMethod,
  type StudioRequest,
} from '../../engine/studio/contract.ts';
import { words } from '../words/index.ts';
import type { Channel, Link } from './channel.ts';

/** The renderer's end of the contract. */
export interface Client {
  /**
   * Asks the service. Answers are checked against the contract.
   * @throws CountersignError with the code the service gave; STOPPED when the channel is or goes down; INTERNAL for an answer that is not of the contract.
   */
  call<M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<StudioAnswer<M>>;
  close: () => void;
}

export interface ClientListener {
  event: (event: StudioEvent) => void;
  link: (link: Link) => void;
}

interface Pending {
  method: StudioMethod;
  resolve: (answer: never) => void;
  reject: (error: CountersignError) => void;
}

export function createClient(channel: Channel, listener: ClientListener): Client {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let link: Link = 'connecting';

  const message = (raw: unknown): void => {
    const event = studioEventSchema.safeParse(raw);
    if (event.success) return listener.event(event.data);
    const reply = studioReplySchema.safeParse(raw);
    if (!reply.success) return;
    const asked = pending.get(reply.data.id);
    if (asked === undefined) return;
    pending.delete(reply.data.id);
    if ('error' in reply.data) return asked.reject(errorOf(reply.data.error));
    const answer = STUDIO_METHODS[asked.method].answer.safeParse(reply.data.answer);
    if (!answer.success) return asked.reject(notOfTheContract(asked.method, answer.error.message));
    // The schema that was just passed is the one that the caller's type is inferred from.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    asked.resolve(answer.data as never);
  };

  const stop = channel.listen({
    message,
    link: (now) => {
      link = now;
      if (now === 'lost') {
        for (const { reject } of pending.values()) reject(stopped());
        pending.clear();
      }
      listener.link(now);
    },
  });

  return {
    call: (method, request) =>
      new Promise((resolve, reject) => {
        if (link !== 'open') return reject(stopped());
        const id = nextId++;
        pending.set(id, { method, resolve, reject });
        channel.send({ id, method, request });
      }),
    close: stop,
  };
}

const errorOf = ({ cause, ...shape }: ErrorFromWire): CountersignError =>
  new CountersignError({ ...dropUndefined(shape), ...(cause === undefined ? {} : { cause }) });

type ErrorFromWire = { [K in keyof ErrorShape]: ErrorShape[K] | undefined } & Pick<
  ErrorShape,
  'code' | 'message' | 'hint'
>;

function dropUndefined(shape: Omit<ErrorFromWire, 'cause'>): Omit<ErrorShape, 'cause'> {
  const { code, message, hint, retryable, fault, meaning, where } = shape;
  return {
    code,
    message,
    hint,
    retryable: retryable ?? false,
    fault: fault ?? 'us',
    ...(meaning === undefined ? {} : { meaning }),
    ...(where === undefined ? {} : { where }),
  };
}

const stopped = (): CountersignError =>
  new CountersignError({ code: 'STOPPED', ...words().errors.stopped, retryable: true, fault: 'us' });

const notOfTheContract = (method: string, why: string): CountersignError =>
  new CountersignError({ code: 'INTERNAL', ...words().errors.notOfTheContract(method), fault: 'us', cause: why });
