import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CountersignError } from '../../flow/error.ts';
import { z } from '../../flow/zod.ts';
import { readNote } from '../../audit/checkpoint-sink.ts';
import { backUp } from '../../journal/backup.ts';
import { RETENTION_FLOOR_DAYS } from '../../journal/prune.ts';
import { restore } from '../../journal/restore.ts';
import type { Standing } from '../../journal/restoring.ts';
import { openJournal } from '../../journal/sqlite-journal.ts';
import { readBytes } from '../../manifest/atomic.ts';
import { planErasure, type ErasurePlan } from '../../runner/erasure-plan.ts';
import type { KeyCopies } from '../../runner/key-copies.ts';
import { readRunnerConfig, runnerPaths } from '../../runner/folder.ts';
import { modelsHeld, type HeldModel } from '../../runner/models-held.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { checkBasis, eraseCases, noteBackup, pruneCases, type RecordInHand } from '../../runner/record.ts';
import { engineOn } from '../../runner/serve.ts';
import { standingRules } from '../../runner/standing.ts';
import { switchSchema } from '../../runner/stops.ts';
import { systemRandom } from '../../runner/system-random.ts';
import { body, table, usage, type Answer, type Talk, type Wiring } from '../command.ts';
import { givenOut } from '../given-out.ts';

/** Who works on the record here: whoever is logged in at this machine. */
const OPERATOR = { issuer: 'command line', subject: userInfo().username, role: 'operator', method: 'shell' };

export function addRecord(program: Command, wiring: Wiring): void {
  addErase(program, wiring);
  program
    .command('prune')
    .description(
      `Remove the content of cases that ended long ago; ${RETENTION_FLOOR_DAYS} days is the least without a basis.`,
    )
    .requiredOption('--runner <folder>', 'the runner folder')
    .requiredOption('--older-than <days>', 'days since the case ended, such as 200d')
    .option('--basis <text>', 'why earlier than that; stays on record')
    .action(body(wiring, (talk, options: PruneOptions) => prune(talk, options)));
  program
    .command('backup')
    .description('Copy the record of a runner folder, also while its engine runs. The copy is as secret as the folder.')
    .argument('<to>', 'a folder that is not there yet')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (talk, to: string, options: { runner: string }) => backup(talk, to, options.runner)));
  program
    .command('restore')
    .description('Put a backup in the place of a runner folder’s record. What was there is kept beside it.')
    .argument('<backup>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--basis <text>', 'why a backup that is older than what is known is restored; stays on record')
    .option('--checkpoint <file...>', 'checkpoint notes held elsewhere, which say how far the record went')
    .option('--erasures <file...>', 'lists of erasures held elsewhere, to be repeated')
    .action(body(wiring, (talk, from: string, options: RestoreCommand) => restoreFrom(talk, from, options)));
}

interface EraseOptions {
  runner: string;
  person?: string;
  field?: string;
  run?: string[];
  search?: boolean;
  data?: string[];
  plan?: boolean;
  end?: boolean;
  basis?: string;
}

function addErase(program: Command, wiring: Wiring): void {
  program
    .command('erase')
    .description('Erase a person from the record: destroy the keys of what is sealed in their cases.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option(
      '--person <value>',
      'what identifies them in the input, such as a customer number; - reads it from standard input',
    )
    .option('--field <name>', 'only where it stands in this field')
    .option('--run <case...>', 'cases by their ids')
    .option('--search', 'look into everything that is sealed as well; slow')
    .option('--data <file...>', 'data that models were trained on, to say whether the person is in them')
    .option('--plan', 'only say what would be erased')
    .option('--end', 'end cases that have not ended')
    .option('--basis <text>', 'on what ground, without naming the person; stays on record')
    .action(body(wiring, (talk, options: EraseOptions) => erase(talk, options)));
}

const eraseReply = z.object({
  runs: z.int(),
  ended: z.array(z.string()),
  along: z.array(z.string()),
  left: z.array(z.string()),
});

async function erase(talk: Talk, options: EraseOptions): Promise<Answer> {
  const person = options.person === '-' ? readFileSync(0, 'utf8').trim() : options.person;
  if (person === undefined && options.run === undefined)
    throw usage('Name whom to erase: --person, or cases with --run.');
  if (person?.trim() === '') throw usage('--person is empty.');
  const planned = planOf(options, person);
  if (options.plan === true) return { holds: true, json: planned, lines: planLines(planned) };
  if (options.basis === undefined)
    throw usage('Erasing takes a --basis.', 'Look at what would be erased with --plan first.');
  checkBasis(options.basis, person);
  const request = {
    ...(person === undefined ? {} : { person }),
    ...(options.field === undefined ? {} : { field: options.field }),
    runs: planned.cases.flatMap(({ id, along }) => (along === null ? [id] : [])),
    basis: options.basis,
    end: options.end === true,
  };
  const done = await onRecord(
    talk,
    options.runner,
    async (engine) => eraseReply.parse(await engine.post('/record/erasures', { ...request, by: OPERATOR.subject })),
    (record) => eraseCases(record, request, OPERATOR),
  );
  return {
    holds: done.left.length === 0,
    json: { ...done, backups: planned.backups, replaced: planned.replaced, models: planned.models },
    lines: [
      done.runs === 0
        ? `nothing was erased${planned.cases.length === 0 ? `. ${NOBODY}` : ''}`
        : `erased: the sealed content of ${count(done.runs, 'case')}${done.ended.length === 0 ? '' : `, of which ${done.ended.length} had not ended and ended as failed`}`,
      ...(done.along.length === 0
        ? []
        : [
            `taken along, as ${done.along.length === 1 ? 'it holds' : 'they hold'} a copy of what was tried again: ${done.along.join(', ')}`,
          ]),
      ...(done.left.length === 0
        ? []
        : [
            `not erased, as ${done.left.length === 1 ? 'it is' : 'one of them is'} in the middle of a call: ${done.left.join(', ')}; give the command again`,
          ]),
      ...afterLines(planned),
    ],
  };
}

interface Planned extends ErasurePlan {
  models: HeldModel[];
}

function planOf(options: EraseOptions, person: string | undefined): Planned {
  const paths = runnerPaths(options.runner);
  const reading = openRunnerReading(options.runner);
  try {
    const reader = reading.engine.reader();
    for (const id of options.run ?? [])
      if (reader.run(id) === null) throw usage(`There is no case ${id}.`, 'List the cases with “countersign runs”.');
    const plan = planErasure(reader, {
      person,
      field: options.field,
      runs: options.run ?? [],
      search: options.search === true,
      folder: options.runner,
    });
    const { trust } = readRunnerConfig(options.runner, Date.now());
    const shown = (options.data ?? []).map(readBytes);
    const models = person === undefined ? [] : modelsHeld(reader, paths.releases, trust, person, shown);
    return { ...plan, models };
  } finally {
    reading.close();
  }
}

/** That nothing was found does not say that nothing is there. */
const NOBODY = 'No case is linked to them. Cases whose flow marks no field as identifying are found with --search.';

function planLines(plan: Planned): string[] {
  const { cases } = plan;
  if (cases.length === 0) return [NOBODY, ...afterLines(plan)];
  return [
    `${count(cases.length, 'case')} would be erased:`,
    ...table(
      cases.map((one) => [
        `  ${one.id}`,
        new Date(one.started).toISOString(),
        one.status,
        `${one.along === null ? `by ${one.by.join(', ')}` : `taken along: a copy of what ${one.along} was about`}${one.unsettled === 0 ? '' : `; ${count(one.unsettled, 'effect')} not settled`}`,
      ]),
    ),
    ...afterLines(plan),
  ];
}

/** What erasing here does not reach. */
function afterLines({ cases, backups, replaced, models }: Planned): string[] {
  return [...(cases.length === 0 ? [] : keyLines({ backups, replaced })), ...models.map(modelLine)];
}

/** Erasing takes the keys of the record that is there, and of no copy of it. */
function keyLines({ backups, replaced }: KeyCopies): string[] {
  const told = (what: string, at: number, folder: string | null) =>
    `  ${what} ${new Date(at).toISOString()}: ${folder ?? 'where it was written is not on record'}`;
  return [
    ...(backups.length === 0
      ? []
      : [
          `${count(backups.length, 'backup')} made since ${backups.length === 1 ? 'holds' : 'hold'} their keys, wherever copies of ${backups.length === 1 ? 'it' : 'them'} are: destroy ${backups.length === 1 ? 'it' : 'them'}; restored, they are erased again`,
          ...backups.map(({ madeAt, folder }) => told('made', madeAt, folder)),
        ]),
    ...(replaced.length === 0
      ? []
      : [
          `${count(replaced.length, 'folder')} that a restore set aside ${replaced.length === 1 ? 'holds' : 'hold'} their keys still, and what they seal: remove ${replaced.length === 1 ? 'it' : 'them'} when you no longer need what is in ${replaced.length === 1 ? 'it' : 'them'}`,
          ...replaced.map(({ at, folder }) => told('set aside', at, folder)),
        ]),
  ];
}

function modelLine({ model, version, keeps, data }: HeldModel): string {
  const parts = data.map(({ name, rows }) =>
    rows === null ? `${name}: not known, as it was not shown with --data` : `${name}: ${count(rows, 'row')} with them`,
  );
  const words = keeps.length === 0 ? 'keeps none of their words' : `keeps the words ${keeps.join(', ')}`;
  return `model ${model} ${version} ${words}; trained on ${parts.join('; ')}`;
}

const count = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

interface PruneOptions {
  runner: string;
  olderThan: string;
  basis?: string;
}

const DAY_MS = 86_400_000;
const pruneReply = z.object({ runs: z.int(), events: z.int(), next: z.int().nullable(), free: z.int() });

async function prune(talk: Talk, options: PruneOptions): Promise<Answer> {
  const days = Number(/^(\d{1,5})d$/.exec(options.olderThan)?.[1]);
  if (!Number.isSafeInteger(days))
    throw usage(`--older-than is a number of days such as 200d, and is ${options.olderThan}.`);
  const request = { before: Date.now() - days * DAY_MS, basis: options.basis ?? null };
  const total = { runs: 0, events: 0 };
  await onRecord(
    talk,
    options.runner,
    (engine) =>
      pruneThrough(talk, total, async (after) =>
        pruneReply.parse(await engine.post('/record/prunings', { ...request, after, by: OPERATOR.subject })),
      ),
    (record) => pruneThrough(talk, total, (after) => pruneCases(record, { ...request, after }, OPERATOR)),
  );
  return {
    holds: true,
    json: { ...total, before: request.before },
    lines: [
      `pruned: the content of ${count(total.runs, 'case')} (${count(total.events, 'event')}) that ended before ${new Date(request.before).toISOString()}`,
    ],
  };
}

async function pruneThrough(
  talk: Talk,
  total: { runs: number; events: number },
  step: (after: number | null) => Promise<z.infer<typeof pruneReply>>,
): Promise<void> {
  let left: Pick<z.infer<typeof pruneReply>, 'next' | 'free'> = { next: 0, free: 0 };
  do {
    // Each step begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const done = await step(left.next);
    total.runs += done.runs;
    total.events += done.events;
    left = done;
    if (done.runs > 0) talk.say(`${count(total.runs, 'case')} pruned`);
  } while (left.next !== null || left.free > 0);
}

async function backup(talk: Talk, to: string, folder: string): Promise<Answer> {
  const made = backUp(folder, to, Date.now());
  const { madeAt, size, root } = made;
  const note = { madeAt, size, root, folder: resolve(to) };
  const noted = await onRecord(
    talk,
    folder,
    async (engine) => {
      await engine.post('/record/backups', { ...note, by: OPERATOR.subject });
      return true;
    },
    (record) => {
      noteBackup(record, note, OPERATOR);
      return true;
    },
  ).catch((error: unknown) => {
    // An engine that takes no commands, such as “countersign run”: the copy is good all the same.
    if (error instanceof CountersignError && error.code === 'JOURNAL_LOCKED') return false;
    throw error;
  });
  return {
    holds: true,
    json: { folder: to, ...made, noted },
    lines: [
      `wrote ${to}: ${size} events, checked; root ${root}`,
      ...(noted ? [] : ['That it was made is not on record: the engine that is running takes no commands.']),
      'Its keys.sqlite opens everything that is sealed, and log.key.json signs checkpoints: keep it as secret as the runner folder.',
    ],
  };
}

interface RestoreCommand {
  runner: string;
  basis?: string;
  checkpoint?: string[];
  erasures?: string[];
}

async function restoreFrom(talk: Talk, from: string, options: RestoreCommand): Promise<Answer> {
  // Says so when it is no runner folder: its restraints are not in a backup.
  readRunnerConfig(options.runner, Date.now());
  const random = systemRandom();
  const done = restore(from, options.runner, {
    checkpoints: (options.checkpoint ?? []).map(readNote),
    erasures: options.erasures ?? [],
    ...(options.basis === undefined ? {} : { basis: options.basis }),
    actor: OPERATOR,
    now: () => Date.now(),
    random,
    standing: standingRules(OPERATOR, Date.now()),
  });
  const journal = openJournal({ path: runnerPaths(options.runner).journal, now: () => Date.now(), random });
  try {
    await givenOut(talk, options.runner, journal);
  } finally {
    journal.close();
  }
  return {
    holds: true,
    json: { ...done, backup: { madeAt: done.backup.madeAt, size: done.backup.size } },
    lines: [
      `restored: ${done.backup.size} events, as of ${new Date(done.backup.madeAt).toISOString()}`,
      ...(done.lost === 0
        ? []
        : [`${count(done.lost, 'event')} that were known are gone; the log goes on as ${done.origin}`]),
      ...standingLines(done.standing, options.runner),
      ...(done.erasedAgain === 0 ? [] : [`erased again: ${count(done.erasedAgain, 'case')}`]),
      ...(done.replaced === null
        ? []
        : [
            `what was there before is in ${done.replaced}; it holds keys, also of what is erased from now on: remove it when you no longer need it`,
          ]),
    ],
  };
}

/** What is held on after a restore, and how it is let go on. */
function standingLines(standing: readonly Standing[], folder: string): string[] {
  const cases = standing.flatMap(({ subject }) => (subject.startsWith('run:') ? [subject.slice('run:'.length)] : []));
  const stops = standing.flatMap(({ subject, open }) => (subject === 'runner' ? [switchSchema.parse(open)] : []));
  const lift = (flow: string | null): string =>
    `countersign stop lift${flow === null ? '' : ` --flow ${flow}`} --runner ${folder} --as PERSON --reason TEXT`;
  return [
    ...stops.flatMap(({ flow, reason }) => [
      `still stopped: ${flow ?? 'everything'}, ${reason}`,
      `  once you have looked, let it go on with: ${lift(flow)}`,
    ]),
    ...cases.map((id) => `still suspended: ${id}; “countersign runs resume” lets it go on`),
  ];
}

/**
 * Through the engine that runs on the folder; where none does, on its journal, without starting any case, and with a
 * checkpoint over what was written.
 */
async function onRecord<T>(
  talk: Talk,
  folder: string,
  through: (engine: NonNullable<Awaited<ReturnType<typeof engineOn>>>) => Promise<T>,
  direct: (record: RecordInHand) => Promise<T> | T,
): Promise<T> {
  const running = await engineOn(folder, 'operator');
  if (running !== null) return through(running);
  const random = systemRandom();
  const journal = openJournal({ path: runnerPaths(folder).journal, now: () => Date.now(), random });
  try {
    const done = await direct({ journal: () => journal, isAtRest: () => true, now: () => Date.now() });
    await givenOut(talk, folder, journal);
    return done;
  } finally {
    journal.close();
  }
}
