import type { Actor, Shown } from '../core/event.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import type { Journal, RunRow, StoredEvent, TaskRow } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { eventsOf, type ToldEvent } from '../runtime/events-of.ts';
import { prunedStory } from '../runtime/story-pruned.ts';
import { storyOf, THE_CASE, type StoryStep } from '../runtime/story.ts';
import { tryAgainView, type TryAgainView } from './try-again.ts';

type Reader = Pick<Journal, 'run' | 'runByKey' | 'task' | 'events' | 'effects'>;
interface Source {
  engine: { reader(): Reader };
  programOf(digest: string): Program | null;
}

export interface CaseView extends RunRow {
  /** Digest of the manifest that it is pinned to; null where its start names none. */
  manifest: string | null;
  /** The flow that ran, by the name that it has in its program; null where that is not served here any more. */
  title: string | null;
  /** Who holds it since when, and why; null where it is not suspended. */
  suspended: Suspension | null;
  story: (StoryStep & { name: string })[];
  failure: ErrorShape | null;
  /** How it is linked with cases that try each other again, and what has been done already. */
  again: TryAgainView;
  /** What of it is no longer there, in a sentence; null when all is. */
  gone: string | null;
}

/** A case that begins nothing more until it is resumed. */
export interface Suspension {
  by: Actor;
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface TaskView extends TaskRow {
  /** What is shown; null once erased, or for an effect in doubt. */
  shownContent: Shown | null;
  /** For an effect in doubt: its key, and what was to be done. */
  doubt: { key: string; connection: string; action: string; error: ErrorShape } | null;
  sendBack: boolean;
}

/** A case with its story. Throws RUN_UNKNOWN. */
export function caseView(source: Source, id: string): CaseView {
  const reader = source.engine.reader();
  const row = reader.run(id);
  if (row === null)
    throw new CountersignError({
      code: 'RUN_UNKNOWN',
      message: `There is no case ${id}.`,
      hint: 'List the cases with “countersign runs”.',
    });
  const stored = reader.events(`run:${id}`);
  const program = source.programOf(row.program);
  const named = <T extends { node: string }>(step: T) => ({
    ...step,
    name: step.node === THE_CASE ? 'the case' : (program?.nodes.get(step.node)?.name ?? step.node),
  });
  const title = program?.title ?? null;
  const again = tryAgainView(reader, id);
  if (isPruned(stored))
    return {
      ...row,
      manifest: null,
      title,
      suspended: null,
      story: prunedStory(program?.flow ?? null, row, stored).map(named),
      failure: null,
      again,
      gone: PRUNED,
    };
  const events = eventsOf(reader, id);
  const last = events.at(-1)?.event;
  const story = program === null ? [] : storyOf(program, events).map(named);
  const gone = stored.some(({ erased }) => erased) ? ERASED : null;
  const first = events[0]?.event;
  const manifest = first?.type === 'run.started' ? (first.body.manifest ?? null) : null;
  const failure = last?.type === 'run.ended' ? last.body.error : null;
  return { ...row, manifest, title, suspended: suspensionIn(events), story, failure, again, gone };
}

/** Whether a run is suspended, as its events say; a run that comes to its end is not any more. */
function suspensionIn(events: readonly ToldEvent[]): Suspension | null {
  const last = events.findLast(({ event }) => HOLDING.has(event.type));
  return last?.event.type === 'run.suspended' ? { ...last.event.body, at: last.at } : null;
}

const HOLDING: ReadonlySet<string> = new Set(['run.suspended', 'run.resumed', 'run.stopping', 'run.ended']);

/** {@link Suspension} of a case that may still be under way; of one that has ended nothing is looked up. */
export function suspensionOf(reader: Pick<Journal, 'events'>, { id, ended }: RunRow): Suspension | null {
  return ended === null ? suspensionIn(eventsOf(reader, id)) : null;
}

const PRUNED =
  'The content of this case was pruned: what it decided on is gone. Its course, times and end stay, and proofs of them hold.';
const ERASED =
  'The personal content of this case was erased: what it was about is gone. Its course and end stay, and proofs of them hold.';

const isPruned = (events: readonly StoredEvent[]): boolean => events.some(({ open }) => open === null);

/** A task with what it shows. Throws TASK_UNKNOWN. */
export function taskView(source: Source, id: string): TaskView {
  const reader = source.engine.reader();
  const row = reader.task(id);
  if (row === null)
    throw new CountersignError({
      code: 'TASK_UNKNOWN',
      message: `There is no task ${id}.`,
      hint: 'List the open ones with “countersign approvals”.',
    });
  let shownContent: Shown | null = null;
  let doubt: TaskView['doubt'] = null;
  let sendBack = false;
  const events = isPruned(reader.events(`run:${row.run}`)) ? [] : eventsOf(reader, row.run);
  for (const { event } of events) {
    if (event.type === 'task.created' && event.body.task === id) {
      shownContent = event.body.shown;
      sendBack = event.body.sendBack;
    }
    if (event.type === 'call.doubted' && event.body.task === id) {
      const { key, connection, action, error } = event.body;
      doubt = { key, connection, action, error };
    }
  }
  return { ...row, shownContent, doubt, sendBack };
}
