import { ChevronDown, ChevronUp, CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ExampleValue } from '../../engine/dmn/analyse.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { headOf } from './grid-head.tsx';
import type { Finding } from './model/marks.ts';
import type { Column } from './model/shape.ts';
import { words } from '../words/index.ts';

const SHOWN = 100;

/** Example inputs, by the words of the finding that they are an example of. */
export type Examples = ReadonlyMap<string, readonly ExampleValue[]>;

interface FindingsProps {
  table: DecisionTable;
  columns: readonly Column[];
  findings: readonly Finding[];
  onGo: (finding: Finding) => void;
  /** Of cases that no row matches. */
  examples: Examples;
  onTry: (example: readonly ExampleValue[]) => void;
}

/** Everything that is wrong with the table, the gravest first; each leads to its place. */
export function Findings({ table, columns, findings, examples, onGo, onTry }: FindingsProps) {
  const [open, setOpen] = useState(true);
  const rowOf = new Map(table.rows.map((row, r) => [row.id, r + 1]));
  if (findings.length === 0)
    return (
      <p className="findings none">
        <CircleCheck size={16} color="var(--green)" aria-hidden /> {words().table.findings(0)}.{' '}
        <span className="quiet">{words().table.noFindings}</span>
      </p>
    );
  return (
    <section className="findings" aria-label={words().table.parts.findings} data-part="findings">
      <button type="button" className="plain findings-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        <span className="strong">{words().table.findings(findings.length)}</span>
      </button>
      {open ? (
        <ul className="scroll">
          {findings.slice(0, SHOWN).map((finding) => (
            <li key={`${finding.problem.path.join('/')} ${finding.problem.message} ${finding.problem.at?.from ?? ''}`}>
              <button type="button" className="finding" onClick={() => onGo(finding)}>
                <Severity finding={finding} />
                <span className="small quiet finding-place clip">{placeOf(finding, rowOf, table, columns)}</span>
                <span className="grow">
                  {finding.problem.message} <span className="quiet">{finding.problem.hint}</span>
                </span>
              </button>
              <TryButton example={examples.get(finding.problem.message) ?? []} onTry={onTry} />
            </li>
          ))}
          {findings.length > SHOWN ? (
            <li className="small quiet pad">{words().table.moreFindings(findings.length - SHOWN)}</li>
          ) : null}
        </ul>
      ) : null}
    </section>
  );
}

function TryButton({ example, onTry }: { example: readonly ExampleValue[]; onTry: FindingsProps['onTry'] }) {
  if (example.length === 0) return null;
  return (
    <button type="button" className="plain accent" onClick={() => onTry(example)}>
      {words().table.tryExample}
    </button>
  );
}

function Severity({ finding: { problem } }: { finding: Finding }) {
  return problem.severity === 'error' ? (
    <CircleX size={14} color="var(--red)" role="img" aria-label={words().table.error} />
  ) : (
    <TriangleAlert size={14} color="var(--amber)" role="img" aria-label={words().table.warning} />
  );
}

function placeOf(
  { row, column }: Finding,
  rowOf: ReadonlyMap<string, number>,
  table: DecisionTable,
  columns: readonly Column[],
): string {
  if (row !== null) return words().table.place.row(rowOf.get(row) ?? 0);
  const of = columns.find(({ key }) => key === column);
  return of === undefined ? words().table.place.table : words().table.place.column(headOf(table, of).title);
}
