import { useId, type KeyboardEvent } from 'react';
import type { Problem } from '../../engine/flow/problem.ts';

interface TableCellProps {
  at: string;
  label: string;
  value: string;
  fault: Problem | undefined;
  /** Names and values that may stand here. */
  offered: readonly string[];
  readOnly: boolean;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  onChange: (text: string) => void;
  onBlur: () => void;
}

/** One cell of the sheet: a formula, and what is wrong with it below while it is written. */
export function TableCell({
  at,
  label,
  value,
  fault,
  offered,
  readOnly,
  onFocus,
  onKeyDown,
  onChange,
  onBlur,
}: TableCellProps) {
  const id = useId();
  const head = at.startsWith('-1');
  return (
    <div className="cell">
      <input
        data-at={at}
        className={`mono ${fault === undefined ? '' : fault.severity === 'error' ? 'wrong' : 'doubtful'}`}
        aria-label={label}
        aria-invalid={fault?.severity === 'error'}
        aria-describedby={fault === undefined ? undefined : id}
        title={fault === undefined ? undefined : `${fault.message} ${fault.hint}`}
        list={head && offered.length > 0 ? `${id}-names` : undefined}
        value={value}
        disabled={readOnly}
        spellCheck={false}
        autoComplete="off"
        onFocus={(event) => {
          event.currentTarget.select();
          onFocus();
        }}
        onKeyDown={onKeyDown}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      {head && offered.length > 0 ? (
        <datalist id={`${id}-names`}>
          {offered.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ) : null}
      {fault === undefined ? null : (
        <span id={id} className="cell-fault">
          {fault.message} {fault.hint}
        </span>
      )}
    </div>
  );
}
