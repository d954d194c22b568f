import { tryAgain } from '../runner/try-again.ts';
import type { Handlers, Room } from './handlers.ts';
import { needed } from './needed.ts';

export const againHandlers = ({ options, local }: Room): Pick<Handlers, 'tryAgain'> => ({
  tryAgain: async ({ run, again, release, reason, effects }) => {
    const by = { issuer: 'people', subject: options.person, role: 'analyst', method: 'studio' };
    const request = { run, again, by, reason, effects, ...(release === null ? {} : { release }) };
    const started = await tryAgain(await needed(local, run), request);
    return { run: started.run };
  },
});
