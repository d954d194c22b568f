import { once, type EventEmitter } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from '../../../engine/flow/zod.ts';
import { bodyOf } from '../w1/body.ts';
import { classify, decideByHand } from '../w2/workload.ts';
import { FLOW_FILE } from './flows.ts';

/*
 * Node-RED in a process of its own, which ends with the one that started it: no editor, nothing asked of the network.
 * Given: the folder that Node-RED is installed in, the folder of its data with the flow file, and the round.
 */

/** What is used of Node-RED when it is a part of another program. */
interface NodeRed {
  init(server: Server, settings: object): void;
  start(): Promise<void>;
  httpNode: RequestListener;
  events: EventEmitter;
}

const isNodeRed = (value: unknown): value is NodeRed =>
  typeof value === 'object' &&
  value !== null &&
  'init' in value &&
  typeof value.init === 'function' &&
  'start' in value &&
  typeof value.start === 'function' &&
  'events' in value;

process.on('disconnect', () => process.exit());

const [installed, userDir, round] = z.tuple([z.string(), z.string(), z.string()]).parse(process.argv.slice(2));
const red: unknown = createRequire(join(installed, 'package.json'))('node-red');
if (!isNodeRed(red)) throw new Error(`what is in ${installed} is no Node-RED that is known here`);

const headersOf = (id: string) => ({
  'content-type': 'application/json',
  'idempotency-key': `node-red ${round} ${id}`,
});

const server = createServer((request, response) => red.httpNode(request, response));
red.init(server, {
  userDir,
  flowFile: FLOW_FILE,
  credentialSecret: false,
  httpAdminRoot: false,
  httpNodeRoot: '/',
  disableEditor: true,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
  functionGlobalContext: { workload: { classify, decideByHand, bodyOf, headersOf } },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
});
const flowing = once(red.events, 'flows:started');
await red.start();
await flowing;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
});
