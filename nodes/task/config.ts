import { durationSchema } from '../../engine/connections/contract.ts';
import { fieldsSchema, type Fields } from '../../engine/flow/document.ts';
import { fieldsType } from '../../engine/flow/field-type.ts';
import { renameInExpression } from '../../engine/feel/index.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { z } from '../../engine/flow/zod.ts';
import { durationWords } from '../duration.ts';
import { checkExpression } from '../expression.ts';
import { text } from '../form.ts';
import type { ConfigProblem, KindConfig, Port } from '../kind.ts';
import { TIMED_OUT, TIMED_OUT_PORT } from '../retry.ts';

const choose = { when: { field: 'type', is: 'choose' } };

/** Of the fields below `type` those count that belong to it; the others keep what was written there. */
export const taskSchema = z.strictObject({
  type: z.enum(['choose', 'fill in']).meta({
    label: 'The person',
    help: 'What is asked of them.',
    options: { choose: 'chooses one of several', 'fill in': 'fills in a form' },
  }),
  title: text({ label: 'Title', help: 'The person reads this first.', example: 'What is this message about?' }, 120),
  question: z.string().max(1000).meta({
    label: 'Question',
    help: 'What they are to decide or find out, in a sentence or two.',
    example: 'Read the message. Choose what the customer wants most.',
    widget: 'long text',
  }),
  role: z
    .string()
    .max(60)
    .meta({ label: 'Who may answer', help: 'A role; who holds it is up to IT.', example: 'agent', widget: 'role' }),
  choices: z
    .array(
      z.strictObject({
        value: z
          .string()
          .min(1)
          .max(60)
          .meta({ label: 'Choice', help: 'As formulas and exits read it.', example: 'yes' }),
        label: z.string().max(120).meta({
          label: 'What the person reads',
          help: 'Empty shows the choice itself.',
          example: 'Yes, this is fraud',
        }),
      }),
    )
    .max(50)
    .meta({ label: 'Choices', help: 'What they choose between, in this order.', widget: 'choices', ...choose }),
  branch: z.boolean().meta({
    label: 'An exit for each choice',
    help: 'Without it the case goes on by one exit, and formulas read the choice.',
    ...choose,
  }),
  fields: fieldsSchema.meta({
    label: 'Form',
    help: 'The fields that the person fills in.',
    widget: 'fields',
    when: { field: 'type', is: 'fill in' },
  }),
  fourEyes: z.boolean().meta({ label: 'Four eyes', help: 'Who started the case may not answer.' }),
  due: durationSchema.nullable().meta({
    label: 'Due in',
    help: 'When it is over, the case leaves by “timed out”; nothing is chosen by itself. Empty waits for ever.',
    example: 'PT4H',
    widget: 'duration',
  }),
  show: z
    .array(z.strictObject({ label: z.string().min(1).max(60), value: z.string().max(4000) }))
    .max(20)
    .meta({ label: 'Show', help: 'What the person sees of the case.', example: 'input.message', widget: 'facts' }),
});
export type TaskConfig = z.infer<typeof taskSchema>;

/** What the value of every answer holds beside the answer itself. */
export const SAID = ['by', 'at', 'comment'] as const;

export const ANSWERED = 'answered';

/** Only the first of two choices of one value is a choice; that there are two is a problem. */
const valuesOf = ({ choices }: TaskConfig): readonly string[] => [...new Set(choices.map(({ value }) => value))];

function portsOf(config: TaskConfig): readonly Port[] {
  const answered: readonly Port[] =
    config.type === 'choose' && config.branch
      ? valuesOf(config)
          .filter((value) => value !== TIMED_OUT)
          .map((value) => ({ id: value, label: value }))
      : [{ id: ANSWERED, label: ANSWERED, tone: 'good' }];
  return config.due === null ? answered : [...answered, TIMED_OUT_PORT];
}

/** A person chooses one of several, or fills in a form. */
export const task: KindConfig<TaskConfig> = {
  kind: 'task',
  label: 'Ask a person',
  summary: 'A person chooses, or fills in a form, and signs what they answered. A timeout never answers.',
  hue: 'teal',
  icon: 'user-pen',
  schema: taskSchema,
  initial: () => ({
    type: 'choose',
    title: 'Question',
    question: '',
    role: 'team lead',
    choices: [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
    branch: false,
    fields: {},
    fourEyes: false,
    due: 'P1D',
    show: [],
  }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse: (config, scope) => {
    const problems: ConfigProblem[] = [...(config.type === 'choose' ? choiceProblems(config) : formProblems(config))];
    const reads: (readonly string[])[] = [];
    if (config.role.trim() === '')
      problems.push(problem(['role'], 'Nobody is named who may answer.', 'Name a role, such as “team lead”.'));
    for (const [i, fact] of config.show.entries()) {
      const found = checkExpression(fact.value, scope, ['show', i, 'value'], `“${fact.label}”`);
      reads.push(...found.reads);
      problems.push(...found.problems);
    }
    const answered = answerType(config);
    const nothing: FeelType = { kind: 'null' };
    const ports = portsOf(config).map(({ id }) => [id, id === TIMED_OUT ? nothing : answered] as const);
    return {
      reads,
      writes: config.due === null ? answered : { ...answered, nullable: true },
      writesAt: Object.fromEntries(ports),
      problems,
    };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    show: config.show.map((fact) => ({ ...fact, value: renameInExpression(fact.value, scope, from, to) })),
  }),
  sentence: (config) => {
    const what = config.type === 'choose' ? valuesOf(config) : Object.keys(config.fields);
    const words = `${what.slice(0, 3).join(', ') || 'nothing yet'}${what.length > 3 ? ', …' : ''}`;
    const due = config.due === null ? '' : `, in ${durationWords(config.due)}`;
    return `${config.role || 'nobody'} ${config.type === 'choose' ? 'chooses' : 'fills in'} ${words}${due}`;
  },
  influence: 'person',
  roles: ({ role }) => [role],
  receives: ({ type, fields }) => (type === 'fill in' ? fields : null),
  migrations: [],
};

function answerType(config: TaskConfig): FeelType {
  const values = valuesOf(config);
  const own: Readonly<Record<string, FeelType>> =
    config.type === 'choose'
      ? { choice: values.length === 0 ? { kind: 'string' } : { kind: 'choice', values } }
      : typesOf(config.fields);
  return {
    kind: 'context',
    open: false,
    fields: { ...own, by: { kind: 'string' }, at: { kind: 'date and time' }, comment: { kind: 'string' } },
  };
}

function typesOf(fields: Fields): Readonly<Record<string, FeelType>> {
  const type = fieldsType(fields);
  return type.kind === 'context' ? type.fields : {};
}

function choiceProblems({ choices, branch }: TaskConfig): ConfigProblem[] {
  const values = choices.map(({ value }) => value);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  return [
    ...(values.length < 2
      ? [problem(['choices'], 'There is nothing to choose between.', 'Give at least two choices.')]
      : []),
    ...(twice === undefined
      ? []
      : [problem(['choices'], `“${twice}” is there twice.`, 'Give each choice a value of its own.')]),
    ...(branch && values.includes(TIMED_OUT)
      ? [problem(['choices'], `The exit “${TIMED_OUT}” is for when nobody answers.`, 'Call the choice something else.')]
      : []),
  ];
}

function formProblems({ fields }: TaskConfig): ConfigProblem[] {
  const names = Object.keys(fields);
  return [
    ...(names.length === 0
      ? [problem(['fields'], 'The form has no fields.', 'Add what the person is to fill in.')]
      : []),
    ...SAID.filter((name) => names.includes(name)).map((name) =>
      problem(['fields', name], `“${name}” says ${MEANINGS[name]} already.`, 'Give the field another name.'),
    ),
  ];
}

const MEANINGS = { by: 'who answered', at: 'when they did', comment: 'what they wrote beside it' };

const problem = (path: readonly string[], message: string, hint: string): ConfigProblem => ({
  code: 'CONFIG',
  severity: 'error',
  path,
  message,
  hint,
});
