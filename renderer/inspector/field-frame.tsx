import type { ReactNode } from 'react';
import type { Problem } from '../../engine/flow/problem.ts';
import { FieldRepair } from './repair-button.tsx';

interface FieldFrameProps {
  label: string;
  help: string | null;
  /** Why the value cannot be so; it is not in the document then. */
  refused?: string | undefined;
  problems?: readonly Problem[];
  children: ReactNode;
  /** Beside the label. */
  aside?: ReactNode;
}

/** A field's label, help, and what is wrong with it, around its control. */
export function FieldFrame({ label, help, refused, problems = [], children, aside }: FieldFrameProps) {
  const [problem] = problems;
  return (
    <div className="field">
      <div className="field-head">
        <span className="field-label">{label}</span>
        {aside}
      </div>
      {help === null ? null : <p className="field-help">{help}</p>}
      {children}
      {refused === undefined ? null : (
        <p className="field-fault error" role="alert">
          {refused}
        </p>
      )}
      {refused !== undefined || problem === undefined ? null : (
        <>
          <p className={`field-fault ${problem.severity}`}>
            {problem.message} {problem.hint}
          </p>
          <FieldRepair problem={problem} />
        </>
      )}
    </div>
  );
}
