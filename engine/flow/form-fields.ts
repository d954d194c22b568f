import { z } from './zod.ts';

/**
 * The form of a config, read off the schema of its kind: a field that is added to a kind's schema is in the form, with
 * its label, its bounds and its checks, and nothing in the renderer knows of it. Differences speak of settings in the same
 * words.
 */
export interface FieldSpec {
  key: string;
  label: string;
  help: string | null;
  example: string | null;
  /** The widget that the schema asks for, or what its type suggests. */
  control: string;
  nullable: boolean;
  /** It may be left out. */
  optional: boolean;
  /** Of the fields with one word here a config has one; null for a field that stands for itself. */
  either: string | null;
  /** It is shown where another field has this value only. */
  when: { field: string; is: string } | null;
  /** What the choices are called. */
  optionLabels: Readonly<Record<string, string>>;
  min: number | null;
  max: number | null;
  integer: boolean;
  maxLength: number | null;
  options: readonly string[];
  /** The fields of a group, or of one item of a list. */
  fields: readonly FieldSpec[];
}

interface JsonSchema {
  type?: string | undefined;
  label?: string | undefined;
  help?: string | undefined;
  example?: string | undefined;
  widget?: string | undefined;
  either?: string | undefined;
  when?: { field: string; is: string } | undefined;
  options?: Record<string, string> | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  minimum?: number | undefined;
  maximum?: number | undefined;
  maxLength?: number | undefined;
  anyOf?: JsonSchema[] | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  items?: JsonSchema | undefined;
  additionalProperties?: JsonSchema | boolean | undefined;
}

/** As much of JSON Schema as a form needs; what else stands in it is left to the check of the value. */
const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    label: z.string().optional(),
    help: z.string().optional(),
    example: z.string().optional(),
    widget: z.string().optional(),
    either: z.string().optional(),
    when: z.object({ field: z.string(), is: z.string() }).optional(),
    options: z.record(z.string(), z.string()).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxLength: z.number().optional(),
    anyOf: z.array(jsonSchema).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    items: jsonSchema.optional().catch(undefined),
    additionalProperties: z.union([jsonSchema, z.boolean()]).optional(),
  }),
);

const known = new WeakMap<z.ZodType, readonly FieldSpec[]>();

/** The fields of a config's schema, in the order in which they stand there. */
export function fieldsOf(schema: z.ZodType): readonly FieldSpec[] {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const read = jsonSchema.parse(
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', target: 'draft-2020-12' }),
  );
  const fields = groupFields(read);
  known.set(schema, fields);
  return fields;
}

function groupFields(schema: JsonSchema): FieldSpec[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([key, field]) => fieldSpec(key, field, !required.has(key)));
}

function fieldSpec(key: string, given: JsonSchema, optional: boolean): FieldSpec {
  const choices = given.anyOf ?? [];
  const nullable = choices.some((choice) => choice.type === 'null');
  const [single, ...others] = choices.filter((choice) => choice.type !== 'null');
  const inner = given.anyOf === undefined || others.length > 0 ? {} : (single ?? {});
  const schema: JsonSchema = { ...inner, ...dropUndefined(given) };
  return {
    key,
    label: schema.label ?? spoken(key),
    help: schema.help ?? null,
    example: schema.example ?? null,
    control: schema.widget ?? controlOf(schema),
    nullable,
    optional,
    either: schema.either ?? null,
    when: schema.when ?? null,
    optionLabels: schema.options ?? {},
    min: schema.minimum ?? null,
    max: schema.maximum ?? null,
    integer: schema.type === 'integer',
    maxLength: schema.maxLength ?? null,
    options: optionsOf(schema.type === 'array' ? (schema.items ?? {}) : schema),
    fields: schema.type === 'array' ? groupFields(schema.items ?? {}) : groupFields(schema),
  };
}

function controlOf(schema: JsonSchema): string {
  if (optionsOf(schema).length > 0) return 'choice';
  switch (schema.type) {
    case 'string':
      return (schema.maxLength ?? 0) > 400 ? 'long text' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array':
      return schema.items?.properties === undefined ? 'json' : 'list';
    case 'object':
      return schema.properties === undefined ? 'json' : 'group';
    default:
      return 'json';
  }
}

const optionsOf = (schema: JsonSchema): string[] => (schema.enum ?? []).filter((value) => typeof value === 'string');

const dropUndefined = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));

/** `maxDelay` as “Max delay”: what a field is called whose schema gives it no label. */
export const spoken = (key: string): string => {
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
