import { Command, CommanderError } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { CountersignError } from '../flow/error.ts';
import { addApprovals } from './commands/approvals.ts';
import { addAudit } from './commands/audit.ts';
import { addDiff } from './commands/diff.ts';
import { addDmn } from './commands/dmn.ts';
import { addKeys } from './commands/keys.ts';
import { addManifest } from './commands/manifest.ts';
import { addModels } from './commands/models.ts';
import { addRecord } from './commands/record.ts';
import { addRun } from './commands/run.ts';
import { addRunner } from './commands/runner.ts';
import { addRuns } from './commands/runs.ts';
import { addStop } from './commands/stop.ts';
import { addStudio } from './commands/studio.ts';
import { addSystems } from './commands/systems.ts';
import { addTable } from './commands/table.ts';
import { addTest } from './commands/test.ts';
import { addValidate } from './commands/validate.ts';
import { answerWith, EXIT, usageOf, type Io, type Wiring } from './command.ts';

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  nowMs: () => Date.now(),
};

/** The whole command line: every command with its help. */
export function commandLine(wiring: Wiring): Command {
  const program = new Command('countersign')
    .description('Decision flows that use AI: checked, tested, signed, run and audited.')
    .version(about.version)
    .option('--json', 'print one JSON document; errors go to standard error in one shape')
    .addHelpText('after', '\nExit codes: 0 it holds, 1 it does not hold, 2 wrong use, 3 the environment failed.')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: (text) => wiring.io.out(text) });
  for (const add of [
    addValidate,
    addDiff,
    addTest,
    addDmn,
    addModels,
    addKeys,
    addManifest,
    addRunner,
    addRun,
    addRuns,
    addStop,
    addApprovals,
    addAudit,
    addRecord,
    addSystems,
    addTable,
    addStudio,
  ])
    add(program, wiring);
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: (text) => wiring.io.out(text) });
    if (command !== program) command.option('--json', 'print one JSON document');
  }
  return program;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** Runs a command line and gives its exit code; nothing is thrown. */
export async function main(
  argv: readonly string[],
  wiring: Wiring = { io, exit: { code: EXIT.holds } },
): Promise<number> {
  try {
    await commandLine(wiring).parseAsync([...argv], { from: 'user' });
    return wiring.exit.code;
  } catch (error) {
    if (error instanceof CountersignError)
      return answerWith(wiring.io, argv.includes('--json'), () => {
        throw error;
      });
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.holds;
    return answerWith(wiring.io, argv.includes('--json'), () => {
      throw usageOf(error);
    });
  }
}
