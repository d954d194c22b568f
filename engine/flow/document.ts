import { z } from './zod.ts';

/** The one integer that says how a flow document is to be read. */
export const FLOW_VERSION = 1;
export const FLOW_FORMAT = 'countersign.flow';

const idPattern = /^[a-z][a-z0-9_-]{1,39}$/;
export const idSchema = z
  .string()
  .regex(idPattern, 'an id is 2 to 40 small letters, digits, - or _, beginning with a letter');

/** A FEEL name that expressions use: letters, digits, single spaces and underscores, beginning with a letter. */
export const namePattern = /^[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)*$/u;
export const nameSchema = z
  .string()
  .max(60)
  .regex(namePattern, 'a name has letters, digits, underscores and single spaces, and begins with a letter');

const fieldBase = {
  label: z.string().max(120).optional(),
  description: z.string().max(500).optional(),
  /** A run may start without it; it is then null. */
  optional: z.boolean().optional(),
  /** Sealed in the journal with a key that can be destroyed. */
  personal: z.boolean().optional(),
  /** Says who the case is about, such as a customer number: personal as well, and what erasing finds a person's cases by. */
  identifies: z.boolean().optional(),
  /** Measured for fairness and withheld from models. */
  protected: z.boolean().optional(),
};

/** A field of a flow's input or of an action's request and response; only what a case begins with or waits for has lists. */
export const fieldSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...fieldBase, type: z.literal('string'), values: z.array(z.string()).min(1).optional() }),
  z.strictObject({ ...fieldBase, type: z.literal('number') }),
  z.strictObject({ ...fieldBase, type: z.literal('boolean') }),
  z.strictObject({ ...fieldBase, type: z.literal('date') }),
  z.strictObject({ ...fieldBase, type: z.literal('date and time') }),
  z.strictObject({
    ...fieldBase,
    type: z.literal('list'),
    of: z.enum(['string', 'number', 'boolean', 'date', 'date and time']),
  }),
]);
export type Field = z.infer<typeof fieldSchema>;
/** Whether a field is sealed in the journal. */
export const isPersonal = ({ personal, identifies }: Field): boolean => personal === true || identifies === true;
export const fieldsSchema = z.record(nameSchema, fieldSchema);
export type Fields = z.infer<typeof fieldsSchema>;

export const aboutSchema = z.strictObject({
  title: z.string().min(1).max(120),
  purpose: z.string().max(2000),
  businessOwner: z.string().max(120),
  flowOwner: z.string().max(120),
  objective: z.strictObject({
    text: z.string().max(500),
    baseline: z.string().max(120),
    target: z.string().max(120),
  }),
});

/** A node as stored. `config` is checked by its kind. */
export const nodeSchema = z.strictObject({
  kind: z.string().min(1).max(40),
  name: nameSchema,
  config: z.record(z.string(), z.unknown()),
  /** The program is what it would be without the node (disabled.ts). */
  disabled: z.literal(true).optional(),
});

/** An edge leaves a port. `back` marks an edge that goes back for correction and bounds how often a run may take it. */
export const edgeSchema = z.strictObject({
  from: z.strictObject({ node: idSchema, port: z.string().min(1).max(60) }),
  to: z.strictObject({ node: idSchema }),
  back: z.strictObject({ maxVisits: z.number().int().min(1).max(100) }).optional(),
});

export const placeSchema = z.strictObject({
  x: z.number(),
  y: z.number(),
  width: z.number().positive().optional(),
  height: z.number().positive().optional(),
});

/** A box around nodes, with a name. A node stands in one group at most; where a document says otherwise, the first by id. */
export const groupSchema = z.strictObject({
  name: z.string().min(1).max(60),
  nodes: z.array(idSchema).min(1).max(2000),
  /** Drawn as one card. */
  folded: z.literal(true).optional(),
});

const remarkSchema = z.strictObject({
  by: z.string().max(120),
  /** RFC 3339, in UTC. */
  at: z.iso.datetime(),
  text: z.string().min(1).max(4000),
});

/** What people say about a node: a remark and the answers to it. `closed` says who thought it settled, and when. */
export const commentSchema = z.strictObject({
  node: idSchema,
  remarks: z.array(remarkSchema).min(1).max(200),
  closed: z.strictObject({ by: z.string().max(120), at: z.iso.datetime() }).optional(),
});

/**
 * A flow document: JSON with keys in a stable order. `layout`, notes, groups and comments are outside the program's
 * digest. Node and edge ids are random and never change; a node's `name` is what expressions use. `groups` and `comments`
 * are absent where there are none.
 */
export const flowSchema = z.strictObject({
  format: z.literal(FLOW_FORMAT),
  version: z.literal(FLOW_VERSION),
  about: aboutSchema,
  input: fieldsSchema,
  nodes: z.record(idSchema, nodeSchema),
  edges: z.record(idSchema, edgeSchema),
  layout: z.record(idSchema, placeSchema),
  groups: z.record(idSchema, groupSchema).optional(),
  comments: z.record(idSchema, commentSchema).optional(),
});

export type Flow = z.infer<typeof flowSchema>;
export type FlowNode = z.infer<typeof nodeSchema>;
export type FlowEdge = z.infer<typeof edgeSchema>;
export type About = z.infer<typeof aboutSchema>;
export type Place = z.infer<typeof placeSchema>;
export type Group = z.infer<typeof groupSchema>;
export type Remark = z.infer<typeof remarkSchema>;
export type Comment = z.infer<typeof commentSchema>;
