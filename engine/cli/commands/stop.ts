import type { Command } from 'commander';
import { openRunnerReading } from '../../runner/reading.ts';
import { stopsIn } from '../../runner/stops.ts';
import { byAndWhy, operatorOf, type ByAndWhy } from '../by-and-why.ts';
import { body, table, type Answer, type Wiring } from '../command.ts';
import { handOver } from '../hand-over.ts';

type SwitchOptions = ByAndWhy & { runner: string; flow?: string };

export function addStop(program: Command, wiring: Wiring): void {
  const stop = program.command('stop').description('The stop switch: of one flow, or of everything.');
  switching(
    stop.command('set').description('Begin nothing more; it holds until “stop lift”, also after a restart.'),
  ).action(body(wiring, (_talk, options: SwitchOptions) => turn('stop', options)));
  switching(stop.command('lift').description('Let go on what was stopped.')).action(
    body(wiring, (_talk, options: SwitchOptions) => turn('go on', options)),
  );
  stop
    .command('list', { isDefault: true })
    .description('Say what is stopped, by whom and why.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (_talk, options: { runner: string }) => list(options.runner)));
}

const switching = (command: Command): Command =>
  byAndWhy(
    command
      .requiredOption('--runner <folder>', 'the runner folder')
      .option('--flow <path>', 'one flow by its path in its workspace; everything when left out'),
  );

async function turn(what: 'stop' | 'go on', { runner, flow, as, reason }: SwitchOptions): Promise<Answer> {
  const path = flow ?? null;
  const message = { flow: path, by: as, reason };
  await handOver(runner, what === 'stop' ? '/stops' : '/stops/lift', message, (one) =>
    what === 'stop' ? one.stop(path, operatorOf(as), reason) : one.goOn(path, operatorOf(as), reason),
  );
  const name = path ?? 'everything';
  return { holds: true, json: { flow: path }, lines: [what === 'stop' ? `stopped: ${name}` : `goes on: ${name}`] };
}

function list(folder: string): Answer {
  const reading = openRunnerReading(folder);
  try {
    const stops = stopsIn(reading.engine.reader());
    return {
      holds: true,
      json: { stops },
      lines:
        stops.length === 0
          ? ['Nothing is stopped.']
          : table(
              stops.map((one) => [
                one.flow ?? 'everything',
                one.by.subject,
                new Date(one.at).toISOString(),
                one.reason,
              ]),
            ),
    };
  } finally {
    reading.close();
  }
}
