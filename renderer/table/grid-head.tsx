import { Popover } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useRef, type PointerEvent } from 'react';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { ColumnForm } from './column-form.tsx';
import { policyLetter } from './hit-policy.tsx';
import { sentenceOf, type Marks } from './model/marks.ts';
import { HEAD } from './model/selection.ts';
import type { Column } from './model/shape.ts';
import type { Sheet } from './use-sheet.ts';
import { words, type Words } from '../words/index.ts';

interface GridHeadProps {
  sheet: Sheet;
  marks: Marks;
  scope: FeelScopeTypes;
  messageId: string;
  widthOf: (column: Column) => number;
  onWidth: (column: Column, pixels: number) => void;
  onChange: (table: DecisionTable, gesture?: string) => void;
  onDone: () => void;
}

/** The heads of the columns: what each tests or gives, of which type, and the way to its form. */
export function GridHead(props: GridHeadProps) {
  const { sheet, marks, messageId } = props;
  const { table, columns, selection, range } = sheet;
  const inHead = selection.anchor.row === HEAD;
  const policy = words().table.policies[table.hitPolicy];
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        <div role="columnheader" aria-colindex={1} className="grid-no" title={`${policy.name}. ${policy.means}`}>
          <span className="sr">{words().table.rowNumber}</span>
          <span className="policy-letter" aria-hidden>
            {policyLetter(table)}
          </span>
        </div>
        {columns.map((column, c) => {
          const { title, detail, label, isSetUp } = headOf(table, column);
          const faults = marks.columns.get(column.key);
          const isActive = inHead && selection.anchor.column === c;
          const first = column.index === 0 && column.side !== 'note';
          return (
            <div
              key={column.key}
              role="columnheader"
              aria-colindex={c + 2}
              aria-label={label}
              aria-describedby={isActive ? messageId : undefined}
              data-at={`${HEAD}:${c}`}
              tabIndex={isActive ? 0 : -1}
              title={faults?.map(sentenceOf).join('\n') ?? `${title}${detail === '' ? '' : `\n${detail}`}`}
              className={headClass(column, faults?.[0]?.severity, c >= range.left && c <= range.right)}
            >
              <span className="head-side" aria-hidden>
                {column.side === 'note' ? '' : first ? words().table[column.side] : ''}
              </span>
              <span className={isSetUp ? 'head-title clip' : 'head-title clip accent'}>{title}</span>
              <span className="head-detail clip mono">{detail}</span>
              {column.side === 'note' ? null : <FormButton {...props} column={column} label={label} />}
              <Edge {...props} column={column} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const headClass = ({ side }: Column, fault: string | undefined, selected: boolean): string =>
  `grid-cell head${side === 'then' ? ' out' : ''}${selected ? ' within' : ''}${
    fault === undefined ? '' : fault === 'error' ? ' wrong' : ' doubtful'
  }`;

/** What a column's head says. */
export function headOf(table: DecisionTable, { side, index }: Column) {
  const input = table.inputs[index];
  const output = table.outputs[index];
  if (side === 'note' || (side === 'when' ? input : output) === undefined)
    return { title: words().table.note, detail: '', label: words().table.note, isSetUp: true };
  if (side === 'then') {
    const title = output?.name ?? '';
    const detail = [typeName(output?.type), (output?.values ?? []).join(', ')];
    return { title, detail: joined(detail), label: words().table.output(index + 1, title), isSetUp: true };
  }
  const expression = input?.expression ?? '';
  const title = input?.label ?? expression;
  const isSetUp = expression.trim() !== '';
  return {
    title: title === '' ? words().table.notSetUp : title,
    detail: joined([input?.label === undefined ? '' : expression, typeName(input?.type), input?.values ?? '']),
    label: words().table.input(index + 1, title),
    isSetUp,
  };
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
const typeName = (type: keyof Words['table']['column']['types'] | undefined): string =>
  type === undefined || type === 'any' ? '' : words().table.column.types[type];

function FormButton(props: GridHeadProps & { column: Column; label: string }) {
  const { sheet, column, label, scope, marks, onChange, onDone } = props;
  const opened = sheet.openColumn === column.key;
  return (
    <Popover
      opened={opened}
      onChange={(next) => {
        if (!next) sheet.open(null);
      }}
      position="bottom-start"
      width={320}
      middlewares={{ flip: true, shift: { padding: 8 }, size: { padding: 8, apply: fitHeight } }}
      trapFocus
      returnFocus={false}
      shadow="md"
    >
      <Popover.Target>
        <button
          type="button"
          tabIndex={-1}
          className="plain icon head-form"
          aria-label={words().table.setUp(label)}
          title={words().table.setUp(label)}
          onMouseDown={(event) => event.stopPropagation()}
          onClick={() => sheet.open(opened ? null : column.key)}
        >
          <ChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label} className="column-popover">
        {opened ? (
          <ColumnForm
            sheet={sheet}
            column={column}
            scope={scope}
            problems={marks.columns.get(column.key) ?? []}
            onChange={onChange}
            onDone={onDone}
            onClose={() => sheet.open(null)}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

/** In a low window the form scrolls. */
function fitHeight({ availableHeight, elements }: { availableHeight: number; elements: { floating: HTMLElement } }) {
  elements.floating.style.maxHeight = `${Math.max(120, Math.floor(availableHeight))}px`;
}

/** The edge by which a column is drawn wider; by keyboard it is Alt Shift and an arrow. */
function Edge({ column, widthOf, onWidth }: GridHeadProps & { column: Column }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>): void => {
    start.current = { x: event.clientX, width: widthOf(column) };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  return (
    <span
      className="head-edge"
      aria-hidden
      onMouseDown={(event) => {
        event.stopPropagation();
        event.preventDefault();
      }}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (start.current !== null) onWidth(column, start.current.width + event.clientX - start.current.x);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
    />
  );
}
