import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { describe } from '../document/describe.ts';
import { openThreads } from '../document/comments.ts';
import { groupOf } from '../document/groups.ts';

/** Finding steps: `refund is:invalid uses:billing -kind:note "two words"`. All terms hold; pure. */

export const STATES = ['invalid', 'disabled', 'commented', 'unsafe', 'personal', 'note'] as const;
export type SearchState = (typeof STATES)[number];

export type Term = (
  | { by: 'text'; text: string }
  | { by: 'is'; state: SearchState }
  | { by: 'uses'; text: string }
  | { by: 'kind'; text: string }
) & { not: boolean };

export interface Query {
  terms: readonly Term[];
  /** What begins like a term and is none, as it was written. */
  unknown: readonly string[];
}

/** Words and quoted texts, each with what stands directly before it. */
const PART = /(-?)(?:(is|uses|kind):)?(?:"([^"]*)"?|(\S+))/giu;

export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const unknown: string[] = [];
  for (const [whole, minus, field, quoted, word] of text.matchAll(PART)) {
    const value = (quoted ?? word ?? '').trim().toLowerCase();
    const not = minus === '-';
    if (value === '') continue;
    switch (field?.toLowerCase()) {
      case 'is': {
        const state = STATES.find((one) => one === value);
        if (state === undefined) unknown.push(whole);
        else terms.push({ by: 'is', state, not });
        break;
      }
      case 'uses':
        terms.push({ by: 'uses', text: value, not });
        break;
      case 'kind':
        terms.push({ by: 'kind', text: value, not });
        break;
      default:
        terms.push({ by: 'text', text: value, not });
    }
  }
  return { terms, unknown };
}

export interface Known {
  flow: Flow;
  surroundings: Surroundings;
  invalid: ReadonlySet<string>;
  unsafe: ReadonlySet<string>;
  personal: ReadonlySet<string>;
}

/** The steps that a query means, from left to right and from top to bottom. A query without terms means none. */
export function findSteps({ terms, unknown }: Query, known: Known): string[] {
  if (terms.length === 0 || unknown.length > 0) return [];
  const { flow } = known;
  return Object.entries(flow.nodes)
    .filter(([id, node]) => terms.every((term) => holds(term, id, node, known) !== term.not))
    .map(([id]) => id)
    .toSorted((a, b) => {
      const [one, other] = [flow.layout[a], flow.layout[b]];
      return (one?.x ?? 0) - (other?.x ?? 0) || (one?.y ?? 0) - (other?.y ?? 0);
    });
}

function holds(term: Term, id: string, node: FlowNode, known: Known): boolean {
  switch (term.by) {
    case 'text':
      return textOf(id, node, known).includes(term.text);
    case 'kind':
      return `${node.kind} ${KINDS[node.kind]?.label ?? ''}`.toLowerCase().includes(term.text);
    case 'uses':
      return uses(node, term.text);
    case 'is':
      return isIn(term.state, id, node, known);
  }
}

function isIn(state: SearchState, id: string, node: FlowNode, known: Known): boolean {
  switch (state) {
    case 'invalid':
      return known.invalid.has(id);
    case 'unsafe':
      return known.unsafe.has(id);
    case 'personal':
      return known.personal.has(id);
    case 'disabled':
      return node.disabled === true;
    case 'commented':
      return openThreads(known.flow, id) > 0;
    case 'note':
      return KINDS[node.kind]?.inProgram === false;
  }
}

/** What a person sees of a step: its name, what it does, the name of its group, and all that is written in it. */
function textOf(id: string, node: FlowNode, { flow, surroundings }: Known): string {
  const group = flow.groups === undefined ? undefined : flow.groups[groupOf(flow).get(id) ?? '']?.name;
  const { sentence } = describe(node, surroundings);
  return [node.name, sentence, group ?? '', ...textsIn(node.config)].join('\n').toLowerCase();
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Does the step name it: a connection, an action, a model, a flow, or in a formula another step or a field? */
function uses(node: FlowNode, wanted: string): boolean {
  const { connection, action, model, flow, ...rest } = node.config;
  const named = [connection, action, model, flow].some(
    (name) => typeof name === 'string' && name.toLowerCase().includes(wanted),
  );
  if (named || KINDS[node.kind]?.inProgram === false) return named;
  // In a formula only whole names are meant: “pay” is not “payment”.
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(wanted)}(?![\\p{L}\\p{N}_])`, 'iu');
  return textsIn(rest).some((text) => whole.test(text));
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
