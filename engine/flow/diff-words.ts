import type { Leaf } from './diff-leaves.ts';
import { pairs, sameJson } from './diff-parts.ts';
import type { Field, Flow, FlowEdge, FlowNode } from './document.ts';
import { kindNamed, type Kinds } from './open.ts';
import { settingWords, type SettingWords } from './setting-words.ts';
import { inWords, listOf, quote } from './words.ts';

/** Differences in words: those of the forms in which a person changes the same. */

const byKey = ({ path }: Leaf): SettingWords => ({ what: quote(path.join('.')), value: inWords });

/** `“Due in” changed from 1 d to 4 h`, `“timeout” was added: “PT5S”`, `“timeout” was removed`. */
export function leafWords(leaf: Leaf, { what, value }: SettingWords = byKey(leaf)): string {
  const { before, after } = leaf;
  if (before === undefined) return `${what} was added: ${value(after)}`;
  if (after === undefined) return `${what} was removed`;
  const [from, to] = [value(before), value(after)];
  return from === to ? `${what} changed` : `${what} changed from ${from} to ${to}`;
}

/** As the forms of a flow and of its input ask for them. */
const said = (words: Readonly<Record<string, string>>): Readonly<Record<string, SettingWords>> =>
  Object.fromEntries(Object.entries(words).map(([key, label]) => [key, { what: quote(label), value: inFieldWords }]));

export const ABOUT_LABELS = {
  title: 'Title',
  purpose: 'What is it for?',
  businessOwner: 'Answers for the result',
  flowOwner: 'Looks after the flow',
  'objective.text': 'What should get better?',
  'objective.baseline': 'How it is today',
  'objective.target': 'How it should be',
} as const;

export const FIELD_LABELS = {
  type: 'Type',
  of: 'Type',
  values: 'Values',
  label: 'Label',
  description: 'What it means',
  personal: 'personal',
  identifies: 'says who',
  optional: 'may be empty',
  protected: 'protected',
} as const;

/** What the form calls the types of fields. */
export const TYPE_LABELS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'yes or no',
  date: 'date',
  'date and time': 'date and time',
};

const inTypeWords = (value: unknown): string =>
  typeof value === 'string' && Object.hasOwn(TYPE_LABELS, value) ? quote(TYPE_LABELS[value] ?? value) : inWords(value);

const inFieldWords = (value: unknown): string =>
  typeof value === 'boolean'
    ? value
      ? 'yes'
      : 'no'
    : Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? listOf(value, 'or')
      : inWords(value);

const ABOUT_WORDS = said(ABOUT_LABELS);
const TYPE_WORDS: SettingWords = { what: quote(FIELD_LABELS.type), value: inTypeWords };
const FIELD_WORDS: Readonly<Record<string, SettingWords>> = { ...said(FIELD_LABELS), type: TYPE_WORDS, of: TYPE_WORDS };

/** A change of what a flow is for. */
export const aboutWords = (leaf: Leaf): string => leafWords(leaf, ABOUT_WORDS[leaf.path.join('.')] ?? byKey(leaf));

/** A flag that is not set is one that is not; the values that a field may have are told as a whole. */
export const fieldChanges = (before: Field | undefined, after: Field | undefined): string[] =>
  pairs<unknown>({ ...before }, { ...after })
    .filter((pair) => !sameJson(pair.before, pair.after))
    .map(({ id, before: was, after: is }) => {
      const isFlag = typeof (was ?? is) === 'boolean';
      const leaf = { path: [id], before: isFlag ? was === true : was, after: isFlag ? is === true : is };
      return leafWords(leaf, FIELD_WORDS[id] ?? byKey(leaf));
    });

/** A change of a config in the words of its form. */
export function configWords(leaf: Leaf, before: FlowNode, after: FlowNode, kinds: Kinds): string {
  const kind = kindNamed(kinds, after.kind);
  if (leaf.path.length === 0) return leafWords({ ...leaf, path: ['config'] });
  if (kind === null || before.kind !== after.kind) return leafWords(leaf);
  return leafWords(leaf, settingWords(kind.schema, leaf.path, [before.config, after.config]));
}

/** `from “Check” (approved) to “Send”`, and how often it goes back. */
export function edgeWords(edge: FlowEdge, flow: Flow, kinds: Kinds): string {
  const nameOf = (id: string) => quote((Object.hasOwn(flow.nodes, id) ? flow.nodes[id]?.name : undefined) ?? id);
  const times = edge.back?.maxVisits ?? 0;
  const back = edge.back === undefined ? '' : `, going back at most ${times} ${times === 1 ? 'time' : 'times'}`;
  return `from ${nameOf(edge.from.node)} (${exitWords(edge, flow, kinds)}) to ${nameOf(edge.to.node)}${back}`;
}

/** What the canvas calls an exit. */
function exitWords({ from: { node: id, port } }: FlowEdge, flow: Flow, kinds: Kinds): string {
  const node = Object.hasOwn(flow.nodes, id) ? flow.nodes[id] : undefined;
  const kind = node === undefined ? null : kindNamed(kinds, node.kind);
  const read = kind?.schema.safeParse(node?.config);
  const ports = read?.success === true ? kind?.ports(read.data) : undefined;
  return ports?.find((one) => one.id === port)?.label ?? port;
}
