import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '../../flow/zod.ts';
import type { Runner } from '../../runner/runner.ts';
import { engineAt, serveRunner } from '../../runner/serve.ts';
import { decide } from '../commands/approvals.ts';

const startedSchema = z.object({ run: z.string() });
const caseSchema = z.object({
  status: z.string(),
  result: z.string().nullable(),
  story: z.array(
    z.object({
      name: z.string(),
      visit: z.number(),
      port: z.string().nullable(),
      sentence: z.string(),
      atMs: z.number(),
    }),
  ),
});
const tasksSchema = z.object({
  tasks: z.array(z.object({ id: z.string(), run: z.string(), role: z.string(), title: z.string() })),
});

export interface Approver {
  person: string;
  roles: readonly string[];
  keyFile: string;
}

/**
 * One case that arrives over HTTP, told step by step as it happens. A task on its way is decided by the approver who
 * holds the role, with a signature, through the same command that an approver uses.
 */
export async function liveCase(
  runner: Runner,
  input: Record<string, unknown>,
  approvers: readonly Approver[],
  say: (line: string) => void,
): Promise<void> {
  const serving = await serveRunner(runner, 0);
  try {
    const client = engineAt(serving.url, serving.token);
    say(`POST ${serving.url}/cases`);
    const { run } = startedSchema.parse(await client.post('/cases', { input, initiator: 'web form' }, keyOf(input)));
    const told = new Set<string>();
    for (let quiet = 0; quiet < 200; quiet++) {
      const now = caseSchema.parse(await client.get(`/cases/${run}`));
      for (const step of now.story) {
        const line = `${step.name} ${step.visit} ${step.port ?? ''} ${step.sentence}`;
        if (told.has(line)) continue;
        told.add(line);
        quiet = 0;
        say(`  ${`+${(step.atMs / 1000).toFixed(2)} s`.padEnd(9)} ${step.name.padEnd(16)} ${step.sentence}`);
      }
      if (now.status === 'completed' || now.status === 'failed') return;
      if (now.status === 'waiting') await decideNext(runner, client, run, approvers, say);
      await sleep(25);
    }
  } finally {
    await serving.close();
  }
}

/** The demo given again starts the same case; a key names what it is for and does not say it. */
const keyOf = (input: Record<string, unknown>): string =>
  `live-${createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 32)}`;

async function decideNext(
  runner: Runner,
  client: ReturnType<typeof engineAt>,
  run: string,
  approvers: readonly Approver[],
  say: (line: string) => void,
): Promise<void> {
  const { tasks } = tasksSchema.parse(await client.get(`/tasks?run=${run}`));
  const [task] = tasks;
  if (task === undefined) return;
  const approver = approvers.find((one) => one.roles.includes(task.role));
  if (approver === undefined) return;
  say(`  ${''.padEnd(9)} ${approver.person} signs: countersign approvals approve ${task.id} --as ${approver.person} …`);
  await decide(task.id, 'approved', {
    runner: runner.folder,
    as: approver.person,
    key: approver.keyFile,
    comment: 'Looked at in the demo.',
  });
}
