import { compileExpression, fromJson, valueForType, type FeelValue } from '../../engine/feel/index.ts';
import { fieldsType } from '../../engine/flow/field-type.ts';
import type { Fields, Flow } from '../../engine/flow/document.ts';
import { asJson, canonicalJson, type JsonValue } from '../../engine/flow/json.ts';
import type { Scenario, ScenarioResult } from '../../engine/studio/contract.ts';
import { givenIn, type GivenValue, type GivenValues } from '../ui/field-value.tsx';
import type { Asked, Message, PersonAsked } from './asked.ts';

/**
 * A case as it is made in a form. What the form has no field for stays as it was read, and what nobody touched goes out
 * as it came in: reading a scenario and writing it again gives the same document.
 */

export type Act = NonNullable<Scenario['people']>[number];
export type Letter = NonNullable<Scenario['messages']>[number];
export type Answer = NonNullable<Scenario['answers']>[string];

/** What was typed into the form of an answer or a message, over what was read. */
interface Typed {
  given?: GivenValues | undefined;
}
export type DraftAct = Act & Typed;
export type DraftLetter = Letter & Typed;

export interface CaseDraft {
  /** Where it lies, and the digest of what was read; null for a case that lies nowhere yet. */
  place: { path: string; base: string } | null;
  name: string;
  /** The scenario as it was read, or what a new one begins as. */
  scenario: Scenario;
  /** What was typed for the input, over what was read. */
  given: GivenValues;
  people: readonly DraftAct[];
  messages: readonly DraftLetter[];
  answers: Readonly<Record<string, Answer>>;
  expect: Scenario['expect'];
  /** A person chose what to expect; until then it is what came out. */
  chose: boolean;
  /** A person changed something in it since it was read or begun. */
  touched: boolean;
  /** It was to run; what it lacks is marked. */
  tried: boolean;
  /** How it was run last. */
  ran: Ran | null;
}

export interface Ran {
  scenario: Scenario;
  /** The flow that was run. */
  of: Flow;
  result: ScenarioResult;
}

const EMPTY: Scenario = { format: 'countersign.scenario', version: 1, name: '', input: {}, expect: {} };

/** A case that everybody agrees to at once, and every model answers by itself. */
export function newDraft({ input }: Pick<Flow, 'input'>, asked: readonly Asked[]): CaseDraft {
  const given = Object.entries(input).flatMap(([name, field]): [string, GivenValue][] =>
    field.type === 'string' && field.values !== undefined && field.optional !== true
      ? [[name, field.values[0] ?? null]]
      : [],
  );
  return {
    place: null,
    name: '',
    scenario: EMPTY,
    given: Object.fromEntries(given),
    people: asked.flatMap(usualActs),
    messages: asked.flatMap((one) => (one.asks === 'message' ? [newLetter(one)] : [])),
    answers: {},
    expect: {},
    chose: false,
    touched: false,
    tried: false,
    ran: null,
  };
}

function usualActs(asked: Asked): DraftAct[] {
  if (asked.asks === 'approve')
    return Array.from({ length: asked.count }, (_, i) => ({
      at: asked.at,
      decide: 'approved' as const,
      // As many different people have to agree.
      ...(asked.count === 1 ? {} : { person: `${asked.role} ${i + 1}` }),
    }));
  const [choice] = asked.asks === 'choose' && !asked.instead ? asked.choices : [];
  return choice === undefined ? [] : [{ at: asked.at, decide: 'answered', answer: { choice: choice.value } }];
}

/** A message whose subject is what its step waits for, as far as the input tells it. */
export const newLetter = ({ name }: Message): DraftLetter => ({ name, about: '' });

export const draftOf = (scenario: Scenario, place: CaseDraft['place']): CaseDraft => ({
  place,
  name: scenario.name,
  scenario,
  given: {},
  people: scenario.people ?? [],
  messages: scenario.messages ?? [],
  answers: scenario.answers ?? {},
  expect: scenario.expect,
  chose: true,
  touched: false,
  tried: false,
  ran: null,
});

/** What stands in the control of a field: what was typed, or what was read. */
export function shownIn(
  given: GivenValues | undefined,
  read: Readonly<Record<string, unknown>>,
  name: string,
): GivenValue {
  if (given !== undefined && Object.hasOwn(given, name)) return given[name] ?? null;
  const value = Object.hasOwn(read, name) ? read[name] : undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.every(isPlain) ? value.join(', ') : JSON.stringify(value);
  return null;
}

/** A list's item that needs no quotes where it is typed. */
const isPlain = (item: unknown): boolean =>
  typeof item === 'number' || typeof item === 'boolean' || (typeof item === 'string' && /^[^,[\]]+$/.test(item));

/** What was read for fields that are not declared. */
export const undeclaredIn = (fields: Fields, read: Readonly<Record<string, JsonValue>>): [string, JsonValue][] =>
  Object.entries(read).filter(([name]) => !Object.hasOwn(fields, name));

/** Values of fields: what was typed, and what was read where nothing was; what is not declared stays as it was read. */
export function valuesIn(
  fields: Fields,
  given: GivenValues | undefined,
  read: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> {
  const typed = givenIn(fields, given ?? {});
  return Object.fromEntries([
    ...Object.entries(fields).flatMap(([name, { optional }]): [string, JsonValue][] => {
      const touched = given !== undefined && Object.hasOwn(given, name);
      const value = touched
        ? typed[name]
        : Object.hasOwn(read, name)
          ? read[name]
          : optional === true
            ? undefined
            : typed[name];
      return value === undefined ? [] : [[name, value]];
    }),
    ...undeclaredIn(fields, read),
  ]);
}

/** Declared fields that have to be there and are not. */
export const missingIn = (fields: Fields, values: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(fields).flatMap(([name, { optional }]) =>
    optional === true || (values[name] ?? null) !== null ? [] : [name],
  );

type Drawn = Pick<Flow, 'input'>;

/** The scenario that a draft stands for. */
export function scenarioOf(draft: CaseDraft, flow: Drawn, asked: readonly Asked[]): Scenario {
  const { scenario, people, messages, answers } = draft;
  const input = inputOf(draft, flow);
  const acts = people.map((act) => actOf(act, asked));
  const letters = messages.map((letter) => letterOf(letter, input, flow, asked));
  const { people: _acts, messages: _letters, answers: _answers, ...rest } = scenario;
  return {
    ...rest,
    name: draft.name.trim(),
    input,
    ...(acts.length === 0 ? {} : { people: acts }),
    ...(letters.length === 0 ? {} : { messages: letters }),
    ...(Object.keys(answers).length === 0 ? {} : { answers }),
    expect: draft.expect,
  };
}

export const inputOf = ({ given, scenario }: CaseDraft, flow: Drawn): Record<string, JsonValue> =>
  valuesIn(flow.input, given, scenario.input);

const isPerson = (one: Asked): one is PersonAsked => one.asks !== 'model' && one.asks !== 'message';

/** Who is asked at the step that an act is about. */
export const askedAt = (asked: readonly Asked[], at: string): PersonAsked | undefined =>
  asked.find((one): one is PersonAsked => isPerson(one) && one.at === at);

export const messageAt = (asked: readonly Asked[], name: string): Message | undefined =>
  asked.find((one): one is Message => one.asks === 'message' && one.name === name);

function actOf({ given, ...act }: DraftAct, asked: readonly Asked[]): Act {
  const form = askedAt(asked, act.at);
  if (form?.asks !== 'fill in' || given === undefined) return act;
  return { ...act, answer: valuesIn(form.fields, given, act.answer ?? {}) };
}

function letterOf(
  { given, ...letter }: DraftLetter,
  input: Readonly<Record<string, JsonValue>>,
  flow: Drawn,
  asked: readonly Asked[],
): Letter {
  const form = messageAt(asked, letter.name);
  if (form === undefined) return letter;
  const about = letter.about === '' ? (subjectOf(form, input, flow) ?? '') : letter.about;
  const brings = given === undefined ? letter.brings : valuesIn(form.fields, given, letter.brings ?? {});
  return { ...letter, about, ...(brings === undefined ? {} : { brings }) };
}

/** What a message is about, where the input alone tells it; null where it does not. */
export function subjectOf(
  { key, outer }: Message,
  input: Readonly<Record<string, JsonValue>>,
  flow: Drawn,
): string | null {
  if (!outer || key.trim() === '') return null;
  const type = fieldsType(flow.input);
  const compiled = compileExpression(key, { input: type });
  if (compiled.problems.some(({ severity }) => severity === 'error')) return null;
  const scope = new Map<string, FeelValue>([['input', valueForType(fromJson(input), type)]]);
  const { value } = compiled.evaluate(scope);
  return typeof value === 'string' ? value : null;
}

/** What has to be said before the case can run: `input.<field>`, `people.<number>.<field>`, `messages.<number>.about`. */
export function lackingOf(draft: CaseDraft, flow: Drawn, asked: readonly Asked[]): ReadonlySet<string> {
  const { input, people = [], messages = [] } = scenarioOf(draft, flow, asked);
  const lacking = missingIn(flow.input, input).map((name) => `input.${name}`);
  for (const [i, act] of people.entries()) {
    const form = askedAt(asked, act.at);
    if (form?.asks === 'fill in')
      lacking.push(...missingIn(form.fields, act.answer ?? {}).map((name) => `people.${i}.${name}`));
  }
  for (const [i, letter] of messages.entries()) {
    const form = messageAt(asked, letter.name);
    if (letter.about === '') lacking.push(`messages.${i}.about`);
    if (form !== undefined)
      lacking.push(...missingIn(form.fields, letter.brings ?? {}).map((name) => `messages.${i}.${name}`));
  }
  return new Set(lacking);
}

/** Whether what a case did when it ran is still what it would do: its name and what is expected of it change nothing. */
export const isAsRun = ({ ran }: CaseDraft, now: Scenario): boolean =>
  ran !== null && played(ran.scenario) === played(now);

const played = (scenario: Scenario): string => canonicalJson(asJson({ ...scenario, name: '', expect: {} }));
