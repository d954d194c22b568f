import { CircleCheck } from 'lucide-react';
import type { Flow } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { allCauses, allProblems } from '../canvas/marks.ts';
import { showNode } from '../canvas/viewport.ts';
import { Untested } from '../cases/untested.tsx';
import { isUntested } from '../state/sandbox.ts';
import { transit, useStudio } from '../state/store.ts';
import { ledTo, present } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ProblemMark } from '../ui/problem-mark.tsx';
import { RepairButton } from '../inspector/repair-button.tsx';
import { MisfitList } from './misfit-list.tsx';
import { words } from '../words/index.ts';

/** Every problem of the flow; each leads to its place. */
export function ProblemsTab({ flow }: { flow: Flow }) {
  const checks = useStudio((state) => state.checks);
  const problems = allProblems(checks);
  const misfits = useStudio((state) => state.sandbox.misfits);
  const untested = useStudio(isUntested);
  if (checks.of === null) return <p className="quiet pad-all">{words().problems.checking}</p>;
  if (problems.length === 0) {
    return misfits.length > 0 ? (
      <MisfitList misfits={misfits} />
    ) : (
      <Empty title={words().problems.noneTitle} text={words().problems.none}>
        {untested ? (
          <Untested />
        ) : (
          <span className="row tone-good">
            <CircleCheck size={16} aria-hidden /> {words().problems.holds}
          </span>
        )}
      </Empty>
    );
  }
  // Those of unsafe paths come first.
  const pathOf = (problem: Problem) => checks.unsafe[problems.indexOf(problem)] ?? null;
  const lead = (problem: Problem) => {
    transit((state) => present(ledTo(state, problem), { shownPath: pathOf(problem) }));
    if (problem.node !== undefined) showNode(problem.node);
  };
  const row = (problem: Problem) => (
    <div className="problem-row">
      <button type="button" className="problem" onClick={() => lead(problem)}>
        <ProblemMark problem={problem} />
        <span className="grow">
          <span>{problem.message}</span> <span className="quiet">{problem.hint}</span>
        </span>
        <span className="small quiet clip problem-place">{placeOf(problem, flow)}</span>
        <span className="mono quiet problem-code">{problem.code}</span>
      </button>
      <RepairButton problem={problem} flow={flow} unsafe={pathOf(problem)} />
    </div>
  );
  return (
    <>
      {problems.some(({ severity }) => severity === 'error') ? null : <Untested />}
      <ul className="problem-list">
        {allCauses(checks).map(({ problem, follows }) => (
          <li key={keyOf(problem)}>
            {row(problem)}
            {follows.length === 0 ? null : (
              <details className="problem-follows">
                <summary className="small">{words().problems.follow(follows.length)}</summary>
                <ul>
                  {follows.map((one) => (
                    <li key={keyOf(one)}>{row(one)}</li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
      <MisfitList misfits={misfits} />
    </>
  );
}

const keyOf = ({ code, path, message, at }: Problem): string =>
  `${code} ${path.join('/')} ${message} ${at?.from ?? ''}`;

function placeOf(problem: Problem, flow: Flow): string {
  if (problem.node !== undefined) return flow.nodes[problem.node]?.name ?? '';
  const edge = problem.edge === undefined ? undefined : flow.edges[problem.edge];
  if (edge !== undefined) return words().problems.wireOf(flow.nodes[edge.from.node]?.name ?? '');
  return problem.path[0] === 'about' ? words().flow.title : problem.path[0] === 'input' ? words().flow.input : '';
}
