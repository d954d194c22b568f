import { CircleX, TriangleAlert } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { TableRow } from '../../engine/dmn/table.ts';
import type { RowTrial } from '../../engine/dmn/try-table.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { problemsInRow, sentenceOf, type RowMarks } from './model/marks.ts';
import { ANY_CELL, cellText, type Column } from './model/shape.ts';
import { words } from '../words/index.ts';

interface GridRowProps {
  /** Null for the row that is not there yet. */
  row: TableRow | null;
  index: number;
  columns: readonly Column[];
  top: number;
  /** The column of the cell that has the keyboard; null when it is in another row. */
  active: number | null;
  /** The columns that are selected in this row, both ends included; -1 for none. */
  from: number;
  to: number;
  marks: RowMarks | undefined;
  trial: RowTrial | undefined;
  counts: boolean;
  messageId: string;
  /** The field over the active cell. */
  editor: ReactNode;
}

/** One row of the grid: its number with what is wrong in it, and its cells. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, index, columns, top, active, from, to, marks, trial, counts, messageId, editor } = props;
  const problems = problemsInRow(marks);
  const tried = trial === undefined ? '' : trial.matches ? (counts ? ' hit counts' : ' hit') : ' miss';
  const title =
    trial?.why === null || trial === undefined ? undefined : words().table.trial.whyNot(index + 1, trial.why);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`grid-row${row === null ? ' new' : ''}${tried}${active === null ? '' : ' current'}`}
      style={{ top }}
      title={title}
    >
      <div role="rowheader" aria-colindex={1} className="grid-no" data-row={index} title={titleOf(problems)}>
        <Mark problems={problems} />
        {trial?.matches === true ? (
          <span
            className="hit-mark"
            role="img"
            aria-label={counts ? words().table.trial.counts : words().table.trial.matches}
          />
        ) : null}
        {row === null ? <span aria-label={words().table.newRow}>+</span> : <span>{index + 1}</span>}
      </div>
      {columns.map((column, c) => {
        const text = row === null ? '' : cellText(row, column);
        const fault = marks?.cells.get(column.key)?.[0];
        const isActive = active === c;
        const verdict = column.side === 'when' ? trial?.cells[column.index] : undefined;
        return (
          <div
            key={column.key}
            role="gridcell"
            aria-colindex={c + 2}
            aria-selected={c >= from && c <= to}
            aria-invalid={fault?.severity === 'error' ? true : undefined}
            aria-describedby={isActive ? messageId : undefined}
            data-at={`${index}:${c}`}
            data-autofocus={isActive ? true : undefined}
            tabIndex={isActive ? 0 : -1}
            className={cellClass(column, fault, verdict)}
            title={fault === undefined ? (column.side === 'note' && text !== '' ? text : undefined) : sentenceOf(fault)}
          >
            {text === ANY_CELL && column.side === 'when' ? (
              <span className="any">{ANY_CELL}</span>
            ) : (
              <span className="clip">{text}</span>
            )}
            {isActive ? editor : null}
          </div>
        );
      })}
    </div>
  );
});

const cellClass = (
  { side }: Column,
  fault: Problem | undefined,
  verdict: RowTrial['cells'][number] | undefined,
): string =>
  [
    'grid-cell',
    side === 'note' ? 'remark' : 'mono',
    side === 'then' ? 'out' : '',
    fault === undefined ? '' : fault.severity === 'error' ? 'wrong' : 'doubtful',
    verdict === 'no' || verdict === 'broken' ? 'said-no' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');

const titleOf = (problems: readonly Problem[]): string | undefined =>
  problems.length === 0 ? undefined : problems.map(sentenceOf).join('\n');

function Mark({ problems }: { problems: readonly Problem[] }) {
  const [gravest] = problems;
  if (gravest === undefined) return null;
  return gravest.severity === 'error' ? (
    <CircleX size={12} color="var(--red)" role="img" aria-label={words().table.error} />
  ) : (
    <TriangleAlert size={12} color="var(--amber)" role="img" aria-label={words().table.warning} />
  );
}
