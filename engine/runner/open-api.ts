import { z } from '../flow/zod.ts';
import { casesPageSchema, LISTED, MOST_LISTED, tasksPageSchema } from './api-lists.ts';
import { backupNoteSchema, erasureSchema, pruningSchema } from './api-record.ts';
import {
  ACTOR_SCHEMA,
  cancelSchema,
  decisionSchema,
  holdSchema,
  messageSchema,
  settlementSchema,
  tryAgainSchema,
  startSchema,
  stopSchema,
} from './api-schema.ts';
import { statusSchema } from './status-schema.ts';
import { LISTED_BY } from './cases-listed.ts';
import { liftedSchema, stopsToldSchema } from './stops.ts';

/** An idempotency key. */
const KEY = { type: 'string', minLength: 1, maxLength: 200, pattern: String.raw`\S` } as const;

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } } as const;
const LIMIT = {
  name: 'limit',
  in: 'query',
  schema: { type: 'integer', minimum: 1, maximum: MOST_LISTED, default: LISTED },
} as const;
const AFTER = {
  name: 'after',
  in: 'query',
  description: 'what the page before ended with as next',
  schema: { type: 'string' },
} as const;
const bearer = (file: string) => ({ type: 'http', scheme: 'bearer', description: `what the file ${file} holds` });

const json = (schema: z.ZodType) => ({
  required: true,
  content: { 'application/json': { schema: z.toJSONSchema(schema) } },
});
const answers = {
  responses: { '200': { description: 'as asked' }, default: { description: 'an error in the one shape' } },
};
const giving = (schema: z.ZodType) => ({
  responses: {
    ...answers.responses,
    '200': { description: 'as asked', content: { 'application/json': { schema: z.toJSONSchema(schema) } } },
  },
});
const ofOne = { parameters: [ID] };
const record = { security: [{ operator: [] }] };

/** The interface in OpenAPI 3.1, from the very schemas that check it. */
export function openApi() {
  return {
    openapi: '3.1.0',
    info: { title: 'Countersign runner', version: '0.1.0' },
    components: {
      securitySchemes: { token: bearer('token'), operator: bearer('operator-token') },
      schemas: { actor: z.toJSONSchema(ACTOR_SCHEMA) },
    },
    security: [{ token: [] }],
    paths: {
      '/health': { get: { security: [], ...answers } },
      '/status': { get: giving(statusSchema) },
      '/cases': {
        get: {
          parameters: [{ name: 'status', in: 'query', schema: { type: 'string', enum: [...LISTED_BY] } }, LIMIT, AFTER],
          ...giving(casesPageSchema),
        },
        post: {
          parameters: [{ name: 'Idempotency-Key', in: 'header', schema: KEY }],
          requestBody: json(startSchema),
          responses: {
            '202': { description: 'started, and on disk' },
            default: { description: 'an error in the one shape' },
          },
        },
      },
      '/cases/{id}': { get: { ...ofOne, ...answers } },
      '/tasks': {
        get: {
          parameters: [{ name: 'run', in: 'query', schema: { type: 'string' } }, LIMIT, AFTER],
          ...giving(tasksPageSchema),
        },
      },
      '/tasks/{id}': { get: { ...ofOne, ...answers } },
      '/tasks/{id}/decision': { post: { ...ofOne, requestBody: json(decisionSchema), ...answers } },
      '/tasks/{id}/settlement': { post: { ...ofOne, requestBody: json(settlementSchema), ...answers } },
      '/record/checkpoints': { post: { ...record, ...answers } },
      '/record/erasures': { post: { ...record, requestBody: json(erasureSchema), ...answers } },
      '/record/prunings': { post: { ...record, requestBody: json(pruningSchema), ...answers } },
      '/record/backups': { post: { ...record, requestBody: json(backupNoteSchema), ...answers } },
      '/messages': {
        post: {
          parameters: [{ name: 'Idempotency-Key', in: 'header', required: true, schema: KEY }],
          requestBody: json(messageSchema),
          ...answers,
        },
      },
      '/cases/{id}/again': { post: { ...ofOne, requestBody: json(tryAgainSchema), ...answers } },
      '/cases/{id}/cancel': { post: { ...ofOne, requestBody: json(cancelSchema), ...answers } },
      '/cases/{id}/suspend': { post: { ...ofOne, requestBody: json(holdSchema), ...answers } },
      '/cases/{id}/resume': { post: { ...ofOne, requestBody: json(holdSchema), ...answers } },
      '/stops': { get: giving(stopsToldSchema), post: { requestBody: json(stopSchema), ...giving(stopsToldSchema) } },
      '/stops/lift': { post: { requestBody: json(stopSchema), ...giving(liftedSchema) } },
      '/openapi.json': { get: answers },
    },
  };
}
