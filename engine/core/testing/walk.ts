import * as fc from 'fast-check';
import type { Flow } from '../../flow/document.ts';
import type { Program } from '../../program/program.ts';
import { framesOf } from '../frames.ts';
import type { Stimulus } from '../state.ts';
import {
  approval,
  ask,
  call,
  end,
  programOf,
  REFUND,
  REFUND_PATH,
  refundWithin,
  shopFlow,
  SURROUNDINGS,
  wholeFlow,
} from './flows.ts';
import { OLGA, SIGNATURE } from './people.ts';
import { answer, DONE, failedWith, Play, problem, REFUSED } from './play.ts';

/** Cases that go their way at random. */

/** Iterations within which two branches run at once. */
const blocks = (): Flow =>
  shopFlow()
    .node('Every', 'for-each', { list: '[1, 2, 3]', item: 'one', atOnce: 2 })
    .node('Fork', 'parallel', { branches: ['a', 'b'] })
    .node('Topic', 'ai-decision', ask())
    .node('Agree', 'approval', approval())
    .node('In', 'join', { wait: 'any', collect: '' })
    .node('All', 'join', { wait: 'all', collect: '1' })
    .node('Letter', 'connector', call('post letter', { arguments: { order: '"7"' } }))
    .node('Done', 'end', end('done'))
    .chain('Start', 'Every')
    .edge('Every', 'each', 'Fork')
    .edge('Fork', 'a', 'Topic')
    .edge('Fork', 'b', 'Agree')
    .edge('Topic', 'answered', 'In')
    .edge('Topic', 'uncertain', 'Agree')
    .edge('Agree', 'approved', 'In')
    .back('Agree', 'rejected', 'Topic', 1)
    .edge('In', 'next', 'All')
    .edge('All', 'next', 'Letter')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Done')
    .build();

/** All kinds of steps, a sub-flow, and branches within iterations. */
export const PROGRAMS: readonly Program[] = [
  programOf(wholeFlow()),
  programOf(refundWithin(), { ...SURROUNDINGS, flows: { [REFUND_PATH]: REFUND } }),
  programOf(blocks()),
];

const MOVES = ['done', 'done', 'done', 'yes', 'yes', 'no', 'refused', 'given up', 'time', 'cancel'] as const;
type Move = (typeof MOVES)[number];
/** What befalls a case: what, in which of its lines, and after how many milliseconds. */
export const moves = fc.array(fc.tuple(fc.constantFrom(...MOVES), fc.nat(9), fc.nat(9_000)), { maxLength: 40 });

/** One case, moved on at random in whichever of its lines. */
export function walk(program: Program, chances: readonly (readonly [Move, number, number])[]): Play {
  const run = new Play(program, { order: '7', amount: 12 });
  for (const [move, which, ms] of chances) {
    if (run.state.ended !== null) break;
    run.now += ms;
    const standing = [...framesOf(run.state)].filter(({ position }) => position !== null && position.phase !== 'open');
    const frame = standing[which % Math.max(1, standing.length)];
    const said = frame === undefined ? null : stimulusOf(run, frame, move, which);
    if (said !== null) run.say(said);
  }
  return run;
}

type Frame = ReturnType<typeof framesOf> extends Generator<infer F> ? F : never;

function stimulusOf(run: Play, { path, position }: Frame, move: Move, which: number): Stimulus | null {
  if (position === null) return null;
  const { node, visit } = position;
  if (move === 'cancel' && which === 0) return { stimulus: 'cancelled', by: OLGA, reason: 'so', undo: which > 5 };
  if (position.phase === 'asking') {
    const outcome =
      move === 'given up'
        ? { outcome: 'failed' as const, error: problem(false) }
        : { outcome: 'answered' as const, answer: answer(move === 'no' ? 'uncertain' : 'answered') };
    return { stimulus: 'answered', path, node, visit, outcome };
  }
  if (position.phase === 'calling') {
    const outcome = move === 'refused' ? REFUSED : move === 'given up' ? failedWith('no', false) : DONE;
    return { stimulus: 'performed', path, node, visit, attempt: position.attempt, outcome };
  }
  if (position.phase !== 'tasked') return null;
  const { id, digest, role } = position.task;
  const decision = {
    decision: move === 'no' ? ('rejected' as const) : ('approved' as const),
    person: `p${position.votes.length}`,
    role,
    comment: '',
    shown: digest,
    at: run.now,
    signature: SIGNATURE,
  };
  return { stimulus: 'decided', task: id, decision };
}
