import type { Shown } from '../core/event.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import type { Journal, RunRow, StoredEvent, TaskRow } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { prunedStory } from '../runtime/story-pruned.ts';
import { storyOf, THE_CASE, type StoryStep } from '../runtime/story.ts';
import { suspensionIn, type Suspension } from './cases-listed.ts';
import { manifestIn } from './pinned.ts';
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
  const manifest = manifestIn(events);
  const failure = last?.type === 'run.ended' ? last.body.error : null;
  return { ...row, manifest, title, suspended: suspensionIn(events), story, failure, again, gone };
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
