import { join } from 'node:path';
import type { Command } from 'commander';
import type { CountersignError } from '../../flow/error.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { writeFileAtomic } from '../../manifest/atomic.ts';
import { makeFolder } from '../../manifest/make-folder.ts';
import { readSystemFiles } from '../../sandbox/systems-folder.ts';
import { startSystemsServer } from '../../sandbox/systems-server.ts';
import { bindingOf } from '../../studio/local-documents.ts';
import { openWorkspace, type Workspace } from '../../studio/workspace.ts';
import { body, usage, type Answer, type Talk, type Wiring } from '../command.ts';
import { workspaceOf } from '../place.ts';

interface SystemsOptions {
  data: string;
  port: string;
  seed: string;
  bindings?: string;
}

export function addSystems(program: Command, wiring: Wiring): void {
  program
    .command('systems')
    .description(
      'Serve a workspace’s simulated systems on this machine, for a runner to be bound to. Nothing in them is real.',
    )
    .argument('[workspace]', 'the workspace', '.')
    .requiredOption('--data <file>', 'where they remember')
    .option('--port <number>', 'port; 0 takes a free one', '0')
    .option('--seed <number>', 'the same seed gives the same customers and tickets', '1')
    .option('--bindings <folder>', 'write bindings to them into this folder, such as a runner’s bindings')
    .action(body(wiring, (talk, path: string, options: SystemsOptions) => systems(talk, path, options)));
}

async function systems(talk: Talk, path: string, options: SystemsOptions): Promise<Answer> {
  const [port, seed] = [Number(options.port), Number(options.seed)];
  if (!Number.isSafeInteger(port) || port < 0 || port > 65535)
    throw usage(`--port is a number from 0 to 65535, and is ${options.port}.`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw usage(`--seed is a whole number, and is ${options.seed}.`);
  const root = workspaceOf(path);
  const files = await readSystemFiles(join(root, 'connections'), join(root, 'systems'));
  const broken: CountersignError[] = [];
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const onBroken = (error: CountersignError) => {
    broken.push(error);
    stop();
  };
  const server = await startSystemsServer({
    ...files,
    dataFile: options.data,
    seed,
    port,
    now: () => Date.now(),
    onBroken,
  });
  if (options.bindings !== undefined) bindToSystems(openWorkspace(root), server.connections, options.bindings);
  talk.say(`listening on ${server.url}; Ctrl+C stops`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  await stopped;
  await server.close();
  const [first] = broken;
  if (first !== undefined) throw first;
  return { holds: true, json: { stopped: true }, lines: ['stopped'] };
}

/** Writes the bindings of a workspace's connections to its simulated systems, wherever they listen this time. */
export function bindToSystems(workspace: Workspace, addresses: Readonly<Record<string, string>>, folder: string): void {
  makeFolder(folder);
  for (const [connection, baseUrl] of Object.entries(addresses))
    writeFileAtomic(
      join(folder, `${connection}.binding.json`),
      prettyJson(asJson(bindingOf(workspace, connection, baseUrl))),
    );
}
