import { fieldsSchema, idSchema, isPersonal, nameSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';

/** A FEEL duration in ISO 8601 form, such as PT48H or P14D. */
export const durationSchema = z
  .string()
  .regex(/^P(?=\d|T\d)(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/, 'a duration such as PT30M, PT4H or P14D');

/** The name of an HTTP header (a token of RFC 9110, 5.6.2). */
export const headerNameSchema = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'a header name');

/** How the other side treats the same request sent twice. Decides what happens when an answer was lost. */
export const idempotencySchema = z.discriminatedUnion('by', [
  /** It remembers our key and answers as the first time. */
  z.strictObject({ by: z.literal('key'), header: headerNameSchema.default('Idempotency-Key') }),
  /** Sending it twice leaves the same state as sending it once (set a status, PUT). */
  z.strictObject({ by: z.literal('natural') }),
  /** It can be asked whether the effect with our key happened, by another action of class `read`. */
  z.strictObject({ by: z.literal('askable'), ask: nameSchema, argument: nameSchema, found: z.string() }),
  /** Neither: a crash in the window puts the effect in doubt and a person decides. */
  z.strictObject({ by: z.literal('none') }),
]);
export type Idempotency = z.infer<typeof idempotencySchema>;

/** The HTTP form of an action. `{name}` in `path` and `query` is filled from the request and percent-encoded. */
export const httpSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().regex(/^\/[^\s?#]*$/, 'a path that begins with /'),
  query: z.array(nameSchema).optional(),
});

/**
 * A bound that holds across runs; past it the effect is held for a person. What a sum adds up is sealed with the request
 * where a flow makes it from what is personal. A field that is personal by contract would be readable wherever a flow does
 * not mark what it comes from, so it cannot be summed.
 */
export const limitSchema = z.union([
  z.strictObject({ count: z.number().int().positive(), per: durationSchema }),
  z.strictObject({ sum: nameSchema, max: z.number().positive(), per: durationSchema }),
]);
export type Limit = z.infer<typeof limitSchema>;

/** What one action of a connection is: its schemas, its side-effect class and how it may be repeated, undone and limited. */
export const actionSchema = z.strictObject({
  title: z.string().min(1).max(120),
  /** What the approver reads; `{field}` is filled from the request. */
  sentence: z.string().max(200).optional(),
  class: z.enum(['read', 'reversible', 'irreversible']),
  undo: z
    .strictObject({ action: nameSchema, within: durationSchema, arguments: z.record(nameSchema, z.string()) })
    .optional(),
  idempotency: idempotencySchema,
  scope: z.string().max(120).optional(),
  businessKey: z.strictObject({ fields: z.array(nameSchema).min(1), within: durationSchema }).optional(),
  limits: z.array(limitSchema).optional(),
  request: fieldsSchema,
  response: fieldsSchema,
  http: httpSchema,
});
export type Action = z.infer<typeof actionSchema>;

/** What is wrong with what an action says of its effects across runs, with where it says so. */
function acrossRuns(action: Action): { path: (string | number)[]; message: string }[] {
  const found: { path: (string | number)[]; message: string }[] = [];
  if (action.class === 'read' && (action.businessKey !== undefined || action.limits !== undefined))
    found.push({ path: ['class'], message: 'an action of class read does nothing that could be limited' });
  action.businessKey?.fields.forEach((field, i) => {
    if (!Object.hasOwn(action.request, field))
      found.push({ path: ['businessKey', 'fields', i], message: `the request has no field “${field}”` });
  });
  action.limits?.forEach((limit, i) => {
    if (!('sum' in limit)) return;
    const field = Object.hasOwn(action.request, limit.sum) ? action.request[limit.sum] : undefined;
    const refuse = (message: string) => found.push({ path: ['limits', i, 'sum'], message });
    if (field === undefined) refuse(`the request has no field “${limit.sum}”`);
    else if (field.type !== 'number') refuse(`“${limit.sum}” is no number, so it cannot be summed`);
    else if (isPersonal(field))
      refuse(
        `“${limit.sum}” is personal by contract, and what a flow does not mark itself stays readable: limit how often, or mark it in the flow’s input and not here`,
      );
  });
  return found;
}

export const CONNECTION_FORMAT = 'countersign.connection';

/** `connections/<name>.connection.json`: a named need for an outside system and the actions a flow may take there. */
export const connectionSchema = z
  .strictObject({
    format: z.literal(CONNECTION_FORMAT),
    version: z.literal(1),
    name: idSchema,
    title: z.string().min(1).max(120),
    owner: z.string().max(120),
    actions: z.record(nameSchema, actionSchema),
  })
  .superRefine((connection, ctx) => {
    for (const [name, action] of Object.entries(connection.actions)) {
      const refuse = (path: string[], message: string) =>
        ctx.addIssue({ code: 'custom', path: ['actions', name, ...path], message });
      if (action.class === 'reversible' && action.undo === undefined)
        refuse(['undo'], 'a reversible action names the action that takes it back and until when');
      if (action.class !== 'reversible' && action.undo !== undefined)
        refuse(['undo'], 'only a reversible action names an undo');
      if (action.undo !== undefined && connection.actions[action.undo.action] === undefined)
        refuse(['undo', 'action'], `there is no action “${action.undo.action}” in this connection`);
      if (action.idempotency.by === 'askable') {
        const ask = connection.actions[action.idempotency.ask];
        if (ask === undefined || ask.class !== 'read')
          refuse(['idempotency', 'ask'], 'the action to ask with must exist in this connection and be of class read');
      }
      for (const part of ['request', 'response'] as const)
        for (const [field, { type }] of Object.entries(action[part]))
          if (type === 'list') refuse([part, field, 'type'], 'an action takes and gives single values, no lists');
      for (const { path, message } of acrossRuns(action))
        ctx.addIssue({ code: 'custom', path: ['actions', name, ...path], message });
      if (action.class === 'read' && action.http.method !== 'GET')
        refuse(['http', 'method'], 'an action of class read uses GET');
    }
  });
export type Connection = z.infer<typeof connectionSchema>;

export const POLICY_FORMAT = 'countersign.policy';

/**
 * What may run without a person. An irreversible action that is not named here needs an approval on every path from an
 * AI answer; one that is named may go without up to `max` of `field`. A reversible action may go without unless it is
 * named, and then up to its limit.
 */
export const policySchema = z.strictObject({
  format: z.literal(POLICY_FORMAT),
  version: z.literal(1),
  withoutPerson: z.record(
    z.string().regex(/^[^.]+\.[^.]+$/, 'connection.action'),
    z.strictObject({ field: nameSchema, max: z.number().nonnegative() }),
  ),
  /** The author of a release may not be its approver. */
  fourEyesOnRelease: z.boolean().optional(),
});
export type Policy = z.infer<typeof policySchema>;

/** The empty policy: nothing irreversible without a person. */
export const STRICT_POLICY: Policy = { format: POLICY_FORMAT, version: 1, withoutPerson: {} };
