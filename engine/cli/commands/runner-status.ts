import type { Command } from 'commander';
import { errorShapeSchema } from '../../flow/error-schema.ts';
import { z } from '../../flow/zod.ts';
import { engineOn } from '../../runner/serve.ts';
import { statusAtRest, type RunnerStatus } from '../../runner/status.ts';
import { body, type Answer, type Wiring } from '../command.ts';

const outage = errorShapeSchema.nullable();
const moment = z.number().nullable();
const statusSchema = z.object({
  engine: z.enum(['running', 'not running']),
  events: z.int(),
  checkpoint: z.object({ covered: z.int(), behind: z.int(), writtenAt: moment, outage }),
  sinks: z
    .array(
      z.object({
        name: z.string(),
        covered: z.int(),
        behind: z.int(),
        takenAt: moment,
        listed: z.boolean(),
        outage,
      }),
    )
    .nullable(),
  connections: z
    .array(
      z.object({ connection: z.string(), state: z.enum(['paused', 'probing']), since: z.number(), until: z.number() }),
    )
    .nullable(),
  troubles: z.array(z.string()),
});

/** `runner status`: how far checkpoints lag, and whether they leave the machine. */
export function addStatus(runner: Command, wiring: Wiring): void {
  runner
    .command('status')
    .description('How the record stands: how far checkpoints lag, and how far each sink outside has them.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (_talk, options: { runner: string }) => status(options.runner)));
}

async function status(folder: string): Promise<Answer> {
  const engine = await engineOn(folder);
  const now: RunnerStatus = engine === null ? statusAtRest(folder) : statusSchema.parse(await engine.get('/status'));
  const { checkpoint, sinks, connections, troubles } = now;
  const at = (ms: number | null): string => (ms === null ? '' : ` at ${new Date(ms).toISOString()}`);
  return {
    holds: troubles.length === 0,
    json: now,
    lines: [
      `engine ${now.engine}, ${now.events} events`,
      `checkpoint over ${checkpoint.covered}${at(checkpoint.writtenAt)}, ${checkpoint.behind} behind`,
      ...(sinks ?? []).map(
        (sink) =>
          `sink ${sink.name}: checkpoint over ${sink.covered}${at(sink.takenAt)}, ${sink.behind} behind${sink.outage === null ? '' : ', OUT'}`,
      ),
      ...(connections ?? []).map((one) => `connection ${one.connection}: ${one.state}, tried again${at(one.until)}`),
      ...troubles.map((trouble) => `  ${trouble}`),
    ],
  };
}
