import type { Flow } from '../../engine/flow/document.ts';

/** One thing that was done to a document: what the person would call it, and the document before and after. */
export interface Change {
  readonly label: string;
  readonly before: Flow;
  readonly after: Flow;
}

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
}

/** The history after the document became `after`. A document that did not change leaves no step. */
export function change(history: History, after: Flow, { label, gesture }: ChangeOptions): History {
  if (after === history.present) return history;
  const last = history.past.at(-1);
  const joins = gesture !== undefined && gesture === history.gesture && last !== undefined;
  const past = joins
    ? [...history.past.slice(0, -1), { label, before: last.before, after }]
    : [...history.past, { label, before: history.present, after }].slice(-MAX_STEPS);
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
