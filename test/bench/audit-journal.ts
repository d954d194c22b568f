import { join } from 'node:path';
import { ENGINE } from '../../engine/core/event.ts';
import type { Draft } from '../../engine/journal/journal.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import { countedBytes } from '../../engine/journal/testing.ts';

const RUNS_AT_ONCE = 250;

/** The five events of a run whose message is personal: what it read is sealed, and so is why the model answered. */
function runOf(i: number): Draft[] {
  const run = `01m7wgv44zmc7zy9hgy${String(i).padStart(7, '0')}`;
  const event = (type: string, node: string | null, open: Draft['open'], sealed?: Draft['open']): Draft => ({
    subject: `run:${run}`,
    type,
    v: 1,
    at: 1_764_000_000_000 + i,
    actor: ENGINE,
    ...(node === null ? {} : { node }),
    open,
    ...(sealed === undefined ? {} : { sealed: { keyOf: `run:${run}`, value: sealed } }),
  });
  const message = `I was charged twice for payment ${i}, and nobody answers the telephone. Please send it back.`;
  const program = 'sha256-c523f02a5b4207d4e2dd033dacc79f49e71888a257ca13e426c1af024ff26f63';
  const answer = { choice: 'refund', confidence: 0.91, reasons: ['charged', 'twice', 'payment'], status: 'answered' };
  return [
    event('run.started', null, { input: { ticket: String(i) }, key: `csv:${i}`, program, release: '1' }, { message }),
    event('node.completed', 'n_start', { port: 'next', visit: 1 }),
    event('node.completed', 'n_topic', { by: 'model', port: 'answered', visit: 1 }, { answer, value: 'refund' }),
    event('node.completed', 'n_plan', { by: 'rule', port: 'answer', record: { rows: ['r7'] }, visit: 1 }),
    event('run.ended', 'n_done', { result: 'answered', status: 'completed', value: {} }),
  ];
}

/** Writes a journal of so many events, and some more to complete the last run. Gives its path. */
export function writeJournal(folder: string, events: number): string {
  const path = join(folder, 'journal.sqlite');
  const journal = openJournal({ path, now: () => 1_764_000_000_000, random: countedBytes() });
  for (let run = 0; run * 5 < events; run += RUNS_AT_ONCE)
    journal.append(Array.from({ length: RUNS_AT_ONCE }, (_, i) => runOf(run + i)).flat());
  journal.close();
  return path;
}
