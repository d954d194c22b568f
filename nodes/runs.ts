import type { KindRun } from './kind.ts';
import { aiDecisionRun } from './ai-decision/run.ts';
import { approvalRun } from './approval/run.ts';
import { connectorRun } from './connector/run.ts';
import { endRun } from './end/run.ts';
import { forEachRun } from './for-each/run.ts';
import { joinRun } from './join/run.ts';
import { parallelRun } from './parallel/run.ts';
import { ruleRun } from './rule/run.ts';
import { entryRun, returnRun } from './subflow/run.ts';
import { taskRun } from './task/run.ts';
import { transformRun } from './transform/run.ts';
import { triggerRun } from './trigger/run.ts';
import { waitRun } from './wait/run.ts';

export type AnyKindRun = KindRun<unknown>;

/** What each kind does in a run; a kind that is outside the program, such as a note, has no entry. */
export const RUNS: Readonly<Record<string, AnyKindRun>> = Object.fromEntries(
  (
    [
      triggerRun,
      aiDecisionRun,
      ruleRun,
      approvalRun,
      taskRun,
      connectorRun,
      transformRun,
      waitRun,
      parallelRun,
      forEachRun,
      joinRun,
      entryRun,
      returnRun,
      endRun,
    ] satisfies AnyKindRun[]
  ).map((run) => [run.kind, run]),
);
