import { fork } from 'node:child_process';
import { once } from 'node:events';
import { servingSchema, standingSchema, type Ask, type Standing } from './load-messages.ts';

/** A runner in a process of its own, as “countersign serve” is one. */
export interface LoadServer {
  url: string;
  token: string;
  ask(what: Ask): Promise<Standing>;
}

export async function startServer(folder: string, manifest: string): Promise<LoadServer> {
  const child = fork(new URL('load-process.ts', import.meta.url), [folder, manifest], {
    execArgv: ['--disallow-code-generation-from-strings'],
  });
  const hear = (): Promise<unknown> => new Promise((resolve) => child.once('message', resolve));
  const { url, token } = servingSchema.parse(await hear());
  // One question at a time, each with its answer.
  let last: Promise<unknown> = Promise.resolve();
  return {
    url,
    token,
    ask: async (what) => {
      const answered = last.then(async () => {
        const heard = hear();
        child.send(what);
        return standingSchema.parse(await heard);
      });
      last = answered.catch(() => undefined);
      const standing = await answered;
      if (what === 'stop') await once(child, 'exit');
      return standing;
    },
  };
}
