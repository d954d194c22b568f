import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { chordOf } from '../commands/chord.ts';
import type { Command } from '../commands/command.ts';
import { useOffer } from '../commands/offered.ts';
import { commandOf } from '../commands/registry.ts';
import { keysOf } from '../commands/shortcuts.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { typeAhead } from '../ui/type-ahead.ts';
import { sheetOffers } from './commands.ts';
import { analyseTable, type ExampleValue } from '../../engine/dmn/analyse.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { Findings, type Examples } from './findings.tsx';
import { marksOf, NO_MARKS, type Finding, type Marks } from './model/marks.ts';
import { at, HEAD, single } from './model/selection.ts';
import { WIDTH } from './model/widths.ts';
import type { TableUse } from './table-use.ts';
import { TableGrid } from './table-grid.tsx';
import { Toolbar } from './toolbar.tsx';
import { writeValue } from './try/fields.ts';
import { FromScenario } from './try/from-scenario.tsx';
import { TryPanel } from './try/try-panel.tsx';
import { useTrial, type Trial } from './try/use-trial.ts';
import { useSheet, type Sheet } from './use-sheet.ts';
import { useWidths } from './use-widths.ts';
import { words } from '../words/index.ts';

interface TableEditorProps {
  use: TableUse;
  table: DecisionTable;
  /** The grid alone, for the inspector. */
  compact?: boolean;
  /** Import and export. */
  exchange?: ReactNode;
  /** Below the grid of a compact editor. */
  children?: ReactNode;
}

/** A decision table to be edited like a spreadsheet, with what is wrong with it and a way to try it. */
export function TableEditor({ use, table, compact = false, exchange, children }: TableEditorProps) {
  const { scope, problems, checked, readOnly, change, endGesture } = use;
  const root = useRef<HTMLDivElement>(null);
  const widths = useWidths(use.node, table, compact ? 'narrow' : 'wide', root);
  const sheet = useSheet({
    table,
    readOnly,
    onChange: change,
    onUndo: use.undo,
    onRedo: use.redo,
    onWiden: (column, by) => widths.set(column, widths.of(column) + by * WIDTH.step),
  });
  const marks = useMemo(() => (checked === null ? NO_MARKS : marksOf(problems, checked)), [problems, checked]);
  const examples = useMemo(() => gapExamples(marks, checked, scope), [marks, checked, scope]);
  const trial = useTrial(table, scope);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || !currentTarget.contains(target) || event.defaultPrevented) return;
    const chord = chordOf(event.nativeEvent);
    const palette = commandOf('window.palette');
    if (!compact && chord !== null && palette !== undefined && asksFor(palette, chord)) openPaletteOverTable();
    else if (event.key === 'F6') nextPart(currentTarget, target, event.shiftKey ? -1 : 1);
    else if (event.key === 's' && (event.ctrlKey || event.metaKey) && !compact) {
      target.blur();
      use.save();
      target.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  useOffer({
    ...sheetOffers(sheet),
    // It is open already.
    ...(compact ? {} : { 'table.try': () => trial.setOpen(!trial.open), 'table.edit': null }),
  });

  useReturn(sheet, compact);

  const grid = (
    <TableGrid
      sheet={sheet}
      scope={scope}
      marks={marks}
      trial={trial.result}
      compact={compact}
      widthOf={widths.of}
      onWidth={widths.set}
      onChange={change}
      onDone={endGesture}
    />
  );
  if (compact)
    return (
      <div ref={root} className="table-editor compact" onKeyDown={onKeyDown}>
        {grid}
        <div data-part="after">{children}</div>
      </div>
    );
  return (
    <div ref={root} className="table-editor full" onKeyDown={onKeyDown}>
      <Toolbar
        sheet={sheet}
        onChange={change}
        exchange={exchange}
        trying={trial.open}
        onTry={() => trial.setOpen(!trial.open)}
      />
      <p className="policy-line small quiet">{words().table.policies[table.hitPolicy].means}</p>
      <div className="table-middle">
        {grid}
        {trial.open ? <Tried use={use} table={table} trial={trial} sheet={sheet} /> : null}
      </div>
      <Findings
        table={table}
        columns={sheet.columns}
        findings={marks.findings}
        onGo={(finding) => goTo(finding, sheet)}
        examples={examples}
        onTry={(example) => tryExample(example, table, trial)}
      />
    </div>
  );
}

function Tried({ use, table, trial, sheet }: { use: TableUse; table: DecisionTable; trial: Trial; sheet: Sheet }) {
  const { fields, texts } = trial;
  return (
    <TryPanel
      table={table}
      fields={fields}
      texts={texts}
      faults={trial.faults}
      trial={trial.result}
      source={
        <FromScenario
          node={use.node}
          scope={use.scope}
          fields={fields}
          onTexts={(some) => trial.setTexts(new Map([...texts, ...some]))}
        />
      }
      onText={(key, text) => trial.setTexts(new Map([...texts, [key, text]]))}
      onClear={() => trial.setTexts(new Map())}
      onClose={() => {
        trial.setOpen(false);
        sheet.select(sheet.selection);
      }}
    />
  );
}

/** The grid has the keyboard again when the palette over it is gone, unless a tool had it: the cell that had it may be gone as well. */
function useReturn(sheet: Sheet, compact: boolean): void {
  const covered = useStudio(
    ({ presence: { dialog } }) => !compact && dialog?.dialog === 'palette' && dialog.over !== undefined,
  );
  const latest = useRef(sheet);
  useEffect(() => {
    latest.current = sheet;
  });
  useEffect(() => {
    if (!covered) return undefined;
    return () =>
      queueMicrotask(() => {
        const tool = document.activeElement?.closest('[data-part]:not([data-part="grid"])') ?? null;
        if (tool === null) latest.current.select(latest.current.selection);
      });
  }, [covered]);
}

const asksFor = (command: Command, chord: string): boolean =>
  keysOf(command, useStudio.getState().session.shortcuts).includes(chord);

function openPaletteOverTable(): void {
  typeAhead();
  transit((state) => {
    const over = state.presence.dialog;
    return over?.dialog === 'table' ? present(state, { dialog: { dialog: 'palette', only: null, over } }) : state;
  });
}

/** F6 goes from the tools to the grid, to what was found, to the trial, and round. */
function nextPart(root: HTMLElement, from: HTMLElement, by: 1 | -1): void {
  const parts = [...root.querySelectorAll('[data-part]')];
  const here = parts.findIndex((part) => part.contains(from));
  for (let step = 1; step <= parts.length; step++) {
    const part = parts[(here + by * step + parts.length * 2) % parts.length];
    const target = part?.querySelector(
      '[tabindex="0"], input:not(:disabled), button:not(:disabled):not([tabindex="-1"])',
    );
    if (target instanceof HTMLElement && target !== from) {
      target.focus();
      return;
    }
  }
}

function goTo({ row, column }: Finding, { table, columns, select, selection }: Sheet): void {
  const r =
    row === null
      ? column === null
        ? Math.max(0, selection.anchor.row)
        : HEAD
      : table.rows.findIndex(({ id }) => id === row);
  const c = columns.findIndex(({ key }) => key === column);
  if (row === null || r >= 0) select(single(at(r, Math.max(0, c))));
}

/** Longer tables are not analysed here as well: it would be felt. */
const MOST_ROWS = 1000;

/** The examples of cases that no row matches, by what is said of them: a problem carries its words only. */
function gapExamples(marks: Marks, table: DecisionTable | null, scope: FeelScopeTypes): Examples {
  const asked = marks.table.some(({ path }) => path.length === 1 && path[0] === 'rows');
  if (!asked || table === null || table.rows.length > MOST_ROWS) return new Map();
  const gaps = analyseTable(table, scope).findings.filter(({ kind }) => kind === 'gap');
  return new Map(gaps.map(({ message, example }) => [message, example ?? []]));
}

function tryExample(example: readonly ExampleValue[], table: DecisionTable, trial: Trial): void {
  const given = example.flatMap(({ input, value }) => {
    const key = table.inputs[input]?.expression.trim();
    return key === undefined ? [] : [[key, writeValue(value, { kind: 'string' })] as const];
  });
  trial.setOpen(true);
  trial.setTexts(new Map(given));
}
