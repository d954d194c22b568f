import { ENGINE, type Actor, type RunEvent, type RunEventType } from '../core/event.ts';
import type { JsonValue } from '../feel/value.ts';
import type { FACTS, Seal } from '../flow/story-fact.ts';

/** A run's story as data: steps, what happened in each, and the values that it was about. */

/** The node of what is about the case as a whole. */
export const THE_CASE = '';

export interface StoryFact {
  what: (typeof FACTS)[number];
  /** Which of its sort, such as the path that was read; empty where there is but one. */
  name: string;
  /** Null once it is erased. */
  value: JsonValue;
  seal: Seal;
}

/** One event of the record in plain words, with what it was about. */
export interface StoryMoment {
  type: RunEventType;
  /** Its place among the events of the run, from 1: what came before what, where the time is the same or was set back. */
  place: number;
  /** Milliseconds since the run began. */
  atMs: number;
  sentence: string;
  facts: StoryFact[];
}

/**
 * How a step stands: `left` when the case went on or ended without it, `failed` when the case failed there, `set aside`
 * when its answer did not count and another was asked.
 */
export type StepState = 'under way' | 'done' | 'set aside' | 'failed' | 'left';

/** One step of a run in plain words, with all that happened in it. */
export interface StoryStep {
  /** {@link THE_CASE} for what is about the case as a whole. */
  node: string;
  /** The branch in which it ran; empty outside of branches. */
  path: string;
  visit: number;
  state: StepState;
  /** The place of the event by which it came to that state; null while it is under way. */
  settledAt: number | null;
  /** The exit taken; null while it is under way, and where none is taken. */
  port: string | null;
  /** The wire taken from it. */
  edge: string | null;
  value: JsonValue;
  record: JsonValue;
  /** When its turn began, and when it was settled or last heard of: milliseconds since the run began. */
  fromMs: number;
  atMs: number;
  /** How long it took; null where it is not over. */
  tookMs: number | null;
  sentence: string;
  /** What it read when its turn began. */
  read: StoryFact[];
  /** All events of it, in order. */
  moments: StoryMoment[];
}

export interface StoredMoment {
  event: RunEvent;
  /** Milliseconds since 1970. */
  at: number;
  actor?: Actor;
  seal?: Seal;
}

/** What an event says of the step that it is about. */
export interface Told {
  sentence: string;
  facts: StoryFact[];
  settles?: { port: string | null; value: JsonValue; record: JsonValue; state?: StepState };
}

/** Who did something, as people say it: `lea (team lead)`. */
export const actorWords = ({ subject, role }: Actor): string =>
  subject === ENGINE.subject ? 'the engine' : subject === role ? subject : `${subject} (${role})`;
