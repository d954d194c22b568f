import { idSchema, nameSchema } from '../../engine/flow/document.ts';
import { fieldsType, fieldType } from '../../engine/flow/field-type.ts';
import { z } from '../../engine/flow/zod.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { checkExpression, renameAll } from '../expression.ts';
import { duration } from '../form.ts';
import { retrySchema, TIMED_OUT, TIMED_OUT_PORT, timedOutSwitch } from '../retry.ts';
import type { ConfigProblem, KindConfig, Surroundings } from '../kind.ts';

export const connectorSchema = z.strictObject({
  connection: z.union([idSchema, z.literal('')]).meta({
    label: 'Connection',
    help: 'The outside system, by the name that this workspace gives it.',
    widget: 'connection',
  }),
  action: z
    .union([nameSchema, z.literal('')])
    .meta({ label: 'Action', help: 'What is done there, and whether it can be taken back.', widget: 'action' }),
  arguments: z.record(nameSchema, z.string().max(4000)).meta({
    label: 'With',
    help: 'What is sent: a formula for each field of the action.',
    example: 'input.customer',
    widget: 'arguments',
  }),
  timeout: duration({ label: 'Give up after', help: 'How long one attempt may take.', example: 'PT10S' }),
  timedOut: timedOutSwitch,
  retry: retrySchema.meta({
    label: 'Trying again',
    help: 'An action that cannot safely be repeated is not, whatever is set here.',
  }),
  undo: z.boolean().optional().meta({
    label: 'Take back if the case fails later',
    help: 'By the action that the contract names, last done first.',
  }),
});
export type ConnectorConfig = z.infer<typeof connectorSchema>;

export function actionOf(config: ConnectorConfig, surroundings: Surroundings) {
  if (!Object.hasOwn(surroundings.connections, config.connection)) return undefined;
  const actions = surroundings.connections[config.connection]?.actions ?? {};
  return Object.hasOwn(actions, config.action) ? actions[config.action] : undefined;
}

function missing(config: ConnectorConfig, surroundings: Surroundings): ConfigProblem {
  const connection = Object.hasOwn(surroundings.connections, config.connection)
    ? surroundings.connections[config.connection]
    : undefined;
  if (connection === undefined) {
    const known = Object.keys(surroundings.connections);
    return {
      code: 'CONNECTION_UNKNOWN',
      severity: 'error',
      path: ['connection'],
      message:
        config.connection === ''
          ? 'No connection is chosen.'
          : `There is no connection “${config.connection}” in this workspace.`,
      hint: known.length === 0 ? 'Add a connection to the workspace first.' : `Choose one of: ${known.join(', ')}.`,
    };
  }
  return {
    code: 'ACTION_UNKNOWN',
    severity: 'error',
    path: ['action'],
    message: config.action === '' ? 'No action is chosen.' : `“${config.connection}” has no action “${config.action}”.`,
    hint: `Choose one of: ${Object.keys(connection.actions).join(', ')}.`,
  };
}

/** The contract is there, and nothing that keeps it: no case can come past the step on this machine. */
function unbound({ connection }: ConnectorConfig, { simulated }: Surroundings): ConfigProblem[] {
  if (simulated === undefined || simulated.includes(connection)) return [];
  return [
    {
      code: 'BINDING_MISSING',
      severity: 'warning',
      path: ['connection'],
      message: `Nothing stands behind “${connection}” here: cases that use it cannot be run in this workspace.`,
      hint: `Put a simulated system for it into the workspace, as systems/${connection}.system.json.`,
    },
  ];
}

/** Taking back asks nobody, so that it may do nothing that cannot be taken back itself. */
function undoProblems(config: ConnectorConfig, surroundings: Surroundings): ConfigProblem[] {
  const action = actionOf(config, surroundings);
  if (config.undo !== true || action === undefined) return [];
  const problem = { code: 'CONFIG', severity: 'error', path: ['undo'] } as const;
  if (action.class !== 'reversible')
    return [
      {
        ...problem,
        message: `“${config.action}” cannot be taken back: its contract names no action for that.`,
        hint: 'Switch this off, or ask the owner of the connection for an action that takes it back.',
      },
    ];
  const by = action.undo?.action ?? '';
  if (actionOf({ ...config, action: by }, surroundings)?.class !== 'irreversible') return [];
  return [
    {
      ...problem,
      message: `“${config.action}” is taken back by “${by}”, which cannot be taken back itself and would be done without anybody being asked.`,
      hint: 'Switch this off, and draw behind an approval what is to be done when the case fails.',
    },
  ];
}

export const connector: KindConfig<ConnectorConfig> = {
  kind: 'connector',
  label: 'Connector',
  summary: 'Does one named action of an outside system, as its contract says: read, reversible or irreversible.',
  hue: 'plum',
  icon: 'plug',
  schema: connectorSchema,
  initial: () => ({
    connection: '',
    action: '',
    arguments: {},
    timeout: 'PT10S',
    retry: { attempts: 4, firstDelay: 'PT1S', factor: 3, maxDelay: 'PT1M' },
  }),
  hasInput: true,
  inProgram: true,
  ports: ({ timedOut }) => [
    { id: 'done', label: 'done', tone: 'good' },
    { id: 'refused', label: 'refused', tone: 'wait' },
    ...(timedOut === true ? [TIMED_OUT_PORT] : []),
    { id: 'failed', label: 'failed', tone: 'bad', optional: true },
  ],
  analyse: (config, scope, surroundings) => {
    const problems: ConfigProblem[] = [];
    const reads: (readonly string[])[] = [];
    const action = actionOf(config, surroundings);
    problems.push(...(action === undefined ? [missing(config, surroundings)] : unbound(config, surroundings)));
    for (const [name, source] of Object.entries(config.arguments)) {
      const field = action !== undefined && Object.hasOwn(action.request, name) ? action.request[name] : undefined;
      const expects: FeelType | undefined = field === undefined ? undefined : fieldType(field);
      const found = checkExpression(source, scope, ['arguments', name], `“${name}”`, expects);
      reads.push(...found.reads);
      problems.push(...found.problems);
      if (action !== undefined && field === undefined)
        problems.push({
          code: 'ARGUMENT_UNKNOWN',
          severity: 'error',
          path: ['arguments', name],
          message: `“${config.action}” takes no field “${name}”.`,
          hint: `Its fields are: ${Object.keys(action.request).join(', ') || 'none'}.`,
        });
    }
    for (const [name, field] of Object.entries(action?.request ?? {})) {
      if (field.optional !== true && !Object.hasOwn(config.arguments, name))
        problems.push({
          code: 'ARGUMENT_MISSING',
          severity: 'error',
          path: ['arguments'],
          message: `“${config.action}” needs “${name}”, and nothing is given for it.`,
          hint: `Give a formula for “${name}”.`,
        });
    }
    problems.push(...undoProblems(config, surroundings));
    if (action === undefined) return { reads, writes: { kind: 'any' }, problems };
    // A refused or failed action leaves null; the exit “done” leaves the response.
    const response = fieldsType(action.response);
    const nothing: FeelType = { kind: 'null' };
    return {
      reads,
      writes: { ...response, nullable: true },
      writesAt: { done: response, refused: nothing, failed: nothing, [TIMED_OUT]: nothing },
      problems,
    };
  },
  rename: (config, scope, from, to) => ({ ...config, arguments: renameAll(config.arguments, scope, from, to) }),
  sentence: (config) =>
    config.connection === '' ? 'no action chosen yet' : `${config.connection} · ${config.action || '…'}`,
  influence: 'none',
  passes: () => 'done',
  effect: (config) =>
    config.connection === '' || config.action === ''
      ? null
      : {
          connection: config.connection,
          action: config.action,
          arguments: config.arguments,
          undo: config.undo === true,
        },
  migrations: [],
};
