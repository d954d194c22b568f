import type { Shown } from '../core/event.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import type { Journal, RunRow, TaskRow } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { storyOf, type StoryStep } from '../runtime/story.ts';

type Reader = Pick<Journal, 'run' | 'task' | 'events'>;
interface Source {
  engine: { reader(): Reader };
  programOf(digest: string): Program | null;
}

export interface CaseView extends RunRow {
  story: (StoryStep & { name: string })[];
  failure: ErrorShape | null;
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
  const events = eventsOf(reader, id);
  const program = source.programOf(row.program);
  const last = events.at(-1)?.event;
  const story =
    program === null
      ? []
      : storyOf(program.flow, events).map((step) => ({
          ...step,
          name: program.nodes.get(step.node)?.name ?? step.node,
        }));
  return { ...row, story, failure: last?.type === 'run.ended' ? last.body.error : null };
}

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
  for (const { event } of eventsOf(reader, row.run)) {
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
