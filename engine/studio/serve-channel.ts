import { CountersignError } from '../flow/error.ts';
import { createDispatch } from './dispatch.ts';
import type { StudioService, StudioWindow } from './service.ts';

/** Calls of one window that may be under way at once. */
const MAX_UNDER_WAY = 64;

export interface ServedChannel {
  /** Takes one message as it came; the reply is sent when it is there. */
  receive(message: unknown): void;
  close(): void;
}

/** Serves one window through whichever door it came: replies to its calls, and the service's events. */
export function serveChannel(
  service: StudioService,
  send: (message: unknown) => void,
  options: { checkAnswers: boolean },
): ServedChannel {
  const window = service.window();
  const dispatch = createDispatch(bounded(window), options);
  let open = true;
  const give = (message: unknown): void => {
    if (open) send(message);
  };
  const stop = service.onEvent(give);
  return {
    // A dispatch gives a reply to whatever it is handed and never rejects.
    receive: (message) => void dispatch(message).then(give),
    close: () => {
      if (!open) return;
      open = false;
      stop();
      window.leave();
    },
  };
}

function bounded(service: Pick<StudioWindow, 'call'>): Pick<StudioWindow, 'call'> {
  let underWay = 0;
  return {
    call: async (method, request) => {
      if (underWay >= MAX_UNDER_WAY) throw overloaded();
      underWay += 1;
      try {
        return await service.call(method, request);
      } finally {
        underWay -= 1;
      }
    },
  };
}

const overloaded = (): CountersignError =>
  new CountersignError({
    code: 'OVERLOADED',
    message: `This window has ${MAX_UNDER_WAY} requests under way.`,
    hint: 'Wait a moment and try again.',
    retryable: true,
    fault: 'us',
  });
