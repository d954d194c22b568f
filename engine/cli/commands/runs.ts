import type { Command } from 'commander';
import type { RunStatus } from '../../journal/journal.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { caseView } from '../../runner/views.ts';
import { byAndWhy, operatorOf, type ByAndWhy } from '../by-and-why.ts';
import { body, countOf, errorLines, table, usage, type Answer, type Wiring } from '../command.ts';
import { handOver } from '../hand-over.ts';

const STATUSES: readonly RunStatus[] = [
  'running',
  'calling',
  'retrying',
  'waiting',
  'in doubt',
  'completed',
  'failed',
  'cancelled',
];

export function addRuns(program: Command, wiring: Wiring): void {
  const runs = program.command('runs').description('Look at cases: all of them, or one with its story.');
  runs
    .command('list', { isDefault: true })
    .description('List cases, the newest first, and count them by result.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--status <status>', STATUSES.join(', '))
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
  controlling(runs.command('suspend').description('Begin nothing more in a case until it is resumed.')).action(
    body(wiring, (_talk, id: string, options: ControlOptions) => hold(id, 'suspend', options)),
  );
  controlling(runs.command('resume').description('Let a suspended case go on.')).action(
    body(wiring, (_talk, id: string, options: ControlOptions) => hold(id, 'resume', options)),
  );
}

const controlling = (command: Command): Command =>
  byAndWhy(command.argument('<case>').requiredOption('--runner <folder>', 'the runner folder'));

type ControlOptions = ByAndWhy & { runner: string };

async function cancel(id: string, { runner, as, reason, keep }: ControlOptions & { keep?: boolean }): Promise<Answer> {
  const undo = keep !== true;
  await handOver(runner, `/cases/${id}/cancel`, { by: as, reason, undo }, ({ engine }) =>
    engine.cancel(id, operatorOf(as), reason, undo),
  );
  return { holds: true, json: { case: id }, lines: [`cancelled: ${id}`] };
}

async function hold(id: string, what: 'suspend' | 'resume', { runner, as, reason }: ControlOptions): Promise<Answer> {
  await handOver(runner, `/cases/${id}/${what}`, { by: as, reason }, ({ engine }) =>
    engine[what](id, operatorOf(as), reason),
  );
  return { holds: true, json: { case: id }, lines: [`${what === 'suspend' ? 'suspended' : 'resumed'}: ${id}`] };
}

function list(options: { runner: string; status?: string; limit: string }): Answer {
  const limit = countOf(options.limit, '--limit');
  const status = STATUSES.find((one) => one === options.status);
  if (status === undefined && options.status !== undefined)
    throw usage(`“${options.status}” is no status of a case.`, `Choose one of: ${STATUSES.join(', ')}.`);
  const reading = openRunnerReading(options.runner);
  try {
    const reader = reading.engine.reader();
    const rows = reader.runs({ ...(status === undefined ? {} : { status }), limit });
    const counts = reader.runCounts();
    return {
      holds: true,
      json: { cases: rows, counts },
      lines: [
        ...table(rows.map((row) => [row.id, row.result ?? row.status, new Date(row.started).toISOString()])),
        '',
        ...table(counts.map(({ status: at, result, runs }) => [String(runs), result ?? at])),
      ],
    };
  } finally {
    reading.close();
  }
}

function show(id: string, folder: string): Answer {
  const reading = openRunnerReading(folder);
  try {
    const view = caseView(reading, id);
    return {
      holds: view.status !== 'failed',
      json: view,
      lines: [
        `${view.id}: ${view.result ?? view.status}, release ${view.release ?? 'none'}, program ${view.program}`,
        ...table(
          view.story.map((step) => [
            `  +${(step.atMs / 1000).toFixed(3)} s`,
            step.name,
            step.port ?? '…',
            step.sentence,
          ]),
        ),
        ...(view.gone === null ? [] : [view.gone]),
        ...(view.failure === null ? [] : errorLines(view.failure)),
      ],
    };
  } finally {
    reading.close();
  }
}
