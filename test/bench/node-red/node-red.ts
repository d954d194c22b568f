import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overHttp } from '../peers/over-http.ts';
import type { Peer } from '../peers/peer.ts';
import { firstMessage, startProcesses } from '../peers/processes.ts';
import { listeningSchema } from '../target/messages.ts';
import { FLOW_FILE, redFlows } from './flows.ts';

const NAME = 'Node-RED (remembers nothing)';

/**
 * Node-RED with its default nodes, without its editor; of a run it keeps nothing.
 *
 * @param installed folder whose `node_modules` holds `node-red`; made for 5.0.7
 */
export const nodeRed = (installed: string): Peer => ({
  name: NAME,
  start: async (folder, target, round) => {
    writeFileSync(join(folder, FLOW_FILE), JSON.stringify(redFlows(target)));
    const { started, stop } = await startProcesses(NAME, folder, async (children, out) => {
      const server = fork(new URL('server-process.ts', import.meta.url), [installed, folder, String(round)], {
        cwd: folder,
        execArgv: [],
        stdio: ['ignore', out, out, 'ipc'],
      });
      children.push(server);
      return listeningSchema.parse(await firstMessage(server));
    });
    return overHttp(NAME, (workload) => `http://127.0.0.1:${started.port}/${workload}`, stop);
  },
});
