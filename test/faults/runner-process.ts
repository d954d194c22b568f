import { writeSync } from 'node:fs';
import { answerWith } from '../../engine/cli/command.ts';
import { openRunner, runRows } from '../../engine/cli/commands/run.ts';
import { parseStrict } from '../../engine/flow/json.ts';
import type { Runner } from '../../engine/runner/runner.ts';
import type { PerformOutcome, PerformRequest, Systems } from '../../engine/runtime/environment.ts';
import { processOptionsSchema, type Hold, type ProcessOptions } from './process-options.ts';

/*
 * `countersign run MANIFEST --runner FOLDER --data FILE` as a process of its own that stops at one point and says so,
 * to be killed there; or whose keys are made anew for each attempt, as the control. It is given its options as JSON.
 */

const options = processOptionsSchema.parse(parseStrict(process.argv[2] ?? ''));

const say = (what: string): void => void writeSync(1, `${JSON.stringify({ at: what })}\n`);

const never = (): Promise<PerformOutcome> => new Promise(() => undefined);

/** Effects go no further than the point; it is reached once so many of each action stand there. */
function heldSystems(systems: Systems, hold: Hold): Systems {
  const held = new Map<string, number>();
  const arrive = (call: PerformRequest): Promise<PerformOutcome> => {
    held.set(call.action, (held.get(call.action) ?? 0) + 1);
    if (Object.entries(hold.effects).every(([action, count]) => (held.get(action) ?? 0) >= count)) say(hold.at);
    return never();
  };
  return {
    askDone: (call) => systems.askDone(call),
    perform: async (call) => {
      if (call.key === '') return systems.perform(call);
      if (hold.at === 'between answer and commit') await systems.perform(call);
      return arrive(call);
    },
  };
}

/** The control: the key is of the attempt and not of the effect. */
function keyPerAttempt(systems: Systems): Systems {
  let attempts = 0;
  return {
    askDone: (call) => systems.askDone(call),
    perform: (call) => {
      attempts += 1;
      return systems.perform(call.key === '' ? call : { ...call, key: `${call.key}.${process.pid}.${attempts}` });
    },
  };
}

function wrapSystems(runner: Runner, { hold, salted }: ProcessOptions): void {
  for (const serving of runner['serving'].values()) {
    const { systems } = serving;
    const keyed = salted ? keyPerAttempt(systems) : systems;
    const held = hold === null ? keyed : heldSystems(keyed, hold);
    serving.systems = { ...held, close: () => systems.close() };
  }
}

const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  isTerminal: false,
  nowMs: () => Date.now(),
};
process.exitCode = await answerWith(io, true, async (talk) => {
  const runner = openRunner(options.runner);
  try {
    const release = runner.accept(options.manifest);
    // Nothing has been performed yet: what is recovered is taken up in a later turn of the event loop.
    wrapSystems(runner, options);
    return await runRows(talk, runner, release, options.data);
  } finally {
    await runner.close();
  }
});
