import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { asJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { STUDIO_METHODS, studioCallSchema, type StudioMethod, type StudioRequest } from './contract.ts';
import type { StudioService } from './service.ts';

/** What goes back through the door for each message that came in. */
export type StudioReply = { id: number; answer: unknown } | { id: number; error: ErrorShape };

export type Dispatch = (message: unknown) => Promise<StudioReply>;

/** The id of a reply to a message that named none. */
const NO_ID = 0;

/**
 * The one way in, whichever door a message came through: envelope, method and request are checked before the service
 * hears of them, and every message gets a reply: an answer or an error, REQUEST_REFUSED for what is not of the contract.
 * With `checkAnswers` (development and tests) an answer that is not of the contract is a defect and replied as INTERNAL.
 */
export function createDispatch(service: Pick<StudioService, 'call'>, options: { checkAnswers: boolean }): Dispatch {
  return async (message) => {
    const id = idOf(message);
    try {
      const call = checked(studioCallSchema, bounded(message), 'The message');
      const method = methodNamed(call.method);
      const { request, answer } = STUDIO_METHODS[method];
      const asked = checked<StudioRequest<StudioMethod>>(request, call.request, `The request “${method}”`);
      const given = await callOf(service, method, asked);
      if (options.checkAnswers) checkAnswer(method, answer, given);
      return { id: call.id, answer: given };
    } catch (error) {
      return { id, error: toErrorShape(error) };
    }
  };
}

/** `asked` has passed the schema of `method`; that the two belong together cannot be said in a type. */
const callOf = (service: Pick<StudioService, 'call'>, method: StudioMethod, asked: StudioRequest<StudioMethod>) =>
  service.call<StudioMethod>(method, asked);

/** Plain JSON of bounded depth: a message through a MessagePort could be anything that can be cloned. */
function bounded(message: unknown): unknown {
  try {
    return asJson(message);
  } catch (cause) {
    throw refused(`The message is not plain JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function methodNamed(name: string): StudioMethod {
  if (isMethod(name)) return name;
  throw refused(`There is no method “${name.toWellFormed().slice(0, 40)}” in the studio's contract.`);
}

const isMethod = (name: string): name is StudioMethod => Object.hasOwn(STUDIO_METHODS, name);

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at “${issue.path.join('.').slice(0, 200)}”`;
  throw refused(`${what} is not of the contract${at}: ${issue?.message ?? 'unknown shape'}.`);
}

function checkAnswer(method: StudioMethod, schema: z.ZodType, given: unknown): void {
  const parsed = schema.safeParse(given);
  if (parsed.success) return;
  throw new CountersignError({
    code: 'INTERNAL',
    message: `The answer to “${method}” is not of the contract: ${z.prettifyError(parsed.error)}`,
    hint: 'Report it with this code and the text above.',
    fault: 'us',
  });
}

function refused(message: string): CountersignError {
  return new CountersignError({
    code: 'REQUEST_REFUSED',
    message,
    meaning: 'Nothing was done.',
    hint: 'Reload the studio; if it happens again, its window and its service are of different versions.',
    fault: 'us',
  });
}

/** The message's own id, where it has one that a reply could carry. */
function idOf(message: unknown): number {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : NO_ID;
}
