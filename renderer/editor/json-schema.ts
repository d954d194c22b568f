import { flowSchema } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import { KINDS } from '../../nodes/index.ts';
import type { JsonPath } from './json-places.ts';

/** The JSON schema of the flow document, as far as an editor needs it to offer keys and values and to say what they are. */
export interface SchemaNode {
  label?: string | undefined;
  help?: string | undefined;
  description?: string | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  type?: string | string[] | undefined;
  properties?: Record<string, SchemaNode> | undefined;
  additionalProperties?: SchemaNode | boolean | undefined;
  items?: SchemaNode | undefined;
  anyOf?: SchemaNode[] | undefined;
  oneOf?: SchemaNode[] | undefined;
  allOf?: SchemaNode[] | undefined;
}

const schemaNode: z.ZodType<SchemaNode> = z.lazy(() =>
  z.object({
    label: z.string().optional(),
    help: z.string().optional(),
    description: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), schemaNode).optional(),
    additionalProperties: z.union([schemaNode, z.boolean()]).optional(),
    items: schemaNode.optional().catch(undefined),
    anyOf: z.array(schemaNode).optional(),
    oneOf: z.array(schemaNode).optional(),
    allOf: z.array(schemaNode).optional(),
  }),
);

const read = (schema: z.ZodType): SchemaNode =>
  schemaNode.parse(
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', target: 'draft-2020-12', reused: 'inline' }),
  );

let flow: SchemaNode | null = null;
const configs = new Map<string, SchemaNode | null>();

function configOf(kind: string): SchemaNode | null {
  const known = configs.get(kind);
  if (known !== undefined) return known;
  const found = KINDS[kind];
  const made = found === undefined ? null : read(found.schema);
  configs.set(kind, made);
  return made;
}

/** Every schema that what stands at a path may fit. `kindOf` tells the kind of a node, which says how its config is made. */
export function schemasAt(path: JsonPath, kindOf: (node: string) => string | null): readonly SchemaNode[] {
  const [first, id, third, ...rest] = path;
  if (first === 'nodes' && id !== undefined && third === 'config') {
    const config = configOf(kindOf(String(id)) ?? '');
    return config === null ? [] : descend([config], rest);
  }
  flow ??= read(flowSchema);
  return descend([flow], path);
}

const alternatives = (node: SchemaNode): SchemaNode[] => [
  node,
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])].flatMap(alternatives),
];

function descend(start: readonly SchemaNode[], path: JsonPath): readonly SchemaNode[] {
  let at = start.flatMap(alternatives);
  for (const key of path)
    at = at
      .flatMap((node) => {
        const named = node.properties;
        if (typeof key === 'number') return node.items ?? [];
        if (named !== undefined && Object.hasOwn(named, key)) return named[key] ?? [];
        return typeof node.additionalProperties === 'object' ? node.additionalProperties : [];
      })
      .flatMap(alternatives);
  return at;
}

export interface JsonOffer {
  /** As it stands in JSON. */
  text: string;
  help: string;
}

const helpOf = ({ label, help, description }: SchemaNode): string =>
  [label, help ?? description].filter((text) => text !== undefined && text !== '').join('\n');

/** Keys that may stand in an object, but for those that are there. */
export function keysFor(schemas: readonly SchemaNode[], there: ReadonlySet<string>): JsonOffer[] {
  const found = new Map<string, JsonOffer>();
  for (const { properties } of schemas)
    for (const [key, node] of Object.entries(properties ?? {}))
      if (!there.has(key)) found.set(key, { text: JSON.stringify(key), help: helpOf(node) });
  return [...found.values()];
}

/** Values that may stand somewhere: choices, constants, true and false. */
export function valuesFor(schemas: readonly SchemaNode[]): JsonOffer[] {
  const values = schemas.flatMap((node) => {
    const given = [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])];
    return (node.type === 'boolean' ? [true, false] : given).map((value) => ({ value, help: helpOf(node) }));
  });
  return [
    ...new Map(
      values.map(({ value, help }) => [JSON.stringify(value), { text: JSON.stringify(value), help }]),
    ).values(),
  ];
}

/** What stands at a path, in words; null where nothing is known of it. */
export function helpAt(schemas: readonly SchemaNode[]): string | null {
  return schemas.map(helpOf).find((help) => help !== '') ?? null;
}
