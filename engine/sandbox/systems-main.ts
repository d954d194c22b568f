import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CountersignError, toErrorShape } from '../flow/error.ts';
import { readSystemFiles } from './systems-folder.ts';
import { startSystemsServer } from './systems-server.ts';

/*
 * The simulated systems as a process of their own:
 *   node engine/sandbox/systems-main.ts --documents DIR --data FILE [--connections DIR] [--port 0] [--seed 1] [--with-parent]
 * Prints one JSON line {url, connections} when it listens. With --with-parent it ends when its standard input closes,
 * so that it never outlives a test or a demo that was killed. Exit codes: 0 ended, 2 wrong use, 3 the environment failed.
 */

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text)) return value;
  throw new CountersignError({
    code: 'USAGE',
    message: `--${option} is not a whole number: ${text}`,
    hint: `Give --${option} a whole number.`,
  });
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      documents: { type: 'string' },
      connections: { type: 'string' },
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      'with-parent': { type: 'boolean', default: false },
    },
  });
  if (values.documents === undefined || values.data === undefined)
    throw new CountersignError({
      code: 'USAGE',
      message: 'The simulated systems need --documents and --data.',
      hint: 'Give the folder of the *.system.json files and the file in which the systems remember.',
    });
  return {
    documents: values.documents,
    connections: values.connections ?? join(dirname(values.documents), 'connections'),
    data: values.data,
    port: wholeNumber(values.port, 'port'),
    seed: wholeNumber(values.seed, 'seed'),
    withParent: values['with-parent'],
  };
}

function fail(error: unknown): never {
  const usage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const shape = usage
    ? {
        ...toErrorShape(error),
        code: 'USAGE' as const,
        meaning: undefined,
        hint: 'See the options at the top of systems-main.ts.',
        fault: 'user' as const,
      }
    : toErrorShape(error);
  process.stderr.write(`${JSON.stringify(shape)}\n`);
  process.exit(shape.code === 'USAGE' ? 2 : 3);
}

try {
  const options = readOptions();
  const files = await readSystemFiles(options.connections, options.documents);
  const server = await startSystemsServer({
    ...files,
    dataFile: options.data,
    seed: options.seed,
    port: options.port,
    now: () => Date.now(),
    onBroken: fail,
  });
  const end = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (options.withParent) {
    process.stdin.resume();
    process.stdin.once('end', end);
    process.stdin.once('error', end);
  }
  process.stdout.write(`${JSON.stringify({ url: server.url, connections: server.connections })}\n`);
} catch (error) {
  fail(error);
}
