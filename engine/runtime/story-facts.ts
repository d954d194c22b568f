import { isFeelContext, toJson, type FeelContext, type FeelValue, type JsonValue } from '../feel/value.ts';
import { parseStrict } from '../flow/json.ts';
import type { RunEvent } from '../core/event.ts';
import type { Program } from '../program/program.ts';
import type { Seal } from '../flow/story-fact.ts';
import type { StoredMoment, StoryFact, StoryStep, Told } from './told.ts';

export type BodyOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>['body'];
export type Known = Pick<Program, 'flow' | 'nodes' | 'personalFields'>;

/** Where an event stands: how its content is kept, when it was, and the step that it is about so far. */
export interface Around {
  program: Known;
  seal: Seal;
  at: number;
  actor: StoredMoment['actor'];
  step: StoryStep;
  /** When the run began. */
  began: number;
}

export const plain = (sentence: string): Told => ({ sentence, facts: [] });
export const settled = (port: string | null) => ({ port, value: null, record: null });
export const fact = (what: StoryFact['what'], name: string, value: JsonValue, seal: Seal): StoryFact => ({
  what,
  name,
  value: seal === 'erased' ? null : value,
  seal,
});
export const keyFact = (key: string): StoryFact => fact('key', '', key, 'open');
export const taskFact = (task: string): StoryFact => fact('task', '', task, 'open');

/** Each member of a context, so that what is large stays readable; one that says so where all of it was erased. */
export function factsOf(what: StoryFact['what'], context: FeelContext, seal: Seal): StoryFact[] {
  if (seal === 'erased') return [fact(what, '', null, seal)];
  const members = [...context].map(([name, value]) => fact(what, name, toJson(value), seal));
  return members.length === 0 ? [fact(what, '', {}, seal)] : members;
}

/** What a step gave, member by member where it has any. */
export function gave(value: FeelValue, seal: Seal): StoryFact[] {
  if (isFeelContext(value) && seal !== 'erased')
    return [...value].map(([name, one]) => fact('gave', name, toJson(one), seal));
  return value === null && seal !== 'erased' ? [] : [fact('gave', '', toJson(value), seal)];
}

/** Plain data as JSON. */
export function json(data: object | null): JsonValue {
  return data === null ? null : parseStrict(JSON.stringify(data));
}

/** What somebody wrote beside what they did, after it. */
export const remark = (written: string, seal: Seal): string =>
  written !== '' ? `: ${written}` : seal === 'erased' ? ' (what they wrote was erased)' : '';
