import { durationSchema } from '../../engine/connections/contract.ts';
import { renameInExpression } from '../../engine/feel/index.ts';
import { fieldsSchema } from '../../engine/flow/document.ts';
import { fieldsType } from '../../engine/flow/field-type.ts';
import { z } from '../../engine/flow/zod.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { durationWords } from '../duration.ts';
import { checkExpression } from '../expression.ts';
import { duration, feel, text } from '../form.ts';
import type { ConfigProblem, KindConfig, Port } from '../kind.ts';

export const waitSchema = z.strictObject({
  until: z.discriminatedUnion('is', [
    z
      .strictObject({ is: z.literal('a while'), duration: duration({ label: 'How long', example: 'PT48H' }) })
      .meta({ label: 'For a while' }),
    z
      .strictObject({
        is: z.literal('a time'),
        time: feel({
          label: 'Until',
          help: 'A date, or a date and time. What is past does not wait.',
          example: 'order.due',
        }),
      })
      .meta({ label: 'Until a time' }),
    z
      .strictObject({
        is: z.literal('a message'),
        name: text({ label: 'Message', help: 'What the sender calls it.', example: 'payment received' }, 60),
        key: feel({ label: 'About', help: 'The message has to name the same text.', example: 'input.order' }),
        fields: fieldsSchema.meta({ label: 'It brings', help: 'The fields of the message.' }),
        giveUp: durationSchema.nullable().meta({
          label: 'Give up after',
          help: 'Then the case leaves by “timed out”. Empty waits for ever.',
          example: 'P7D',
          widget: 'duration',
        }),
      })
      .meta({ label: 'For a message' }),
  ]),
});
export type WaitConfig = z.infer<typeof waitSchema>;

const MOMENTS: ReadonlySet<FeelType['kind']> = new Set(['date', 'date and time', 'any']);

function portsOf({ until }: WaitConfig): readonly Port[] {
  if (until.is !== 'a message') return [{ id: 'next', label: 'next' }];
  const arrived: Port = { id: 'arrived', label: 'arrived', tone: 'good' };
  return until.giveUp === null ? [arrived] : [arrived, { id: 'timed out', label: 'timed out', tone: 'wait' }];
}

/** Waits for a while, until a time, or for a message about this case. */
export const wait: KindConfig<WaitConfig> = {
  kind: 'wait',
  label: 'Wait',
  summary: 'Waits for a while, until a time, or for a message from another system.',
  hue: 'slate',
  icon: 'hourglass',
  schema: waitSchema,
  initial: () => ({ until: { is: 'a while', duration: 'P1D' } }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse: ({ until }, scope) => {
    if (until.is === 'a while') return { reads: [], writes: null, problems: [] };
    const [path, label] = until.is === 'a time' ? ['time', 'The time'] : ['key', 'What it is about'];
    const source = until.is === 'a time' ? until.time : until.key;
    const found = checkExpression(source, scope, ['until', path], label);
    const problems: ConfigProblem[] = [...found.problems];
    if (until.is === 'a time') {
      if (found.problems.length === 0 && !MOMENTS.has(found.type.kind))
        problems.push({
          code: 'EXPRESSION_TYPE',
          severity: 'error',
          path: ['until', 'time'],
          message: 'What the case is to wait for is neither a date nor a date and time.',
          hint: 'Give one, such as date and time("2026-12-01T09:00:00Z") or now() + duration("PT2H").',
        });
      return { reads: found.reads, writes: null, problems };
    }
    if (until.name.trim() === '')
      problems.push({
        code: 'CONFIG',
        severity: 'error',
        path: ['until', 'name'],
        message: 'The message has no name.',
        hint: 'Name it as its sender does, such as “payment received”.',
      });
    const brought = fieldsType(until.fields);
    return {
      reads: found.reads,
      writes: until.giveUp === null ? brought : { ...brought, nullable: true },
      writesAt: { arrived: brought, 'timed out': { kind: 'null' } },
      problems,
    };
  },
  rename: ({ until }, scope, from, to) => {
    if (until.is === 'a time') return { until: { ...until, time: renameInExpression(until.time, scope, from, to) } };
    if (until.is === 'a message') return { until: { ...until, key: renameInExpression(until.key, scope, from, to) } };
    return { until };
  },
  sentence: ({ until }) => {
    if (until.is === 'a while') return durationWords(until.duration);
    if (until.is === 'a time') return `until ${until.time || '…'}`;
    return `for “${until.name || '…'}” about ${until.key || '…'}`;
  },
  influence: 'none',
  receives: ({ until }) => (until.is === 'a message' ? until.fields : null),
  migrations: [],
};
