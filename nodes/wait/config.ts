import { durationSchema } from '../../engine/connections/contract.ts';
import { renameInExpression, type FeelScopeTypes } from '../../engine/feel/index.ts';
import { fieldsSchema } from '../../engine/flow/document.ts';
import { fieldsType } from '../../engine/flow/field-type.ts';
import { z } from '../../engine/flow/zod.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { durationWords } from '../duration.ts';
import { checkExpression } from '../expression.ts';
import { duration, feel, text } from '../form.ts';
import type { Analysis, ConfigProblem, KindConfig, Port } from '../kind.ts';

const timeOnly = { when: { field: 'until', is: 'time' } };
const messageOnly = { when: { field: 'until', is: 'message' } };

/** Of the fields below `until` those count that belong to it; the others keep what was written there. */
export const waitSchema = z.strictObject({
  until: z.enum(['while', 'time', 'message']).meta({
    label: 'Waits',
    help: 'What the case waits for.',
    options: { while: 'for a while', time: 'until a time', message: 'for a message' },
  }),
  duration: duration({
    label: 'How long',
    help: 'From when the case comes here.',
    example: 'PT48H',
    when: { field: 'until', is: 'while' },
  }),
  time: feel({
    label: 'Until',
    help: 'A date, or a date and time. What is past is not waited for.',
    example: 'order.due',
    ...timeOnly,
  }),
  name: text({ label: 'Message', help: 'What its sender calls it.', example: 'payment received', ...messageOnly }, 60),
  key: feel({ label: 'About', help: 'The message has to name the same text.', example: 'input.order', ...messageOnly }),
  fields: fieldsSchema.meta({
    label: 'It brings',
    help: 'The fields of the message.',
    widget: 'fields',
    ...messageOnly,
  }),
  giveUp: durationSchema.nullable().meta({
    label: 'Give up after',
    help: 'Then the case leaves by “timed out”. Empty waits for ever.',
    example: 'P7D',
    widget: 'duration',
    ...messageOnly,
  }),
});
export type WaitConfig = z.infer<typeof waitSchema>;

const MOMENTS: ReadonlySet<FeelType['kind']> = new Set(['date', 'date and time', 'any']);

function portsOf({ until, giveUp }: WaitConfig): readonly Port[] {
  if (until !== 'message') return [{ id: 'next', label: 'next' }];
  const arrived: Port = { id: 'arrived', label: 'arrived', tone: 'good' };
  return giveUp === null ? [arrived] : [arrived, { id: 'timed out', label: 'timed out', tone: 'wait' }];
}

/** Waits for a while, until a time, or for a message about this case. */
export const wait: KindConfig<WaitConfig> = {
  kind: 'wait',
  label: 'Wait',
  summary: 'Waits for a while, until a time, or for a message from another system.',
  hue: 'slate',
  icon: 'hourglass',
  schema: waitSchema,
  initial: () => ({ until: 'while', duration: 'P1D', time: '', name: '', key: '', fields: {}, giveUp: null }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse: (config, scope) => {
    if (config.until === 'while') return { reads: [], writes: null, problems: [] };
    return config.until === 'time' ? analyseTime(config, scope) : analyseMessage(config, scope);
  },
  rename: (config, scope, from, to) => ({
    ...config,
    time: renameIn(config.time, scope, from, to),
    key: renameIn(config.key, scope, from, to),
  }),
  sentence: ({ until, duration: how, time, name, key }) => {
    if (until === 'while') return durationWords(how);
    if (until === 'time') return `until ${time || '…'}`;
    return `for “${name || '…'}” about ${key || '…'}`;
  },
  influence: 'none',
  passes: ({ until }) => (until === 'message' ? 'arrived' : 'next'),
  receives: ({ until, fields }) => (until === 'message' ? fields : null),
  migrations: [],
};

const renameIn = (source: string, scope: FeelScopeTypes, from: string, to: string): string =>
  source.trim() === '' ? source : renameInExpression(source, scope, from, to);

function analyseTime({ time }: WaitConfig, scope: FeelScopeTypes): Analysis {
  const found = checkExpression(time, scope, ['time'], 'The time');
  const problems: ConfigProblem[] = [...found.problems];
  if (found.problems.length === 0 && !MOMENTS.has(found.type.kind))
    problems.push({
      code: 'EXPRESSION_TYPE',
      severity: 'error',
      path: ['time'],
      message: 'What the case is to wait for is neither a date nor a date and time.',
      hint: 'Give one, such as date and time("2026-12-01T09:00:00Z") or now() + duration("PT2H").',
    });
  return { reads: found.reads, writes: null, problems };
}

function analyseMessage({ name, key, fields, giveUp }: WaitConfig, scope: FeelScopeTypes): Analysis {
  const found = checkExpression(key, scope, ['key'], 'What it is about');
  const problems: ConfigProblem[] = [...found.problems];
  if (name.trim() === '')
    problems.push({
      code: 'CONFIG',
      severity: 'error',
      path: ['name'],
      message: 'The message has no name.',
      hint: 'Name it as its sender does, such as “payment received”.',
    });
  const brought = fieldsType(fields);
  return {
    reads: found.reads,
    writes: giveUp === null ? brought : { ...brought, nullable: true },
    writesAt: { arrived: brought, 'timed out': { kind: 'null' } },
    problems,
  };
}
