import type { Command } from 'commander';
import { sinkNames } from '../../runner/checkpoint-outbox.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { engineOn } from '../../runner/serve.ts';
import { statusSchema } from '../../runner/status-schema.ts';
import { statusAtRest, type RunnerStatus } from '../../runner/status.ts';
import { actorWords } from '../../runtime/story.ts';
import { alsoWords } from './stop.ts';
import { body, type Answer, type Wiring } from '../command.ts';

/** `runner status`: how far checkpoints lag, and whether they leave the machine. */
export function addStatus(runner: Command, wiring: Wiring): void {
  runner
    .command('status')
    .description('How it stands: what is stopped, how far checkpoints lag, and how far each sink outside has them.')
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
      ...(sinks === null ? sinkNames(runnerPaths(folder).sinks) : []).map(
        (name) => `sink ${name}: how far it has checkpoints is known while an engine runs`,
      ),
      ...(connections ?? []).map((one) => `connection ${one.connection}: ${one.state}, tried again${at(one.until)}`),
      ...now.stops.map(
        ({ flow, by, at: since, reason, also }) =>
          `stopped: ${flow ?? 'everything'}, by ${actorWords(by)}${at(since)}: ${[reason, ...alsoWords({ also })].join('; ')}`,
      ),
      ...(now.stops.length === 0 ? ['nothing is stopped'] : []),
      `${now.suspended} ${now.suspended === 1 ? 'case is' : 'cases are'} suspended`,
      ...troubles.map((trouble) => `  ${trouble}`),
    ],
  };
}
