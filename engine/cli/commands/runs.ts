import type { Command } from 'commander';
import type { Again } from '../../core/try-again.ts';
import type { RunRow } from '../../journal/journal.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { tryAgain } from '../../runner/try-again.ts';
import { casesListed, LISTED_BY, suspendedIn, type Suspension } from '../../runner/cases-listed.ts';
import { caseView, type CaseView } from '../../runner/views.ts';
import { retriedOf } from '../../runtime/chain.ts';
import { byAndWhy, operatorOf, type ByAndWhy } from '../by-and-why.ts';
import { body, countOf, errorLines, table, usage, type Answer, type Wiring } from '../command.ts';
import { ALONE, handOver } from '../hand-over.ts';
import { wrapped } from '../wrap.ts';
import { storyLines } from './runs-show.ts';

/** A status in plain words, where it is not one. */
const statusWord = (status: string): string => (status === 'queued' ? 'waits for its turn' : status);

export function addRuns(program: Command, wiring: Wiring): void {
  const runs = program.command('runs').description('Look at cases: all of them, or one with its story.');
  runs
    .command('list', { isDefault: true })
    .description('List cases, the newest first, and count them by result.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--status <status>', LISTED_BY.join(', '))
    .option('--limit <number>', 'how many', '20')
    .action(body(wiring, (_talk, options: { runner: string; status?: string; limit: string }) => list(options)));
  runs
    .command('show')
    .description('Tell one case step by step.')
    .argument('<case>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (_talk, id: string, options: { runner: string }) => show(id, options.runner)));
  controlling(runs.command('cancel').description('End a case before it got there; what is under way is settled first.'))
    .option('--keep', 'leave what was done as it is, also what could be taken back')
    .action(body(wiring, (_talk, id: string, options: ControlOptions & { keep?: boolean }) => cancel(id, options)));
  controlling(runs.command('again').description('Try a case again that failed or was cancelled, as a new case.'))
    .option('--from <place>', 'failed-step, or start', 'failed-step')
    .option('--release <number>', 'a newer release of its flow; the one it ran on when left out')
    .option(
      '--knowing-effects',
      'from the start: although what was done already, as “runs show” lists it, is done again',
    )
    .action(body(wiring, (_talk, id: string, options: AgainOptions) => again(id, options)));
  controlling(runs.command('suspend').description('Begin nothing more in a case until it is resumed.')).action(
    body(wiring, (_talk, id: string, options: ControlOptions) => hold(id, 'suspend', options)),
  );
  controlling(runs.command('resume').description('Let a suspended case go on.')).action(
    body(wiring, (_talk, id: string, options: ControlOptions) => hold(id, 'resume', options)),
  );
}

const controlling = (command: Command): Command =>
  byAndWhy(command.argument('<case>').requiredOption('--runner <folder>', 'the runner folder')).addHelpText(
    'after',
    ALONE,
  );

type ControlOptions = ByAndWhy & { runner: string };
type AgainOptions = ControlOptions & { from: string; release?: string; knowingEffects?: boolean };

const PLACES: Readonly<Record<string, Again | undefined>> = { 'failed-step': 'failed step', start: 'start' };

async function again(id: string, { runner, as, reason, from, ...options }: AgainOptions): Promise<Answer> {
  const place = Object.hasOwn(PLACES, from) ? PLACES[from] : undefined;
  if (place === undefined) throw usage(`“${from}” is no place to begin at.`, 'Say --from failed-step or --from start.');
  const release = options.release === undefined ? {} : { release: countOf(options.release, '--release') };
  const effects = options.knowingEffects === true ? viewOf(id, runner).again.done.map(({ key }) => key) : [];
  const request = { again: place, ...release, reason, effects };
  await handOver({ folder: runner, run: id }, `/cases/${id}/again`, { ...request, by: as }, async (one) => {
    await tryAgain(one, { ...request, run: id, by: operatorOf(as) });
  });
  const by = viewOf(id, runner).again.retriedBy;
  return {
    holds: true,
    json: { case: id, triedAgainBy: by },
    lines: [`${id} is tried again by ${by ?? 'a new case'}`],
  };
}

function viewOf(id: string, folder: string): CaseView {
  const reading = openRunnerReading(folder);
  try {
    return caseView(reading, id);
  } finally {
    reading.close();
  }
}

async function cancel(id: string, { runner, as, reason, keep }: ControlOptions & { keep?: boolean }): Promise<Answer> {
  const undo = keep !== true;
  await handOver({ folder: runner, run: id }, `/cases/${id}/cancel`, { by: as, reason, undo }, ({ engine }) =>
    engine.cancel(id, operatorOf(as), reason, undo),
  );
  return { holds: true, json: { case: id }, lines: [`cancelled: ${id}`] };
}

async function hold(id: string, what: 'suspend' | 'resume', { runner, as, reason }: ControlOptions): Promise<Answer> {
  await handOver({ folder: runner, run: id }, `/cases/${id}/${what}`, { by: as, reason }, ({ engine }) =>
    engine[what](id, operatorOf(as), reason),
  );
  return { holds: true, json: { case: id }, lines: [`${what === 'suspend' ? 'suspended' : 'resumed'}: ${id}`] };
}

function list(options: { runner: string; status?: string; limit: string }): Answer {
  const limit = countOf(options.limit, '--limit');
  const status = LISTED_BY.find((one) => one === options.status);
  if (status === undefined && options.status !== undefined)
    throw usage(`“${options.status}” is no status of a case.`, `Choose one of: ${LISTED_BY.join(', ')}.`);
  const reading = openRunnerReading(options.runner);
  try {
    const reader = reading.engine.reader();
    const { rows, next } = casesListed(reader, suspendedIn(reader), { by: status ?? null, limit });
    const more = next !== null;
    const counts = reader.runCounts();
    return {
      holds: true,
      json: { cases: rows, counts, more },
      lines: [
        ...table(
          rows.map((row) => [
            row.id,
            standing(row, row.suspended),
            new Date(row.started).toISOString(),
            retriedOf(row.key) === null ? '' : `tries ${retriedOf(row.key) ?? ''} again`,
          ]),
        ),
        ...(more ? ['', `There are more than these ${limit}: add --limit, or --status.`] : []),
        ...(counts.length === 0 ? ['No case was started here yet.'] : ['']),
        ...table(counts.map(({ status: at, result, runs }) => [String(runs), result ?? statusWord(at)])),
      ],
    };
  } finally {
    reading.close();
  }
}

/** How it is linked with other cases, and where it failed, what was done all the same. */
function againLines({ status, again: { retries, retriedBy, done } }: CaseView): string[] {
  const ended = status === 'failed' || status === 'cancelled';
  return [
    ...(retries === null ? [] : [`  tries the case ${retries} again`]),
    ...(retriedBy === null ? [] : [`  tried again by the case ${retriedBy}`]),
    ...(ended && done.length > 0 ? ['  done, and not taken back:'] : []),
    ...(ended ? table(done.map(({ connection, action, key }) => ['   ', `${connection} · ${action}`, key])) : []),
  ];
}

function show(id: string, folder: string): Answer {
  const reading = openRunnerReading(folder);
  try {
    const view = caseView(reading, id);
    const of = view.title === null ? '' : ` of “${view.title}”`;
    return {
      holds: view.status !== 'failed',
      json: view,
      lines: [
        `${view.id}: ${standing(view, view.suspended)}`,
        ...wrapped(`release ${view.release ?? 'none'}${of}, program ${view.program}`, '  '),
        ...(view.manifest === null ? [] : wrapped(`pinned to the manifest ${view.manifest}`, '  ')),
        ...storyLines(view),
        ...againLines(view),
        ...(view.gone === null ? [] : wrapped(view.gone, '')),
        ...(view.failure === null ? [] : errorLines(view.failure)),
      ],
    };
  } finally {
    reading.close();
  }
}

/** Where a case is: its result, or what it waits for. One that is held is said to be so beside that. */
function standing({ result, status }: Pick<RunRow, 'result' | 'status'>, held: Suspension | null): string {
  const at = result ?? statusWord(status);
  return held === null ? at : `suspended (${at})`;
}
