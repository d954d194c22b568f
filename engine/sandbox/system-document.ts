import { idSchema, nameSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';

/** The declarative form of a simulated system: what it holds and what its actions do. No code comes from documents. */
export const SYSTEM_FORMAT = 'countersign.system';

const scalarSchema = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);
export type Scalar = z.infer<typeof scalarSchema>;
export const recordSchema = z.record(nameSchema, scalarSchema);
/** One record of a collection. */
export type SystemRecord = z.infer<typeof recordSchema>;

const weightSchema = z.number().positive();
const daySchema = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a date such as 2026-03-02');

/** Makes one value from a random draw that depends on seed, collection, id and field alone. */
export type Generator =
  | { value: Scalar }
  | { choice: Record<string, number> }
  | { integer: { from: number; to: number } }
  | { decimal: { from: number; to: number; places: number } }
  | { date: { from: string; to: string } }
  | { chance: number }
  | { text: string }
  | { copy: string }
  | { oneOf: { weight: number; make: Generator }[] };

const generatorSchema: z.ZodType<Generator> = z.lazy(() =>
  z.union([
    /** Always this. */
    z.strictObject({ value: scalarSchema }),
    /** One of the texts, by weight. */
    z.strictObject({
      choice: z.record(z.string(), weightSchema).refine((c) => Object.keys(c).length > 0, 'at least one choice'),
    }),
    /** A whole number, both ends included. */
    z.strictObject({
      integer: z.strictObject({ from: z.int(), to: z.int() }).refine((r) => r.from <= r.to, 'from is at most to'),
    }),
    /** A decimal with that many places, both ends included. */
    z.strictObject({
      decimal: z
        .strictObject({ from: z.number(), to: z.number(), places: z.int().min(0).max(6) })
        .refine((r) => r.from <= r.to, 'from is at most to'),
    }),
    z.strictObject({
      date: z.strictObject({ from: daySchema, to: daySchema }).refine((r) => r.from <= r.to, 'from is at most to'),
    }),
    /** True with this probability. */
    z.strictObject({ chance: z.number().min(0).max(1) }),
    /** Text in which each `#` becomes a digit and `{name}` the id or another field. */
    z.strictObject({ text: z.string().max(500) }),
    /** The same as `id` or another field. */
    z.strictObject({ copy: nameSchema }),
    /** One of several generators, by weight: for values that are mostly small and sometimes large. */
    z.strictObject({
      oneOf: z
        .array(z.strictObject({ weight: weightSchema, make: generatorSchema }))
        .min(1)
        .max(50),
    }),
  ]),
);

export const collectionSchema = z.strictObject({
  /** Records that are there from the start; they win over generated ones. */
  rows: z.record(z.string().min(1).max(200), recordSchema).optional(),
  /** Fields of the record that any other id has. They may refer to each other, but not in a circle. */
  generate: z.record(nameSchema, generatorSchema).optional(),
  /** Which ids have a generated record: a prefix and a number in a range, padded to `digits` if given. Without it, every id. */
  ids: z
    .strictObject({
      prefix: z.string().max(40).optional(),
      digits: z.int().min(1).max(15).optional(),
      from: z.int().min(0),
      to: z.int(),
    })
    .optional(),
});
export type Collection = z.infer<typeof collectionSchema>;

/** Where a value comes from when an action runs. `after` is a moment so many milliseconds from now. */
const sourceSchema = z.union([
  z.strictObject({ request: nameSchema }),
  z.strictObject({ value: scalarSchema }),
  z.strictObject({ after: z.int().min(0) }),
  z.strictObject({ key: z.literal(true) }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** What must hold, else the action is answered with `status` (404 for a record that is not there, 409 otherwise) and nothing happens. */
const needSchema = z.strictObject({
  in: nameSchema,
  /** Request field that holds the record's id. */
  by: nameSchema,
  /** Values that a field of the record may have. */
  is: z.record(nameSchema, z.array(scalarSchema).min(1)).optional(),
  /** A field of the record that holds a moment which has not come yet. */
  before: nameSchema.optional(),
  status: z.int().min(400).max(499).optional(),
  message: z.string().max(200).optional(),
});
export type Need = z.infer<typeof needSchema>;

/** A change to one more record: fields set, or increased (by a negative amount: `times: -1`). */
const changeSchema = z.strictObject({
  in: nameSchema,
  by: nameSchema,
  set: z.record(nameSchema, sourceSchema).optional(),
  add: z.record(nameSchema, z.strictObject({ request: nameSchema, times: z.number().optional() })).optional(),
});
export type Change = z.infer<typeof changeSchema>;

const needs = z.array(needSchema).optional();
const changes = z.array(changeSchema).optional();

/** What an action does. Response fields are those of the record met, `answer` renames or adds. */
export const behaviourSchema = z.discriminatedUnion('do', [
  /** Answers with the record, 404 where there is none. */
  z.strictObject({ do: z.literal('read'), from: nameSchema, by: nameSchema }),
  /** Answers `found`, `count` and the first record among those created or changed whose fields equal these request fields. */
  z.strictObject({ do: z.literal('find'), from: nameSchema, where: z.record(nameSchema, nameSchema) }),
  /** Makes a record of the request's fields (and `set`) under a new id, which it also holds as `idAs`. */
  z.strictObject({
    do: z.literal('create'),
    in: nameSchema,
    prefix: z.string().max(40),
    idAs: nameSchema,
    set: z.record(nameSchema, sourceSchema).optional(),
    needs,
    changes,
  }),
  /** Sets fields of the record; `previous` names response fields that hold what a record field was before. */
  z.strictObject({
    do: z.literal('set'),
    in: nameSchema,
    by: nameSchema,
    to: z.record(nameSchema, sourceSchema),
    previous: z.record(nameSchema, nameSchema).optional(),
    needs,
    changes,
  }),
]);
export type SystemBehaviour = z.infer<typeof behaviourSchema>;

/** What goes wrong. In process and over HTTP the same faults mean the same; see `simulate.ts`. */
export const FAULTS = ['down', 'timeout', '500', '429', 'lost answer', 'bad answer', 'slow'] as const;

export const faultSchema = z.strictObject({
  /** Every action of the system when left out. */
  action: nameSchema.optional(),
  fault: z.enum(FAULTS),
  /** The first, second … call of that action; all calls when neither this nor `probability` is given. */
  nth: z.array(z.int().min(1)).min(1).optional(),
  /** Drawn from the seed, the action, the request and the attempt: not from the order in which calls arrive. */
  probability: z.number().min(0).max(1).optional(),
  /** How long `slow` takes. */
  delayMs: z.int().min(0).max(3_600_000).optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type FaultName = Fault['fault'];

/** `systems/<connection>.system.json` */
export const systemSchema = z
  .strictObject({
    format: z.literal(SYSTEM_FORMAT),
    version: z.literal(1),
    connection: idSchema,
    title: z.string().min(1).max(120),
    /** How long each answer takes by the clock; nothing when left out. */
    latencyMs: z
      .strictObject({ from: z.int().min(0), to: z.int().max(60_000) })
      .refine((r) => r.from <= r.to)
      .optional(),
    collections: z.record(nameSchema, collectionSchema),
    actions: z.record(nameSchema, behaviourSchema),
    faults: z.array(faultSchema).optional(),
  })
  .superRefine((system, ctx) => {
    for (const [name, behaviour] of Object.entries(system.actions))
      for (const collection of collectionsOf(behaviour))
        if (!Object.hasOwn(system.collections, collection))
          ctx.addIssue({
            code: 'custom',
            path: ['actions', name],
            message: `there is no collection “${collection}” in this system`,
          });
    for (const [name, collection] of Object.entries(system.collections)) {
      const generators = collection.generate ?? {};
      for (const field of Object.keys(generators)) {
        const wrong = misreference(generators, field, []);
        if (wrong !== null)
          ctx.addIssue({ code: 'custom', path: ['collections', name, 'generate', field], message: wrong });
      }
    }
  });
export type SystemDocument = z.infer<typeof systemSchema>;

function collectionsOf(behaviour: SystemBehaviour): string[] {
  if (behaviour.do === 'read' || behaviour.do === 'find') return [behaviour.from];
  const further = [...(behaviour.needs ?? []), ...(behaviour.changes ?? [])];
  return [behaviour.in, ...further.map((one) => one.in)];
}

/** Why a generated field cannot be made from the fields that it refers to, or null. */
function misreference(
  generators: Readonly<Record<string, Generator>>,
  field: string,
  above: readonly string[],
): string | null {
  if (field === 'id') return null;
  const generator = Object.hasOwn(generators, field) ? generators[field] : undefined;
  if (generator === undefined) return `“${field}” is neither id nor a field of this collection`;
  if (above.includes(field)) return `“${[...above, field].join('” refers to “')}”, which is a circle`;
  for (const used of fieldsUsed(generator)) {
    const wrong = misreference(generators, used, [...above, field]);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Names in `{…}` of a text generator. */
export const PLACEHOLDER = /\{([^{}]+)\}/g;

function fieldsUsed(generator: Generator): string[] {
  if ('copy' in generator) return [generator.copy];
  if ('text' in generator) return [...generator.text.matchAll(PLACEHOLDER)].map((m) => m[1] ?? '');
  if ('oneOf' in generator) return generator.oneOf.flatMap((one) => fieldsUsed(one.make));
  return [];
}
