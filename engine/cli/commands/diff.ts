import type { Command } from 'commander';
import { diffFlows } from '../../flow/diff.ts';
import { diffWholes } from '../../flow/diff-pinned.ts';
import { pinsOf, type Pin } from '../../flow/pinned.ts';
import { KINDS } from '../../../nodes/index.ts';
import { readSide, type Side } from '../../studio/side.ts';
import { body, type Answer, type Wiring } from '../command.ts';

export function addDiff(program: Command, wiring: Wiring): void {
  program
    .command('diff')
    .description(
      'Tell what changed from one flow to another, step by step and tables by row and cell; with versions and releases also in what they lean on.',
    )
    .argument('<before>', 'a flow file, a version of it (refunds.flow.json@7), a version file or a manifest')
    .argument('<after>', 'the same')
    .option('--moves', 'tell of steps that were moved on the canvas as well')
    .action(
      body(wiring, (_talk, before: string, after: string, options: { moves?: boolean }) =>
        diff(before, after, options.moves ?? false),
      ),
    );
}

/** Differences are an answer, not a failure: it holds whenever both could be read. */
export function diff(before: string, after: string, moves: boolean): Answer {
  const [one, other] = [readSide(before), readSide(after)];
  const { changes, pins } = compared(one, other, moves);
  return {
    holds: true,
    json: { before, after, changes, ...(pins === null ? {} : { pins }) },
    lines: changes.length === 0 ? ['Nothing changed.'] : changes.map((change) => change.sentence),
  };
}

/** Two files of one workspace lean on the same; what they lean on is compared where one side wrote down what it was. */
function compared(one: Side, other: Side, moves: boolean) {
  const wholes = one.pinned || other.pinned ? ([one.whole(), other.whole()] as const) : null;
  const [before, after] = wholes ?? [null, null];
  if (before === null || after === null)
    return { changes: diffFlows(one.flow, other.flow, { moves, kinds: KINDS }), pins: null };
  const pins: Record<'before' | 'after', Pin[]> = { before: pinsOf(before.pinned), after: pinsOf(after.pinned) };
  return { changes: diffWholes(before, after, { moves, kinds: KINDS }), pins };
}
