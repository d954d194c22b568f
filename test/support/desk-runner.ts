import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '../../engine/flow/zod.ts';
import { BINDING_FORMAT } from '../../engine/connections/binding.ts';
import { connectionSchema } from '../../engine/connections/contract.ts';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { hostSystems, type RunningSystems } from '../../engine/studio/systems.ts';
import { answerOf, holds } from './command-line.ts';
import { scratch } from './folder.ts';
import { copySupportDesk } from './support-desk.ts';

const tasksSchema = z.object({
  tasks: z.array(z.object({ id: z.string(), run: z.string(), role: z.string(), title: z.string() })),
});
const casesSchema = z.object({
  cases: z.array(z.object({ id: z.string(), status: z.string(), result: z.string().nullable() })),
});

/** The sample workspace, released and at work on a runner folder that was made by the commands. */
export interface DeskRunner {
  runner: string;
  manifest: string;
  /** Path of a key's files without their endings: ada (author), rae (release), ana (agent), leo (team lead, operator). */
  key: (name: string) => string;
  /** The `.pub.json` of all keys whose signatures are on record, the log's own included. */
  publicKeys: () => string[];
  file: (name: string) => string;
  /** Runs the messages of the sample from one row to another. */
  runRows: (from: number, to: number) => Promise<void>;
  openTasks: () => Promise<{ id: string; run: string; role: string; title: string }[]>;
  /** Decides the task as whoever holds its role. */
  decide: (task: { id: string; role: string }, what: 'approve' | 'reject', comment?: string) => Promise<void>;
  cases: () => Promise<{ id: string; status: string; result: string | null }[]>;
  systems: RunningSystems;
  remove: () => Promise<void>;
}

export async function deskRunner(name: string): Promise<DeskRunner> {
  const folder = scratch(name);
  const file = (one: string): string => join(folder.path, one);
  const root = copySupportDesk(file('desk'));
  const runner = file('runner');
  const key = (one: string): string => file(join('keys', one));
  const systems = await hostSystems({ root, data: file('systems.sqlite'), ended: () => undefined });
  for (const [purpose, one] of [
    ['author', 'ada'],
    ['release', 'rae'],
    ['approver', 'ana'],
    ['approver', 'leo'],
  ] as const)
    await holds('keys', 'new', purpose, key(one), '--name', one);
  const signed = ['--key', `${key('ada')}.key.json`, `${key('rae')}.key.json`];
  await holds('export', root, '--release', '1', '--not-after', '2099-01-01T00:00:00Z', '--author', 'Ada', ...signed);
  const bindings = Object.entries(systems.connections).map(([connection, baseUrl]) => bind(root, connection, baseUrl));
  const people = [`ana:agent:${key('ana')}.pub.json`, `leo:team lead,operator:${key('leo')}.pub.json`];
  const trust = ['--trust', `${key('ada')}.pub.json`, `${key('rae')}.pub.json`];
  const policy = ['--policy', join(root, 'policy.json')];
  await holds('runner', 'init', runner, ...trust, '--person', ...people, ...policy, '--binding', ...bindings);
  const manifest = join(root, 'releases', 'support-desk-1.manifest.json');
  const messages = readFileSync(join(root, 'data/new-messages.csv'), 'utf8').split('\n');
  return {
    runner,
    manifest,
    key,
    publicKeys: () => [join(runner, 'log'), ...['ada', 'rae', 'ana', 'leo'].map(key)].map((one) => `${one}.pub.json`),
    file,
    runRows: async (from, to) => {
      const data = file(`rows-${from}.csv`);
      writeFileSync(data, `${[messages[0], ...messages.slice(1 + from, 1 + to)].join('\n')}\n`);
      await holds('run', manifest, '--runner', runner, '--data', data);
    },
    openTasks: async () => (await answerOf(tasksSchema, 'approvals', 'list', '--runner', runner)).tasks,
    decide: async (task, what, comment = '') => {
      const who = task.role === 'agent' ? 'ana' : 'leo';
      const as = ['--runner', runner, '--as', who, '--key', `${key(who)}.key.json`];
      await holds('approvals', what, task.id, ...as, ...(comment === '' ? [] : ['--comment', comment]));
    },
    cases: async () => (await answerOf(casesSchema, 'runs', 'list', '--runner', runner, '--limit', '1000')).cases,
    systems,
    remove: async () => {
      await systems.close();
      folder.remove();
    },
  };
}

/** A binding that grants all actions of a connection of the workspace. Gives its file. */
function bind(root: string, connection: string, baseUrl: string): string {
  const document = readFileSync(join(root, 'connections', `${connection}.connection.json`), 'utf8');
  const { actions } = connectionSchema.parse(JSON.parse(document));
  const file = join(root, `${connection}.binding.json`);
  const binding = { format: BINDING_FORMAT, version: 1, connection, baseUrl, allow: { private: true } };
  writeFileSync(file, prettyJson(asJson({ ...binding, grants: Object.keys(actions) })));
  return file;
}
