import type { RowTrial } from '../../engine/dmn/try-table.ts';
import { problemsInRow, sentenceOf, type Marks } from './model/marks.ts';
import { HEAD } from './model/selection.ts';
import type { Sheet } from './use-sheet.ts';
import { words } from '../words/index.ts';

interface MessageProps {
  id: string;
  sheet: Sheet;
  marks: Marks;
  trials: ReadonlyMap<string, RowTrial>;
  chosen: ReadonlySet<string>;
  compact: boolean;
}

interface Line {
  text: string;
  tone: 'error' | 'warning' | 'quiet' | 'good';
}

/** What there is to say of the cell that has the keyboard: what was just done, what is wrong with it, why its row does not match. */
export function Message({ id, ...given }: MessageProps) {
  const lines = linesOf(given);
  return (
    <div id={id} className="grid-message" aria-live="polite">
      {lines.map(({ text, tone }) => (
        <p key={text} className={tone}>
          {text}
        </p>
      ))}
    </div>
  );
}

function linesOf({ sheet, marks, trials, chosen, compact }: Omit<MessageProps, 'id'>): readonly Line[] {
  const { selection, columns, table, range, said } = sheet;
  if (said !== null) return [{ text: said, tone: 'warning' }];
  const { anchor } = selection;
  const row = table.rows[anchor.row];
  const column = columns[anchor.column];
  const ofRow = row === undefined ? undefined : marks.rows.get(row.id);
  const ofColumn = anchor.row === HEAD && column !== undefined ? (marks.columns.get(column.key) ?? []) : [];
  const inCell = column === undefined ? [] : (ofRow?.cells.get(column.key) ?? []);
  const others = problemsInRow(ofRow).filter((problem) => !inCell.includes(problem));
  const found = [...ofColumn, ...inCell, ...others].slice(0, 2);
  const lines: Line[] = found.map((problem) => ({ text: sentenceOf(problem), tone: problem.severity }));
  const trial = row === undefined ? undefined : trials.get(row.id);
  if (trial !== undefined) lines.push(lineOf(trial, anchor.row + 1, chosen.has(trial.id)));
  if (lines.length > 0) return lines;
  const [height, width] = [range.bottom - range.top + 1, range.right - range.left + 1];
  if (height * width > 1) return [{ text: words().table.several(height, width), tone: 'quiet' }];
  return [{ text: compact ? words().table.keysShort : words().table.keys, tone: 'quiet' }];
}

function lineOf({ why, matches }: RowTrial, row: number, counts: boolean): Line {
  if (!matches) return { text: words().table.trial.whyNot(row, why ?? ''), tone: 'quiet' };
  return { text: counts ? words().table.trial.whyCounts(row) : words().table.trial.whyMatch(row), tone: 'good' };
}
