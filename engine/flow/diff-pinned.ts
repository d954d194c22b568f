/** What changed in what a flow leans on: connections by action and field, models, the policy by sentence, sub-flows by step. */
import type { Action, Connection, Policy } from '../connections/contract.ts';
import type { ModelCard } from '../models/card.ts';
import {
  changeOf,
  diffFlows,
  leafChanges,
  leafWords,
  pairs,
  sameJson,
  type DiffOptions,
  type FlowChange,
} from './diff.ts';
import { withoutDisabled } from './disabled.ts';
import type { Flow } from './document.ts';
import { asJson, digestOf } from './json.ts';
import { kindNamed, type Kinds } from './open.ts';
import type { Pinned, Whole } from './pinned.ts';
import { listOf, quote } from './words.ts';

/** What changed from one flow to another, and after that in what they lean on. Equal ones give nothing. */
export const diffWholes = (before: Whole, after: Whole, options: DiffOptions = {}): FlowChange[] => [
  ...diffFlows(before.flow, after.flow, options),
  ...diffPinned(before.pinned, after.pinned, options, { before: before.flow, after: after.flow }),
];

/**
 * In the order connections, models, policy, sub-flows; each by name.
 *
 * @param of the flows that lean on them: what one of them names all the same, though it is not among what it leans on,
 *   cannot be read there, and is not taken for something that is used no more
 */
export function diffPinned(before: Pinned, after: Pinned, options: DiffOptions = {}, of?: Leaners): FlowChange[] {
  const named = (what: Leaning): Named => ({
    before: of === undefined ? NOTHING : namedIn(what, of.before, before, options.kinds ?? {}),
    after: of === undefined ? NOTHING : namedIn(what, of.after, after, options.kinds ?? {}),
  });
  return [
    ...each('connection', before.connections, after.connections, named('connection'), connectionChanges),
    ...each('model', before.models, after.models, named('model'), modelChanges),
    ...policyChanges(before, after),
    ...each('subflow', before.flows, after.flows, named('subflow'), (path, one, other) =>
      subflowChanges(path, one, other, options),
    ),
  ];
}

interface Leaners {
  readonly before: Flow;
  readonly after: Flow;
}

/** What the flow of one side names; not all of it where a sub-flow of it cannot be read. */
interface NamedIn {
  readonly names: ReadonlySet<string>;
  readonly all: boolean;
}
type Named = Readonly<Record<'before' | 'after', NamedIn>>;
const NOTHING: NamedIn = { names: new Set(), all: true };

/** All that the steps of a flow and of its sub-flows name, and whether every sub-flow of it could be looked into. */
function namedIn(what: Leaning, of: Flow, { flows }: Pinned, kinds: Kinds): NamedIn {
  const names = new Set<string>();
  let all = true;
  for (const flow of [of, ...Object.values(flows)])
    for (const { kind: id, config } of Object.values(withoutDisabled(flow, kinds).nodes)) {
      const kind = kindNamed(kinds, id);
      const inner = kind?.inlines === undefined ? undefined : config['flow'];
      if (typeof inner === 'string') all &&= Object.hasOwn(flows, inner);
      const named =
        what === 'connection'
          ? [kind?.effect?.(config)?.connection]
          : what === 'model'
            ? (kind?.models?.(config) ?? [])
            : [inner];
      for (const name of named) if (typeof name === 'string') names.add(name);
    }
  return { names, all };
}

type Leaning = 'connection' | 'model' | 'subflow';
const WORDS: Record<Leaning, string> = { connection: 'connection', model: 'model', subflow: 'sub-flow' };
const FOLDERS: Record<Leaning, string> = { connection: 'connections', model: 'models', subflow: 'flows' };

function each<T>(
  what: Leaning,
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  named: Named,
  inside: (name: string, before: T, after: T) => FlowChange[],
): FlowChange[] {
  return pairs(before, after).flatMap(({ id, before: one, after: other }) => {
    if (sameJson(one, other)) return [];
    if (one !== undefined && other !== undefined) return inside(id, one, other);
    const absent = one === undefined ? 'before' : 'after';
    const at = { what, id, name: id, path: [FOLDERS[what], id], before: one, after: other };
    if (named[absent].names.has(id)) return [{ ...at, change: 'unread', sentence: unreadWords(what, id, absent) }];
    // It may be what the sub-flow uses that cannot be read, of which that is told.
    if (what !== 'subflow' && !named[absent].all) return [];
    const change = changeOf({ id, before: one, after: other });
    const now = change === 'added' ? 'now uses' : 'no longer uses';
    const sentence = `The flow ${now} the ${WORDS[what]} ${quote(id)}.`;
    return [{ ...at, change, sentence }];
  });
}

const unreadWords = (what: Leaning, id: string, absent: 'before' | 'after'): string =>
  absent === 'after'
    ? `The ${WORDS[what]} ${quote(id)} cannot be read now, though the flow uses it: what changed in it is not known.`
    : `The ${WORDS[what]} ${quote(id)} could not be read before, though the flow used it: what changed in it is not known.`;

type Said = Pick<FlowChange, 'path' | 'before' | 'after'> & { change?: FlowChange['change']; words: string };

const said = (what: FlowChange['what'], name: string, head: string, { words, change, ...rest }: Said): FlowChange => ({
  what,
  id: name,
  name,
  change: change ?? 'changed',
  ...rest,
  sentence: `${head}: ${words}.`,
});

function connectionChanges(name: string, before: Connection, after: Connection): FlowChange[] {
  const head = `Connection ${quote(name)}`;
  const tell = (one: Said): FlowChange =>
    said('connection', name, head, { ...one, path: ['connections', name, ...one.path] });
  const { actions: old, ...wasBeside } = before;
  const { actions: now, ...isBeside } = after;
  const beside = leafChanges(wasBeside, isBeside).map((leaf) => tell({ ...leaf, words: leafWords(leaf) }));
  const actions = pairs(old, now).flatMap(({ id, before: was, after: is }): FlowChange[] => {
    if (sameJson(was, is)) return [];
    const path = ['actions', id];
    if (was !== undefined && is !== undefined)
      return actionChanges(was, is).map((one) =>
        tell({ ...one, path: [...path, ...one.path], words: `the action ${quote(id)} ${one.words}` }),
      );
    const change = changeOf({ id, before: was, after: is });
    return [tell({ path, before: was, after: is, change, words: `the action ${quote(id)} was ${change}` })];
  });
  return [...beside, ...actions];
}

/** The words go on after the name of the action. */
function actionChanges(before: Action, after: Action): Said[] {
  const { class: wasClass, request: wasAsked, response: wasGiven, ...was } = before;
  const { class: isClass, request: isAsked, response: isGiven, ...is } = after;
  const changes: Said[] = [];
  if (wasClass !== isClass)
    changes.push({ path: ['class'], before: wasClass, after: isClass, words: `is now ${isClass}, was ${wasClass}` });
  changes.push(...fieldChanges('request', 'takes', wasAsked, isAsked));
  changes.push(...fieldChanges('response', 'gives back', wasGiven, isGiven));
  return [
    ...changes,
    ...leafChanges(was, is).map((leaf) => ({ ...leaf, words: `has another setting: ${leafWords(leaf)}` })),
  ];
}

type Fields = Action['request'];

function fieldChanges(part: 'request' | 'response', verb: string, before: Fields, after: Fields): Said[] {
  const none = verb === 'takes' ? 'no longer takes' : 'no longer gives back';
  return pairs(before, after).flatMap(({ id, before: was, after: is }): Said[] => {
    if (sameJson(was, is)) return [];
    const at = { path: [part, id], before: was, after: is };
    if (was === undefined) return [{ ...at, change: 'added', words: `now ${verb} ${quote(id)} (${is?.type ?? ''})` }];
    if (is === undefined) return [{ ...at, change: 'removed', words: `${none} ${quote(id)}` }];
    return leafChanges(was, is).map((leaf) => ({
      ...leaf,
      path: [part, id, ...leaf.path],
      words: `${verb} another ${quote(id)}: ${leafWords(leaf)}`,
    }));
  });
}

function modelChanges(name: string, before: ModelCard, after: ModelCard): FlowChange[] {
  const head = `Model ${quote(name)}`;
  const tell = (path: readonly string[], was: unknown, is: unknown, words: string): FlowChange =>
    said('model', name, head, { path: ['models', name, ...path], before: was, after: is, words });
  const changes: FlowChange[] = [];
  if (before.modelVersion !== after.modelVersion) {
    const words = `version ${before.modelVersion} is now version ${after.modelVersion}`;
    changes.push(tell(['modelVersion'], before.modelVersion, after.modelVersion, words));
  }
  const [old, now] = [before.artefact?.digest, after.artefact?.digest];
  if (old !== now)
    changes.push(tell(['artefact'], old, now, `it was trained anew, ${shortDigest(now)}, was ${shortDigest(old)}`));
  const [gone, added] = [without(before.choices, after.choices), without(after.choices, before.choices)];
  if (gone.length > 0)
    changes.push(tell(['choices'], before.choices, after.choices, `it no longer answers ${listOf(gone, 'or')}`));
  if (added.length > 0)
    changes.push(tell(['choices'], before.choices, after.choices, `it now answers ${listOf(added, 'or')} as well`));
  const [was, is] = [measured(before), measured(after)];
  if (was !== is)
    changes.push(tell(['metrics', 'accuracy'], was, is, `it is right in ${is} of its test rows, was ${was}`));
  const stated = leafChanges(statedBy(before), statedBy(after));
  changes.push(...stated.map((leaf) => tell(leaf.path.map(String), leaf.before, leaf.after, leafWords(leaf))));
  if (changes.length === 0)
    changes.push(tell([], digestOf(asJson(before)), digestOf(asJson(after)), 'its measured figures are others'));
  return changes;
}

const without = (all: readonly string[], others: readonly string[]): string[] =>
  all.filter((one) => !others.includes(one));
const measured = ({ metrics }: ModelCard): string => `${(metrics.accuracy * 100).toFixed(1)}%`;

/** What people say of a model; the rest of a card is measured when it is trained. */
const statedBy = ({ purpose, owner, question, limits, bar, inputs }: ModelCard) => ({
  purpose,
  owner,
  question,
  limits,
  bar,
  inputs,
});

/** The beginning of a digest, which is enough to tell two apart. */
export const shortDigest = (digest: string | undefined): string =>
  (digest ?? 'nothing').slice(0, 'sha256-'.length + 12);

function policyChanges(
  { policy: before, connections: old }: Pinned,
  { policy: after, connections: now }: Pinned,
): FlowChange[] {
  const tell = (one: Said): FlowChange => said('policy', 'policy', 'Policy', { ...one, path: ['policy', ...one.path] });
  const entries = pairs(before.withoutPerson, after.withoutPerson).flatMap(({ id, before: was, after: is }) => {
    if (sameJson(was, is)) return [];
    const words = entryWords(id, was, is, classOf(id, now) ?? classOf(id, old));
    const change = changeOf({ id, before: was, after: is });
    return [tell({ path: ['withoutPerson', id], before: was, after: is, change, words })];
  });
  const [was, is] = [before.fourEyesOnRelease ?? false, after.fourEyesOnRelease ?? false];
  if (was === is) return entries;
  const words = `the author of a release ${is ? 'may no longer be' : 'may now be'} the one who approves it`;
  return [...entries, tell({ path: ['fourEyesOnRelease'], before: was, after: is, words })];
}

type Entry = Policy['withoutPerson'][string];

/** An irreversible action goes without a person only as far as an entry says; a reversible one unless an entry limits it. */
function entryWords(
  id: string,
  before: Entry | undefined,
  after: Entry | undefined,
  of: Action['class'] | null,
): string {
  const upTo = ({ field, max }: Entry) => `up to ${max} of ${quote(field)}`;
  const now =
    after !== undefined
      ? `may go without a person ${upTo(after)}`
      : of === 'irreversible'
        ? 'always needs a person'
        : of === 'reversible'
          ? 'may go without a person, however much it is'
          : 'is no longer named';
  const was =
    before !== undefined
      ? `was ${upTo(before)}`
      : of === 'irreversible'
        ? 'always needed one'
        : of === 'reversible'
          ? 'was without a limit'
          : 'was not named';
  return `${quote(id)} ${now}; ${was}`;
}

function classOf(id: string, connections: Pinned['connections']): Action['class'] | null {
  const [connection = '', action = ''] = id.split('.');
  const found = Object.hasOwn(connections, connection) ? connections[connection] : undefined;
  return found !== undefined && Object.hasOwn(found.actions, action) ? (found.actions[action]?.class ?? null) : null;
}

function subflowChanges(path: string, before: Flow, after: Flow, options: DiffOptions): FlowChange[] {
  const title = after.about.title;
  return diffFlows(before, after, options).map((change): FlowChange => ({
    ...change,
    what: 'subflow',
    id: path,
    name: title,
    path: ['flows', path, ...change.path],
    sentence: `Sub-flow ${quote(title)}: ${change.sentence}`,
  }));
}
