import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { toJson } from '../../feel/value.ts';
import { inputOf } from '../../flow/input.ts';
import { z } from '../../flow/zod.ts';
import { readBytes } from '../../manifest/atomic.ts';
import { readDocument } from '../../manifest/read-document.ts';
import { openCsvCases } from '../../runner/csv.ts';
import { checkFedBefore, knownTo } from '../../runner/fed-before.ts';
import { feedCases } from '../../runner/feed.ts';
import type { LoadedRelease } from '../../runner/release.ts';
import { Runner } from '../../runner/runner.ts';
import { serveRunner } from '../../runner/serve.ts';
import { heldWords } from '../../runner/status.ts';
import { caseView, type CaseView } from '../../runner/views.ts';
import { body, table, usage, type Answer, type Talk, type Wiring } from '../command.ts';
import { wrapped } from '../wrap.ts';
import { passphrase } from './keys.ts';

interface RunOptions {
  runner: string;
  data?: string;
  input?: string;
  key?: string;
  anew?: boolean;
  takeOver?: boolean;
}

interface ServeOptions {
  runner: string;
  manifest?: string;
  port: string;
  takeOver?: boolean;
}

const TAKE_OVER = [
  '--take-over',
  'put this engine in the place of one that hangs; that one ends when it wakes',
] as const;

/** Who starts cases here: whoever is logged in at this machine. Four eyes compare with this name. */
const OPERATOR = { issuer: 'command line', subject: userInfo().username, role: 'operator', method: 'shell' };

export function addRun(program: Command, wiring: Wiring): void {
  program
    .command('run')
    .description(
      'Run a signed manifest on a runner folder: every row of a CSV file, or one input. The same command again goes on.',
    )
    .argument('<manifest>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--data <file>', 'CSV file; a case for each row')
    .option('--input <file>', 'JSON file with the input of one case')
    .option(
      '--key <text>',
      'with --input: the same key starts the case once; with --data: the column that holds the key of each row, so that rows can be appended',
    )
    .option('--anew', 'with --data: start every row, although the file begins with rows that another one has started')
    .option(...TAKE_OVER)
    .action(body(wiring, (talk, manifest: string, options: RunOptions) => run(talk, manifest, options)));
  program
    .command('serve')
    .description('Run an engine on a runner folder and take cases and decisions over HTTP, on this machine only.')
    .option('--manifest <file>', 'accept this manifest first')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--port <number>', 'port; 0 takes a free one', '0')
    .option(...TAKE_OVER)
    .action(body(wiring, (talk, options: ServeOptions) => serve(talk, options)));
}

/** @param only the one case that may go on, where a runner is there for a command about it */
export const openRunner = (folder: string, takeOver = false, only: string | null = null): Runner =>
  new Runner({
    folder,
    secrets: process.env,
    passphrase: passphrase(),
    takeOver,
    ...(only === null ? {} : { only }),
  });

export async function run(talk: Talk, manifest: string, options: RunOptions): Promise<Answer> {
  if ((options.data === undefined) === (options.input === undefined))
    throw usage(
      'Give --data or --input, and not both.',
      'Add one of them, such as --data data/new-messages.csv or --input case.json.',
    );
  if (options.key?.trim() === '') throw usage('--key is empty.');
  if (options.anew === true && options.data === undefined) throw usage('--anew goes with --data.');
  const runner = openRunner(options.runner, options.takeOver);
  try {
    const release = runner.accept(manifest);
    if (options.data !== undefined) return await runRows(talk, runner, release, options.data, options);
    return await runOne(runner, release, options);
  } finally {
    const outage = await runner.close();
    if (outage !== null) talk.say(`No checkpoint was written: ${outage.message} ${outage.hint}`);
  }
}

/** Runs every row of a CSV file; what an earlier try had started goes on and is not started again. */
export async function runRows(
  talk: Talk,
  runner: Runner,
  release: LoadedRelease,
  data: string,
  { key, anew = false }: Pick<RunOptions, 'key' | 'anew'> = {},
): Promise<Answer> {
  const cases = await openCsvCases(data, release.program, key ?? null);
  if (!anew) await checkFedBefore(knownTo(runner), release, cases);
  const progress = await feedCases(runner.engine, release, cases, OPERATOR, (now) =>
    talk.progress('cases', now.started, now.count),
  );
  talk.endProgress();
  const counts = countsOf(runner);
  return {
    holds: true,
    json: { rows: progress.count, startedBefore: progress.again, counts },
    lines: [
      `${progress.count} ${progress.count === 1 ? 'row' : 'rows'}${progress.again === 0 ? '' : `, ${progress.again} of them started before`}`,
      'All cases of this runner, by how they stand:',
      ...table(Object.entries(counts).map(([what, n]) => [`  ${what}`, String(n)])),
    ],
  };
}

function countsOf(runner: Runner): Record<string, number> {
  return Object.fromEntries(
    runner.engine
      .reader()
      .runCounts()
      .map(({ status, result, runs }) => [result ?? status, runs]),
  );
}

async function runOne(runner: Runner, release: LoadedRelease, options: RunOptions): Promise<Answer> {
  const file = options.input ?? '';
  const given = readDocument(readBytes(file), z.record(z.string(), z.json()), {
    code: 'INPUT_INVALID',
    what: `the input ${file}`,
    hint: 'Give a JSON object with the fields of the flow’s input.',
    file,
  });
  const input = inputOf(release.program.flow.input, given);
  const { run: id } = await runner.engine.start({
    program: release.program,
    release: String(release.release),
    manifest: release.manifest.digest,
    key: options.key ?? null,
    initiator: OPERATOR,
    input,
  });
  await runner.engine.idle(true);
  const view = caseView(runner, id);
  return {
    holds: view.status !== 'failed',
    json: { ...view, input: toJson(input) },
    lines: [
      `${id}: ${view.result ?? view.status}`,
      ...view.story.flatMap((step) => wrapped(`${step.name}: ${step.sentence}`, '  ', '    ')),
      ...goesOn(view, options.runner),
    ],
  };
}

/** What has to be done for a case that has not ended to go on: the engine of this command is gone when it is read. */
export function goesOn(
  { id, status, suspended }: Pick<CaseView, 'id' | 'status' | 'suspended'>,
  runner: string,
): string[] {
  const engine = `countersign serve --runner ${runner}`;
  const told = (words: string): string[] => [
    `  What to do: ${words}`,
    `  Where it stands: countersign runs show ${id} --runner ${runner}`,
  ];
  if (suspended !== null)
    return told(`it is suspended: countersign runs resume ${id} --runner ${runner} --as … --reason …`);
  switch (status) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return [];
    case 'in doubt':
      return told(`somebody has to say whether it happened: countersign approvals --runner ${runner}`);
    case 'waiting':
      return told(
        `it waits for a person, a message or a time: countersign approvals --runner ${runner} lists the tasks; for the rest an engine has to run: ${engine}`,
      );
    case 'queued':
      return told(`it waits for the cases before it; an engine has to run: ${engine}`);
    case 'running':
    case 'calling':
    case 'retrying':
      return told(`no engine is left here to try it again; it goes on as soon as one runs: ${engine}`);
  }
}

async function serve(talk: Talk, options: ServeOptions): Promise<Answer> {
  const port = Number(options.port);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65535)
    throw usage(`--port is a number from 0 to 65535, and is ${options.port}.`);
  const runner = openRunner(options.runner, options.takeOver);
  try {
    if (options.manifest !== undefined) runner.accept(options.manifest);
    const serving = await serveRunner(runner, port);
    talk.say(`listening on ${serving.url}; the token is in ${runner.paths.token}; Ctrl+C stops`);
    for (const held of runner.held) talk.say(heldWords(held));
    const asked = new Promise<null>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null));
    });
    const replaced = await Promise.race([asked, runner.replaced]);
    await serving.close();
    if (replaced !== null) throw replaced;
  } finally {
    await runner.close();
  }
  return { holds: true, json: { stopped: true }, lines: ['stopped'] };
}
