import { CircleX, ShieldAlert, TriangleAlert } from 'lucide-react';
import type { Problem } from '../../engine/flow/problem.ts';
import { words } from '../words/index.ts';

/** How grave a problem is, before its words. */
export function ProblemMark({ problem: { code, severity } }: { problem: Pick<Problem, 'code' | 'severity'> }) {
  if (code === 'UNSAFE_PATH')
    return <ShieldAlert size={16} color="var(--red)" aria-label={words().problems.unsafe} role="img" />;
  return severity === 'error' ? (
    <CircleX size={16} color="var(--red)" aria-label={words().problems.error} role="img" />
  ) : (
    <TriangleAlert size={16} color="var(--amber)" aria-label={words().problems.warning} role="img" />
  );
}
