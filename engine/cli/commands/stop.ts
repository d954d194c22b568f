import type { Command } from 'commander';
import { openJournal } from '../../journal/sqlite-journal.ts';
import { acceptedIn } from '../../runner/accepted.ts';
import { flowsHeldIn, type FlowsHeld } from '../../runner/flows-held.ts';
import { checkRunnerFolder, runnerPaths } from '../../runner/folder.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { engineOn } from '../../runner/serve.ts';
import {
  checkFlow,
  holding,
  liftedSchema,
  stopDraft,
  stopsIn,
  stopsToldSchema,
  toldStop,
  type StopTold,
} from '../../runner/stops.ts';
import { systemRandom } from '../../runner/system-random.ts';
import { actorWords } from '../../runtime/story.ts';
import { byAndWhy, operatorOf, type ByAndWhy } from '../by-and-why.ts';
import { body, table, type Answer, type Talk, type Wiring } from '../command.ts';
import { givenOut } from '../given-out.ts';

type SwitchOptions = ByAndWhy & { runner: string; flow?: string };

export function addStop(program: Command, wiring: Wiring): void {
  const stop = program.command('stop').description('The stop switch: of one flow, or of everything.');
  switching(
    stop
      .command('set')
      .description(
        'Begin nothing more; it holds until “stop lift”, also after a restart. Flows that contain the flow stop as well.',
      ),
  ).action(body(wiring, (talk, options: SwitchOptions) => set(talk, options)));
  switching(stop.command('lift').description('Let go on what was stopped.')).action(
    body(wiring, (talk, options: SwitchOptions) => lift(talk, options)),
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
  ).addHelpText('after', '\nWhere no engine runs on the folder, no case goes on for it.');

const named = (flow: string | null): string => flow ?? 'everything';

/** What a stop holds beside its flow, in words; nothing where there is no such flow. */
export const alsoWords = ({ also }: Pick<StopTold, 'also'>, flow = 'it'): string[] =>
  also.length === 0
    ? []
    : [`also stops: ${also.join(', ')}, which ${also.length === 1 ? 'contains' : 'contain'} ${flow}`];

async function set(talk: Talk, options: SwitchOptions): Promise<Answer> {
  const { as, reason } = options;
  const flow = options.flow ?? null;
  const engine = await engineOn(options.runner);
  const { stops } =
    engine === null
      ? await atRest(talk, options, 'stop')
      : stopsToldSchema.parse(await engine.post('/stops', { flow, by: as, reason }));
  const also = stops.find((stop) => stop.flow === flow)?.also ?? [];
  return { holds: true, json: { flow, also }, lines: [`stopped: ${named(flow)}`, ...alsoWords({ also })] };
}

async function lift(talk: Talk, options: SwitchOptions): Promise<Answer> {
  const { as, reason } = options;
  const flow = options.flow ?? null;
  const engine = await engineOn(options.runner);
  const { was, still } =
    engine === null
      ? await atRest(talk, options, 'go on')
      : liftedSchema.parse(await engine.post('/stops/lift', { flow, by: as, reason }));
  const head = was ? (still.length === 0 ? 'goes on' : 'lifted') : 'was not stopped';
  return {
    holds: still.length === 0,
    json: { flow, was, still },
    lines: [
      `${head}: ${named(flow)}`,
      ...still.map((one) => `still stopped: ${named(one.flow)}, by ${actorWords(one.by)}: ${one.reason}`),
    ],
  };
}

/**
 * The switch of a folder on which no engine runs: on its journal alone, whatever else is wrong with the folder, and without
 * any case going on. What does not work with its checkpoint is said.
 */
async function atRest(
  talk: Talk,
  { runner, flow: path, as, reason }: SwitchOptions,
  what: 'stop' | 'go on',
): Promise<{ was: boolean; stops: StopTold[]; still: StopTold[] }> {
  const flow = path ?? null;
  const paths = runnerPaths(runner);
  const random = systemRandom();
  checkRunnerFolder(runner);
  const journal = openJournal({ path: paths.journal, now: () => Date.now(), random });
  try {
    const flows = flowsHeldIn(paths.releases, acceptedIn(journal));
    checkFlow(flow, flows, stopsIn(journal));
    const was = stopsIn(journal).some((stop) => stop.flow === flow);
    if (was || what === 'stop') {
      journal.append([stopDraft(what, flow, operatorOf(as), reason, Date.now())]);
      await givenOut(talk, runner, journal);
    }
    const stops = stopsIn(journal);
    const told = (some: typeof stops): StopTold[] => some.map((stop) => toldStop(stop, flows));
    return { was, stops: told(stops), still: told(holding(stops, flow, flows)) };
  } finally {
    journal.close();
  }
}

function list(folder: string): Answer {
  const reading = openRunnerReading(folder);
  try {
    const reader = reading.engine.reader();
    const flows: FlowsHeld = flowsHeldIn(runnerPaths(folder).releases, acceptedIn(reader));
    const stops = stopsIn(reader).map((stop) => toldStop(stop, flows));
    return {
      holds: true,
      json: { stops },
      lines:
        stops.length === 0
          ? ['Nothing is stopped.']
          : table(
              stops.map((one) => [
                named(one.flow),
                one.by.subject,
                new Date(one.at).toISOString(),
                [one.reason, ...alsoWords(one)].join('; '),
              ]),
            ),
    };
  } finally {
    reading.close();
  }
}
