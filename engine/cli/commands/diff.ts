import type { Command } from 'commander';
import { diffFlows } from '../../flow/diff.ts';
import type { Flow } from '../../flow/document.ts';
import { readFlow } from '../../flow/read.ts';
import { invalid } from '../../studio/export.ts';
import { readText } from '../../studio/text-file.ts';
import { KINDS } from '../../../nodes/index.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';

export function addDiff(program: Command, wiring: Wiring): void {
  program
    .command('diff')
    .description('Tell what changed from one flow to another, step by step and tables by row and cell.')
    .argument('<before>', 'a flow file')
    .argument('<after>', 'a flow file')
    .option('--moves', 'tell of steps that were moved on the canvas as well')
    .action(
      body(wiring, (_talk, before: string, after: string, options: { moves?: boolean }) =>
        diff(before, after, options.moves ?? false),
      ),
    );
}

/** Differences are an answer, not a failure: it holds whenever both could be read. */
export function diff(before: string, after: string, moves: boolean): Answer {
  const changes = diffFlows(flowIn(before), flowIn(after), { moves });
  return {
    holds: true,
    json: { before, after, changes },
    lines: changes.length === 0 ? ['Nothing changed.'] : changes.map((change) => change.sentence),
  };
}

/** A flow is compared as it stands, sound or not; what a newer version wrote is not understood well enough. */
function flowIn(path: string): Flow {
  if (!path.endsWith('.flow.json')) throw usage(`“${path}” is no flow file.`, 'Name two files that end in .flow.json.');
  const read = readFlow(readText(path).text, KINDS);
  if (read.flow === null || read.newer) throw invalid(path, read.problems);
  return read.flow;
}
