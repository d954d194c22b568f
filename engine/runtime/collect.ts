import { decide } from '../core/core.ts';
import type { Decision } from '../core/deciding.ts';
import type { Ledger } from '../core/ledger.ts';
import { STEPS_AT_ONCE, type Command, type RunState } from '../core/state.ts';
import type { Program } from '../program/program.ts';
import type { Batch, Committed } from './batch.ts';
import { drafts } from './drafts.ts';
import type { Models } from './environment.ts';

/** A run about which something was decided, and what answers it without leaving the process. */
export interface Decided {
  program: Program;
  /** Digest of the manifest that it is pinned to. */
  manifest: string | null;
  state: RunState;
  models: Models;
  ledger: Ledger;
  now: number;
}

/**
 * Takes what core decided into the batch, and answers at once what can be answered without leaving the process; where that
 * would go on for long, the rest is asked as over a wire. Returns whether the run goes on in a later turn.
 */
export function collect(
  batch: Batch,
  { program, manifest, state, models, ledger, now }: Decided,
  first: Decision,
): boolean {
  const events = [...first.events];
  const commands: Command[] = [];
  const asked = [...first.commands];
  let { more } = first;
  // What is answered adds to the list that is gone through.
  for (const command of asked) {
    const answer = command.command === 'ask' && events.length < STEPS_AT_ONCE ? models.answerNow(command) : null;
    if (command.command !== 'ask' || answer === null) {
      commands.push(command);
      continue;
    }
    const { path, node, visit } = command;
    const stimulus = { stimulus: 'answered' as const, path, node, visit, outcome: answer };
    const next = decide(program, state, stimulus, now, false, ledger);
    more = more || next.more;
    for (const event of next.events) events.push(event);
    for (const one of next.commands) asked.push(one);
  }
  const committed = events.map((event): Committed => ({ run: state.run, at: now, event }));
  const own = drafts(committed, program);
  // Only now: had anything above thrown, nothing of the run would be in the batch.
  for (const draft of own) batch.drafts.push(draft);
  for (const one of committed) batch.committed.push(one);
  for (const command of commands) batch.commands.push({ run: state.run, program: program.digest, manifest, command });
  batch.touched.set(state.run, state);
  return more;
}
