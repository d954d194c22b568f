import { decide } from '../core/core.ts';
import type { Decision } from '../core/deciding.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Command, RunState } from '../core/state.ts';
import type { Program } from '../program/program.ts';
import type { Batch, Committed } from './batch.ts';
import { drafts } from './drafts.ts';
import type { Models } from './environment.ts';

/** A run about which something was decided, and what answers it without leaving the process. */
export interface Decided {
  program: Program;
  state: RunState;
  models: Models;
  ledger: Ledger;
  now: number;
}

/** Takes what core decided into the batch, and answers at once what can be answered without leaving the process. */
export function collect(batch: Batch, { program, state, models, ledger, now }: Decided, first: Decision): void {
  const events = [...first.events];
  const commands: Command[] = [];
  const asked = [...first.commands];
  for (let command = asked.shift(); command !== undefined; command = asked.shift()) {
    const answer = command.command === 'ask' ? models.answerNow(command) : null;
    if (command.command !== 'ask' || answer === null) {
      commands.push(command);
      continue;
    }
    const { path, node, visit } = command;
    const stimulus = { stimulus: 'answered' as const, path, node, visit, outcome: answer };
    const next = decide(program, state, stimulus, now, false, ledger);
    events.push(...next.events);
    asked.push(...next.commands);
  }
  const committed = events.map((event): Committed => ({ run: state.run, at: now, event }));
  const own = drafts(committed, program);
  // Only now: had anything above thrown, nothing of the run would be in the batch.
  batch.drafts.push(...own);
  batch.committed.push(...committed);
  for (const command of commands) batch.commands.push({ run: state.run, program: program.digest, command });
  batch.touched.set(state.run, state);
}
