import type { Command } from 'commander';
import type { RunStatus } from '../../journal/journal.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { caseView } from '../../runner/views.ts';
import { body, countOf, errorLines, table, usage, type Answer, type Wiring } from '../command.ts';

const STATUSES: readonly RunStatus[] = ['running', 'calling', 'retrying', 'waiting', 'in doubt', 'completed', 'failed'];

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
        ...(view.failure === null ? [] : errorLines(view.failure)),
      ],
    };
  } finally {
    reading.close();
  }
}
