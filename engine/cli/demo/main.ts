import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { CountersignError } from '../../flow/error.ts';
import { prettyJson } from '../../flow/json.ts';
import { z } from '../../flow/zod.ts';
import { readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { readPublicKey } from '../../manifest/keys.ts';
import { openCsvCases } from '../../runner/csv.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { readyFlow } from '../../studio/export.ts';
import { bindToSystems } from '../commands/systems.ts';
import { spawnSystems } from '../../studio/systems.ts';
import { openWorkspace, type Workspace } from '../../studio/workspace.ts';
import { answerWith, usage, type Answer, type Io, type Talk } from '../command.ts';
import { makeKey } from '../commands/keys.ts';
import { exportCommand, verify } from '../commands/manifest.ts';
import { openRunner, runRows } from '../commands/run.ts';
import { writeRunnerFolder } from '../commands/runner.ts';
import { test } from '../commands/test.ts';
import { liveCase, type Approver } from './live-case.ts';
import { report } from './report.ts';

/*
 * The main job from end to end, through the same code as the commands: test, keys, export, sign, verify, run every row,
 * one live case over HTTP, and a table asked of the journal. Killed and started again it goes on where it was.
 */

const WORKSPACE = resolve(import.meta.dirname, '../../../examples/support-desk');
const FLOW = 'flows/support-desk.flow.json';
const NOT_AFTER = '2036-12-31T23:59:59Z';
const LIVE = {
  message: 'The grocer charged me twice yesterday, I want the second payment back please',
  ticket: '900006',
};

/** `demo.json`: what marks a folder as the demo's own. Until it is prepared it has no manifest. */
const stateSchema = z.strictObject({ data: z.string(), manifest: z.string().nullable(), finished: z.boolean() });
type State = z.infer<typeof stateSchema> & { manifest: string };

export interface DemoPaths {
  folder: string;
  state: string;
  keys: string;
  runner: string;
  systems: string;
}

const pathsOf = (folder: string): DemoPaths => ({
  folder,
  state: join(folder, 'demo.json'),
  keys: join(folder, 'keys'),
  runner: join(folder, 'runner'),
  systems: join(folder, 'systems.sqlite'),
});

async function demo(talk: Talk, data: string, folder: string): Promise<Answer> {
  const paths = pathsOf(folder);
  const workspace = openWorkspace(WORKSPACE);
  // A file that cannot be read as cases is refused before anything is made or removed.
  await openCsvCases(data, readyFlow(workspace, FLOW).program);
  const state = unfinished(paths, data) ?? (await prepare(talk, paths, data, workspace));
  talk.say(`\nEvery row of ${data} becomes a case`);
  const systems = await spawnSystems({
    root: WORKSPACE,
    data: paths.systems,
    ended: (error) => talk.say(`The simulated systems stopped: ${error.message}`),
  });
  try {
    bindToSystems(workspace, systems.connections, runnerPaths(paths.runner).bindings);
    const runner = openRunner(paths.runner);
    try {
      await runRows(talk, runner, runner.accept(state.manifest), data);
      talk.say('\nOne live case arrives over HTTP');
      await liveCase(runner, LIVE, approvers(paths), (line) => talk.say(line));
    } finally {
      await runner.close();
    }
  } finally {
    await systems.close();
  }
  save(paths, { ...state, finished: true });
  const card = workspace.models.get('support-topics')?.card;
  if (card === undefined) throw new Error('the sample workspace has its model');
  const seen = seenInTraining(data);
  const told = report(paths.runner, card);
  return {
    holds: told.verified,
    json: { folder, ...told.json, seenInTraining: seen },
    lines: ['', ...told.lines, ...seenLine(seen), '', ...nextSteps(paths)],
  };
}

/** Makes everything that a run needs: tested, keyed, exported, signed and verified. */
async function prepare(talk: Talk, paths: DemoPaths, data: string, workspace: Workspace): Promise<State> {
  clear(paths);
  save(paths, { data: resolve(data), manifest: null, finished: false });
  talk.say('Testing the flow in the sandbox, where nothing real can be reached');
  const tested = await test(talk, WORKSPACE);
  for (const line of tested.lines.slice(-3)) talk.say(`  ${line}`);
  talk.say('Making keys: an author’s, a releaser’s, and two approvers’');
  const author = makeKey('author', join(paths.keys, 'author'), 'Ada Author');
  const release = makeKey('release', join(paths.keys, 'release'), 'Rae Release');
  for (const one of approvers(paths)) makeKey('approver', one.keyFile.replace(/\.key\.json$/, ''), one.person);
  talk.say('Exporting and signing the manifest');
  const releases = join(paths.folder, 'releases');
  const exported = await exportCommand(talk, join(WORKSPACE, FLOW), {
    release: '1',
    out: releases,
    notAfter: NOT_AFTER,
    author: 'Ada Author',
    key: [author.privatePath, release.privatePath],
  });
  for (const line of exported.lines) talk.say(`  ${line}`);
  writeRunnerFolder(paths.runner, {
    keys: [author.publicPath, release.publicPath].map((file) => readPublicKey(readBytes(file))),
    people: approvers(paths).map((one) => personOf(one)),
    policy: workspace.policy,
    bindings: [],
  });
  const manifest = join(releases, 'support-desk-1.manifest.json');
  for (const line of verify(manifest, runnerPaths(paths.runner).trust, Date.now()).lines) talk.say(`  ${line}`);
  const state: State = { data: resolve(data), manifest, finished: false };
  save(paths, state);
  return state;
}

/** The demo that was begun on this data and did not come to its end, or null. */
function unfinished(paths: DemoPaths, data: string): State | null {
  if (!existsSync(paths.state)) return null;
  const state = stateSchema.safeParse(JSON.parse(readFileSync(paths.state, 'utf8')));
  if (!state.success || state.data.finished || state.data.data !== resolve(data)) return null;
  const { manifest } = state.data;
  return manifest === null ? null : { ...state.data, manifest };
}

function save(paths: DemoPaths, state: z.infer<typeof stateSchema>): void {
  writeFileAtomic(paths.state, prettyJson(state));
}

/** Empties the demo's folder but for its mark. A folder that holds something and is not the demo's is never touched. */
function clear(paths: DemoPaths): void {
  mkdirSync(paths.folder, { recursive: true });
  const entries = readdirSync(paths.folder);
  if (entries.length > 0 && !existsSync(paths.state))
    throw new CountersignError({
      code: 'FILE_EXISTS',
      message: `${paths.folder} holds files that are not the demo’s.`,
      meaning: 'The demo begins with an empty folder, and nothing was removed.',
      where: { file: paths.folder },
      hint: 'Name an empty folder, or one that is not there yet.',
    });
  for (const entry of entries)
    if (join(paths.folder, entry) !== paths.state) rmSync(join(paths.folder, entry), { recursive: true, force: true });
}

const approvers = (paths: DemoPaths): Approver[] => [
  { person: 'ana', roles: ['agent'], keyFile: join(paths.keys, 'ana.key.json') },
  { person: 'leo', roles: ['team lead', 'operator'], keyFile: join(paths.keys, 'leo.key.json') },
];

function personOf(approver: Approver) {
  const key = readPublicKey(readBytes(approver.keyFile.replace(/\.key\.json$/, '.pub.json')));
  return {
    id: approver.person,
    name: key.name,
    roles: [...approver.roles],
    keys: [{ keyId: key.keyId, publicKey: key.publicKey }],
  };
}

/** How many of the messages that were decided stand word for word among those the model learned from. */
function seenInTraining(data: string): { messages: number; seen: number } {
  const texts = (file: string): string[] =>
    z
      .array(z.looseObject({ text: z.string() }))
      .parse(parse(readFileSync(file, 'utf8'), { bom: true, columns: true, skip_empty_lines: true }))
      .map((row) =>
        row.text
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]+/gu, ' ')
          .trim(),
      );
  const learned = new Set(texts(join(WORKSPACE, 'data', 'messages.csv')));
  const decided = texts(data);
  return { messages: decided.length, seen: decided.filter((text) => learned.has(text)).length };
}

const seenLine = ({ messages, seen }: { messages: number; seen: number }): string[] => [
  `Seen in training              ${seen} of ${messages} messages, word for word`,
];

function nextSteps(paths: DemoPaths): string[] {
  return [
    'What to type next',
    `  npx countersign approvals --runner ${paths.runner}`,
    `  npx countersign runs --runner ${paths.runner}`,
    `  npx countersign audit verify --runner ${paths.runner}`,
    '  npm start',
  ];
}

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  nowMs: () => Date.now(),
};

const OPTIONS = { data: { type: 'string' }, folder: { type: 'string' }, json: { type: 'boolean' } } as const;

function options() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw usage(
      error instanceof Error ? error.message : String(error),
      'npm run demo [-- --data FILE.csv] [--folder DIR] [--json]',
    );
  }
}

process.exitCode = await answerWith(io, process.argv.includes('--json'), (talk) => {
  const { data, folder } = options();
  return demo(talk, data ?? join(WORKSPACE, 'data', 'new-messages.csv'), resolve(folder ?? '.countersign/demo'));
});
