import type { Problem } from '../../engine/flow/problem.ts';
import { words } from '../words/index.ts';

/** How many problems a card has, errors before doubts; the first on hover. */
export function ProblemDot({ problems }: { problems: readonly Problem[] }) {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const shown = errors[0] ?? problems[0];
  if (shown === undefined) return null;
  const tone = errors.length > 0 ? 'bad' : 'wait';
  return (
    <span className={`dot ${tone}`} title={`${shown.message} ${shown.hint}`}>
      {errors.length || problems.length}
      <span className="sr">{words().canvas.problems(problems.length)}</span>
    </span>
  );
}
