import { renameInExpression } from '../../engine/feel/index.ts';
import { z } from '../../engine/flow/zod.ts';
import { durationSchema } from '../../engine/connections/contract.ts';
import { durationWords } from '../duration.ts';
import { checkExpression } from '../expression.ts';
import { text } from '../form.ts';
import type { ConfigProblem, KindConfig, Port } from '../kind.ts';

export const approvalSchema = z.strictObject({
  title: text({ label: 'What is asked', help: 'The approver reads this first.', example: 'Credit above 50 €' }, 120),
  role: z
    .string()
    .max(60)
    .meta({ label: 'Who may decide', help: 'A role; who holds it is up to IT.', example: 'team lead', widget: 'role' }),
  count: z.number().int().min(1).max(5).meta({
    label: 'How many must agree',
    help: 'As many different people; one who rejects is enough to reject.',
    example: '1',
  }),
  fourEyes: z.boolean().meta({ label: 'Four eyes', help: 'Who started the case may not approve it.' }),
  due: durationSchema.nullable().meta({
    label: 'Due in',
    help: 'When it is over, the case leaves by “timed out”; it is never approved by itself. Empty waits for ever.',
    example: 'PT4H',
    widget: 'duration',
  }),
  sendBack: z.boolean().meta({ label: 'May be sent back', help: 'Adds an exit for correction.' }),
  show: z
    .array(z.strictObject({ label: z.string().min(1).max(60), value: z.string().max(4000) }))
    .max(20)
    .meta({
      label: 'Show',
      help: 'What the approver sees beside the actions that follow.',
      example: 'input.amount',
      widget: 'facts',
    }),
});
export type ApprovalConfig = z.infer<typeof approvalSchema>;

function portsOf(config: ApprovalConfig): readonly Port[] {
  const ports: Port[] = [
    { id: 'approved', label: 'approved', tone: 'good' },
    { id: 'rejected', label: 'rejected', tone: 'bad' },
  ];
  if (config.sendBack) ports.push({ id: 'sent back', label: 'sent back', tone: 'wait' });
  if (config.due !== null) ports.push({ id: 'timed out', label: 'timed out', tone: 'wait' });
  return ports;
}

export const approval: KindConfig<ApprovalConfig> = {
  kind: 'approval',
  label: 'Approval',
  summary: 'A person decides, with a signature over exactly what is shown. A timeout never approves.',
  hue: 'teal',
  icon: 'stamp',
  schema: approvalSchema,
  initial: () => ({
    title: 'Approval',
    role: 'team lead',
    count: 1,
    fourEyes: true,
    due: 'P1D',
    sendBack: false,
    show: [],
  }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse: (config, scope) => {
    const problems: ConfigProblem[] = [];
    const reads: (readonly string[])[] = [];
    if (config.role.trim() === '')
      problems.push({
        code: 'CONFIG',
        severity: 'error',
        path: ['role'],
        message: 'Nobody is named who may decide.',
        hint: 'Name a role, such as “team lead”.',
      });
    for (const [i, fact] of config.show.entries()) {
      const found = checkExpression(fact.value, scope, ['show', i, 'value'], `“${fact.label}”`);
      reads.push(...found.reads);
      problems.push(...found.problems);
    }
    return {
      reads,
      writes: {
        kind: 'context',
        open: false,
        fields: {
          decision: { kind: 'choice', values: ['approved', 'rejected', 'sent back', 'timed out'] },
          by: { kind: 'string', nullable: true },
          comment: { kind: 'string', nullable: true },
        },
      },
      problems,
    };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    show: config.show.map((fact) => ({ ...fact, value: renameInExpression(fact.value, scope, from, to) })),
  }),
  sentence: (config) =>
    `${config.title} · ${config.count > 1 ? `${config.count} × ` : ''}${config.role || 'nobody'}${config.due === null ? '' : `, in ${durationWords(config.due)}`}`,
  influence: 'person',
  approves: 'approved',
  roles: ({ role }) => [role],
  migrations: [],
};
