import type { KindConfig, Surroundings } from '../../../nodes/kind.ts';
import type { FeelType } from '../../feel/type.ts';
import type { Kinds } from '../open.ts';
import { z } from '../zod.ts';

/** Surroundings without connections and models. */
export const NOTHING_AROUND: Surroundings = { connections: {}, models: {} };

const fakeSchema = z.strictObject({
  /** Paths read, such as `Check.value`. */
  reads: z.array(z.string()).default([]),
  /** What stands in scope under the node's name; nothing when null. */
  writes: z.enum(['string', 'number', 'boolean']).nullable().default('number'),
  exits: z.array(z.string()).default(['next']),
  /** Exits that may stay unwired. */
  optional: z.array(z.string()).default([]),
  /** The name of an action of the connection `desk`. */
  action: z.string().optional(),
});
export type FakeConfig = z.infer<typeof fakeSchema>;

type Traits = Partial<Pick<KindConfig<FakeConfig>, 'hasInput' | 'inProgram' | 'influence'>>;

/**
 * A kind for tests of graphs, scopes and marks that needs no FEEL: its config lists the paths it reads. A path whose first
 * name is not in scope is an EXPRESSION problem; a nullable one gives the warning EXPRESSION_NULLABLE.
 */
export function fakeKind(
  kind: string,
  traits: Traits = {},
  exits: readonly string[] = ['next'],
): KindConfig<FakeConfig> {
  return {
    kind,
    label: kind,
    summary: 'A kind for tests.',
    hue: 'slate',
    icon: 'box',
    schema: fakeSchema.extend({ exits: z.array(z.string()).default([...exits]) }),
    initial: () => ({ reads: [], writes: 'number', exits: [...exits], optional: [] }),
    hasInput: true,
    inProgram: true,
    influence: 'none',
    migrations: [],
    ...traits,
    ports: (config) =>
      config.exits.map((id) => ({ id, label: id, ...(config.optional.includes(id) ? { optional: true } : {}) })),
    analyse(config, scope) {
      const reads = config.reads.map((path) => path.split('.'));
      const writes: FeelType | null =
        config.writes === null || config.exits.length === 0 ? null : { kind: config.writes };
      return {
        reads,
        writes,
        problems: reads.flatMap(([root = ''], i) => {
          const type = Object.hasOwn(scope, root) ? scope[root] : undefined;
          if (type !== undefined && type.nullable !== true) return [];
          return [
            {
              code: type === undefined ? ('EXPRESSION' as const) : ('EXPRESSION_NULLABLE' as const),
              severity: type === undefined ? ('error' as const) : ('warning' as const),
              path: ['reads', i],
              message: `“${root}” ${type === undefined ? 'is not known' : 'may be null'} here.`,
              hint: 'Read something else.',
            },
          ];
        }),
      };
    },
    rename: (config, _scope, from, to) => ({
      ...config,
      reads: config.reads.map((path) => {
        const [root, ...rest] = path.split('.');
        return root === from ? [to, ...rest].join('.') : path;
      }),
    }),
    sentence: (config) => config.reads.join(', '),
    effect: (config) =>
      config.action === undefined ? null : { connection: 'desk', action: config.action, arguments: {} },
  };
}

/** `start`, `step`, `ai`, `person`, `stop` and `note`: one kind of each sort. */
export const FAKE_KINDS: Kinds = Object.fromEntries(
  [
    fakeKind('start', { hasInput: false }),
    fakeKind('step'),
    fakeKind('ai', { influence: 'ai' }, ['answered', 'uncertain']),
    fakeKind('person', { influence: 'person' }, ['approved', 'rejected']),
    fakeKind('stop', {}, []),
    fakeKind('note', { hasInput: false, inProgram: false }, []),
  ].map((kind) => [kind.kind, kind]),
);
