/** What a run that tries another again begins with, in its journaled form. */
import { decodeValue, encodeValue, isFeelContext, type FeelValue, type JsonValue } from '../feel/value.ts';
import type { Effect } from './state.ts';
import type { Carried } from './try-again.ts';

/** Its bare course, and its content, which is sealed where a program seals anything. */
export function encodeCarried({ values, effects, ...course }: Carried): {
  course: { [key: string]: JsonValue };
  content: { [key: string]: JsonValue };
} {
  return {
    course: {
      visits: { ...course.visits },
      backs: { ...course.backs },
      approvals: { ...course.approvals },
      lastApproval: course.lastApproval,
    },
    content: {
      values: encodeValue(values),
      effects: effects.map(({ request, response, ...effect }) => ({
        ...effect,
        request: request === null ? null : encodeValue(request),
        response: encodeValue(response),
      })),
    },
  };
}

type Members = Readonly<Record<string, JsonValue>>;

/** {@link encodeCarried} read back; what was erased is not there. The journal is ours, and its bytes are what was written. */
export function decodeCarried(body: Members): Carried {
  const values = body['values'] === undefined ? null : decodeValue(body['values']);
  const effects = body['effects'];
  return {
    values: isFeelContext(values) ? values : new Map<string, FeelValue>(),
    visits: countsIn(body['visits']),
    backs: countsIn(body['backs']),
    approvals: textsIn(body['approvals']),
    lastApproval: typeof body['lastApproval'] === 'string' ? body['lastApproval'] : null,
    effects: Array.isArray(effects) ? effects.map((effect: JsonValue) => effectIn(members(effect))) : [],
  };
}

function effectIn(effect: Members): Effect {
  const request = effect['request'] === null || effect['request'] === undefined ? null : decodeValue(effect['request']);
  return {
    node: textIn(effect['node']),
    path: textIn(effect['path']),
    visit: Number(effect['visit']),
    key: textIn(effect['key']),
    at: Number(effect['at']),
    request: isFeelContext(request) ? request : null,
    response: effect['response'] === undefined ? null : decodeValue(effect['response']),
  };
}

const members = (json: JsonValue | undefined): Members =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? Object.fromEntries(Object.entries(json)) : {};

const textIn = (json: JsonValue | undefined): string => (typeof json === 'string' ? json : '');

const countsIn = (json: JsonValue | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(members(json)).map(([name, count]) => [name, Number(count)]));

const textsIn = (json: JsonValue | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(members(json)).map(([name, text]) => [name, textIn(text)]));
