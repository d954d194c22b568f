import { Agent } from 'node:http';
import { byCallers } from '../by-callers.ts';
import { caseOf, resultOf } from '../w2/workload.ts';
import type { RunningPeer, Workload } from './peer.ts';
import { post } from './post.ts';

/**
 * A started peer whose callers, in this process, come over HTTP connections that are kept: a case is posted as JSON, and
 * its result is the answer.
 *
 * @param stop ends whatever was started
 */
export function overHttp(name: string, urlOf: (workload: Workload) => string, stop: () => Promise<void>): RunningPeer {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let made = 0;
  return {
    run: async (workload, runs, callers) => {
      const first = made;
      made += runs;
      return byCallers(runs, callers, async (i) => {
        const one = caseOf(first + i);
        const said = await post(urlOf(workload), agent, JSON.stringify(one));
        if (said !== JSON.stringify(resultOf(one))) throw new Error(`${name} came to ${said} for ${one.id}`);
      });
    },
    stop: async () => {
      agent.destroy();
      await stop();
    },
  };
}
