import { decodeEvent } from '../../engine/core/codec.ts';
import type { JournalReader } from '../../engine/journal/reader.ts';

/** The order that a case was started for, by the event of its start: each is asked for once, under a key of its own. */
export function orderOf(journal: JournalReader, run: string): string | null {
  const [first] = journal.events(`run:${run}`);
  const event = first === undefined ? null : decodeEvent(first);
  const order = event?.type === 'run.started' ? event.body.input.get('order') : null;
  return typeof order === 'string' ? order : null;
}
