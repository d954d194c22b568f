import type { Command } from 'commander';
import { formatValue, decodeValue } from '../../feel/value.ts';
import { z } from '../../flow/zod.ts';
import { readBytes } from '../../manifest/atomic.ts';
import { readDocument } from '../../manifest/read-document.ts';
import { SETTLING_ROLE } from '../../manifest/decision.ts';
import { signDecision, signSettlement } from '../../manifest/sign-approval.ts';
import { loadKey } from '../../manifest/sign-keys.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { taskView, type TaskView } from '../../runner/views.ts';
import type { Asked, PersonDecision } from '../../../nodes/kind.ts';
import { ALONE, handOver } from '../hand-over.ts';
import { body, countOf, table, usage, type Answer, type Wiring } from '../command.ts';
import { passphrase } from './keys.ts';

interface DecideOptions {
  runner: string;
  as: string;
  key: string;
  comment: string;
  /** What the person was shown, by its digest; what the task shows now when left out. */
  shown?: string;
}

interface AnswerOptions extends DecideOptions {
  choose?: string;
  fill?: string;
}

interface SettleOptions extends DecideOptions {
  happened?: boolean;
  didNotHappen?: boolean;
  lookAgain?: boolean;
}

/** By the option, what is signed, and what is said then. */
const WORDS = [
  ['happened', true, 'on record: it happened'],
  ['didNotHappen', false, 'on record: it did not happen'],
  ['lookAgain', null, 'on record: it is looked up again'],
] as const;

type Doubt = NonNullable<TaskView['doubt']>;

/** The options as they are typed. */
const SETTLING = { happened: '--happened', didNotHappen: '--did-not-happen', lookAgain: '--look-again' } as const;

const DECISIONS = {
  approve: ['approved', 'Approve exactly what the task shows.'],
  reject: ['rejected', 'Reject it.'],
  'send-back': ['sent back', 'Send it back for correction, where the step allows it.'],
} as const;

export function addApprovals(program: Command, wiring: Wiring): void {
  const approvals = program.command('approvals').alias('tasks').description('The inbox of whoever decides or answers.');
  approvals
    .command('list', { isDefault: true })
    .description('List what waits for a person.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--role <role>', 'only those for this role')
    .option('--limit <number>', 'how many', '50')
    .action(body(wiring, (_talk, options: { runner: string; role?: string; limit: string }) => list(options)));
  approvals
    .command('show')
    .description('Show exactly what will be done, and why.')
    .argument('<task>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .action(body(wiring, (_talk, task: string, options: { runner: string }) => show(task, options.runner)));
  for (const [name, [decision, description]] of Object.entries(DECISIONS))
    signing(approvals.command(name).description(description))
      .option('--shown <digest>', 'as “approvals show” ended: refused when the task shows something else by now')
      .action(body(wiring, (_talk, task: string, options: DecideOptions) => decide(task, decision, options)));
  signing(approvals.command('answer').description('Answer what a task asks: one of its choices, or its form.'))
    .option('--choose <choice>', 'one of the choices that “tasks show” lists')
    .option('--fill <file>', 'a JSON file with the fields of the form')
    .option('--shown <digest>', 'as “tasks show” ended: refused when the task shows something else by now')
    .action(body(wiring, (_talk, task: string, options: AnswerOptions) => answer(task, options)));
  signing(
    approvals
      .command('settle')
      .description('Say of an action in doubt whether it happened.')
      .option('--happened', 'it happened')
      .option('--did-not-happen', 'it did not, and may be done now')
      .option(
        '--look-again',
        'nobody knows yet: ask the other system again, or send the same again where that is safe',
      ),
  ).action(body(wiring, (_talk, task: string, options: SettleOptions) => settle(task, options)));
}

function signing(command: Command): Command {
  return command
    .argument('<task>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .requiredOption('--as <person>', 'who decides, as people.json names them')
    .requiredOption('--key <file>', 'their private approver’s key')
    .option('--comment <text>', 'why', '')
    .addHelpText('after', ALONE);
}

function list(options: { runner: string; role?: string; limit: string }): Answer {
  const limit = countOf(options.limit, '--limit');
  const reading = openRunnerReading(options.runner);
  try {
    const query = {
      status: 'open' as const,
      // One more than is told, to know whether there are more.
      limit: limit + 1,
      ...(options.role === undefined ? {} : { role: options.role }),
    };
    const found = reading.engine.reader().tasks(query);
    const tasks = found.slice(0, limit);
    const more = found.length > limit;
    return {
      holds: true,
      json: { tasks, more },
      lines:
        tasks.length === 0
          ? ['Nothing waits for a person.']
          : [
              ...table(
                tasks.map((t) => [t.id, t.role, t.title, t.due === null ? '' : `due ${new Date(t.due).toISOString()}`]),
              ),
              ...(more ? ['', `There are more than these ${limit}: add --limit, or --role.`] : []),
            ],
    };
  } finally {
    reading.close();
  }
}

function viewOf(id: string, folder: string): TaskView {
  const reading = openRunnerReading(folder);
  try {
    return taskView(reading, id);
  } finally {
    reading.close();
  }
}

function show(id: string, folder: string): Answer {
  const view = viewOf(id, folder);
  return { holds: true, json: view, lines: view.doubt === null ? linesOf(view) : doubtLines(view, view.doubt, folder) };
}

/** What is in doubt, where to read what was sent, and how it is settled: nothing of it is shown to be signed. */
function doubtLines(view: TaskView, { connection, action, key, error }: Doubt, folder: string): string[] {
  const command = `countersign approvals settle ${view.id} --runner ${folder} --as … --key …`;
  return [
    `${view.title || 'An action in doubt'} (${view.role}, ${view.status})`,
    `  ${connection} · ${action}: ${error.message}`,
    `  sent under the key ${key}, in the case ${view.run}`,
    `  What was sent: countersign runs show ${view.run} --runner ${folder}`,
    ...(view.status === 'open'
      ? [
          `  What to do: look in “${connection}” whether it is there, then say which:`,
          ...WORDS.map(([name]) => `    ${command} ${SETTLING[name]}`),
        ]
      : []),
  ];
}

function linesOf(view: TaskView): string[] {
  const shown = view.shownContent;
  return [
    `${view.title || 'An action in doubt'} (${view.role}, ${view.status})`,
    ...(shown?.reason === undefined ? [] : [`  Held, as ${shown.reason}.`]),
    ...(shown === null
      ? []
      : table(shown.facts.map((fact) => [`  ${fact.label}`, formatValue(decodeValue(fact.value))]))),
    ...askedLines(shown?.asks),
    ...(shown === null || shown.effects.length === 0
      ? []
      : [
          '  When approved:',
          ...shown.effects.map(
            (e) =>
              `    ${e.connection} · ${e.action} (${e.class}) ${e.request === null ? 'with what is not known yet' : JSON.stringify(e.request)}`,
          ),
        ]),
    shown === null ? '  What it showed was erased or pruned.' : `  shown as ${view.shown}`,
  ];
}

/** What the person is to choose or fill in, with the option that answers it. */
function askedLines(asks: Asked | undefined): string[] {
  if (asks === undefined) return [];
  const question = asks.question === '' ? [] : [`  ${asks.question}`];
  if (asks.type === 'fill in')
    return [
      ...question,
      '  To fill in (--fill file.json):',
      ...table(
        Object.entries(asks.fields).map(([name, field]) => [
          `    ${name}`,
          field.type === 'string' && field.values !== undefined ? field.values.join(' | ') : field.type,
          field.optional === true ? 'may be left out' : '',
        ]),
      ),
    ];
  const { guess } = asks;
  const weighed =
    guess === undefined || guess.reasons.length === 0 ? '' : `, because of ${guess.reasons.slice(0, 5).join(', ')}`;
  return [
    ...question,
    ...(guess === undefined
      ? []
      : [`  A guess by ${guess.model}: ${guess.choice}, sure at ${Math.round(guess.confidence * 100)} %${weighed}`]),
    '  To choose (--choose):',
    ...table(asks.choices.map(({ value, label }) => [`    ${value}`, label === value ? '' : label])),
  ];
}

/** Signs a decision over what the task shows now, and hands it to the engine: the running one, or one for the moment. */
export async function decide(
  task: string,
  decision: PersonDecision['decision'],
  options: DecideOptions,
  given?: PersonDecision['answer'],
): Promise<Answer> {
  const view = viewOf(task, options.runner);
  if (view.doubt !== null)
    throw usage(
      `The task ${task} asks whether an action happened; there is nothing to be ${decision}.`,
      'Look at it with “countersign approvals show”, and say it with “countersign approvals settle”.',
    );
  const key = loadKey(options.key, 'approver', passphrase());
  const said = {
    decision,
    ...(given === undefined ? {} : { answer: given }),
    person: options.as,
    role: view.role,
    comment: options.comment,
    shown: options.shown ?? view.shown,
    at: Date.now(),
  };
  const signed = signDecision(key, { id: task, run: view.run }, said);
  await handOver({ folder: options.runner, run: view.run }, `/tasks/${task}/decision`, signed, ({ engine }) =>
    engine.decide(view.run, task, signed),
  );
  return { holds: true, json: { task, run: view.run, decision }, lines: [`${decision}: ${view.title}`] };
}

const filledIn = z.record(z.string(), z.json());

async function answer(task: string, options: AnswerOptions): Promise<Answer> {
  const { choose, fill } = options;
  if ((choose === undefined) === (fill === undefined))
    throw usage('Say --choose or --fill.', 'Add one of them, such as --choose refund or --fill answer.json.');
  const given =
    fill === undefined
      ? { choice: choose ?? '' }
      : readDocument(readBytes(fill), filledIn, {
          code: 'INPUT_INVALID',
          what: 'the answer',
          hint: 'Write the fields of the form as one JSON object, as “tasks show” lists them.',
        });
  return decide(task, 'answered', options, given);
}

async function settle(task: string, options: SettleOptions): Promise<Answer> {
  const [word, ...more] = WORDS.filter(([name]) => options[name] === true);
  if (word === undefined || more.length > 0)
    throw usage(
      'Say --happened, --did-not-happen or --look-again.',
      'Look in the other system first; add --look-again where you do not know.',
    );
  const [, happened, told] = word;
  const view = viewOf(task, options.runner);
  if (view.doubt === null)
    throw usage(
      `The task ${task} is not about an action in doubt.`,
      'Look at what it asks with “countersign approvals show”, and decide it with approve, reject or answer.',
    );
  const key = loadKey(options.key, 'approver', passphrase());
  const said = { happened, person: options.as, role: SETTLING_ROLE, comment: options.comment, at: Date.now() };
  const signed = signSettlement(key, { id: task, run: view.run, key: view.doubt.key }, said);
  await handOver({ folder: options.runner, run: view.run }, `/tasks/${task}/settlement`, signed, ({ engine }) =>
    engine.settle(view.run, task, signed),
  );
  return { holds: true, json: { task, run: view.run, happened }, lines: [told] };
}
