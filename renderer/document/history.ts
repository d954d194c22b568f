import type { Flow } from '../../engine/flow/document.ts';
import { fieldsLikelyRenamed } from '../../engine/flow/renames.ts';

/** One thing that was done to a document: what the person would call it, and the document before and after. */
export interface Change {
  readonly label: string;
  readonly before: Flow;
  readonly after: Flow;
  /** Input fields that have another name since, by the name before. */
  readonly fields: FieldNames;
}

/** Names by other names. */
export type FieldNames = ReadonlyMap<string, string>;

/**
 * A document and everything that was done to it. Documents are immutable, so going back is going back to the very same
 * object: “saved” and “unchanged” are comparisons of identity.
 */
export interface History {
  readonly past: readonly Change[];
  readonly present: Flow;
  readonly future: readonly Change[];
  /** Changes with the same gesture as the last one join it: a drag, or typing into one field, is one step. */
  readonly gesture: string | null;
}

/** More steps than this are forgotten, the oldest first. */
export const MAX_STEPS = 500;

export const startHistory = (flow: Flow): History => ({ past: [], present: flow, future: [], gesture: null });

export interface ChangeOptions {
  label: string;
  gesture?: string;
  /** Input fields that get another name; what is likely where it is not said. */
  fields?: FieldNames;
}

/** The history after the document became `after`. A document that did not change leaves no step. */
export function change(history: History, after: Flow, { label, gesture, fields }: ChangeOptions): History {
  if (after === history.present) return history;
  const renamed = fields ?? renamedIn(history.present, after);
  const last = history.past.at(-1);
  const joins = gesture !== undefined && gesture === history.gesture && last !== undefined;
  const past = joins
    ? [...history.past.slice(0, -1), { label, before: last.before, after, fields: composed(last.fields, renamed) }]
    : [...history.past, { label, before: history.present, after, fields: renamed }].slice(-MAX_STEPS);
  return { past, present: after, future: [], gesture: gesture ?? null };
}

/** The gesture is over: what comes next is a step of its own. */
export const endGesture = (history: History): History =>
  history.gesture === null ? history : { ...history, gesture: null };

export function undo(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last.before, future: [last, ...history.future], gesture: null };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, next], present: next.after, future, gesture: null };
}

const NONE: FieldNames = new Map();

const renamedIn = (before: Flow, after: Flow): FieldNames =>
  before.input === after.input ? NONE : fieldsLikelyRenamed(before.input, after.input);

/** Two renamings after each other as one. */
function composed(first: FieldNames, then: FieldNames): FieldNames {
  if (then.size === 0) return first;
  const once = new Set(first.values());
  return new Map([
    ...[...first].map(([from, to]) => [from, then.get(to) ?? to] as const),
    ...[...then].filter(([from]) => !once.has(from) && !first.has(from)),
  ]);
}

const inverse = (names: FieldNames): FieldNames => new Map([...names].map(([from, to]) => [to, from]));

/**
 * The input fields that are called otherwise than in `saved`, by the name there, whichever way the document came from it:
 * by changes, or by undoing them. What is likely where the history does not go back to it.
 */
export function fieldsRenamedSince({ past, present, future }: History, saved: Flow): FieldNames {
  if (present === saved) return NONE;
  const since = past.findLastIndex(({ before }) => before === saved);
  const until = future.findIndex(({ after }) => after === saved);
  const names =
    since >= 0
      ? past
          .slice(since)
          .map(({ fields }) => fields)
          .reduce(composed, NONE)
      : until >= 0
        ? inverse(
            future
              .slice(0, until + 1)
              .map(({ fields }) => fields)
              .reduce(composed, NONE),
          )
        : renamedIn(saved, present);
  return new Map(
    [...names].filter(
      ([from, to]) => from !== to && Object.hasOwn(saved.input, from) && Object.hasOwn(present.input, to),
    ),
  );
}
