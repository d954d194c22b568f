import { useMemo, useRef, useState } from 'react';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { KeyAct } from './model/keys.ts';
import { textsOf } from './model/paste.ts';
import { at, clamped, rangeOf, single, type Range, type Selection } from './model/selection.ts';
import { columnsOf, sizeOf, type Column, type Size } from './model/shape.ts';
import { pasteText, runAct, writeCell, type Then, type Turn } from './sheet-acts.ts';

export interface Sheet {
  readonly table: DecisionTable;
  readonly columns: readonly Column[];
  readonly size: Size;
  readonly selection: Selection;
  readonly range: Range;
  readonly readOnly: boolean;
  /** The anchor's cell is being written; null as its text leaves what stands there. */
  readonly editing: { readonly text: string | null } | null;
  /** The column whose form is open, by its key. */
  readonly openColumn: string | null;
  /** What is to be said of what was done last. */
  readonly said: string | null;
  /** Whether the grid is to have the keyboard after this change; asked once. */
  readonly takesFocus: () => boolean;
  readonly select: (selection: Selection) => void;
  /** Does what a key or a button asks for; gives whether there was anything to do. */
  readonly run: (act: KeyAct) => boolean;
  readonly write: (text: string, then: Then) => void;
  readonly cancel: () => void;
  readonly open: (column: string | null) => void;
  readonly copied: () => string[][];
  readonly paste: (text: string) => void;
}

interface SheetOptions {
  table: DecisionTable;
  readOnly: boolean;
  onChange: (table: DecisionTable) => void;
  onUndo: () => void;
  onRedo: () => void;
  onWiden: (column: Column, by: -1 | 1) => void;
}

/** A decision table as a sheet that is being worked on: what is selected, what is being written, what keys do. */
export function useSheet({ table, readOnly, onChange, onUndo, onRedo, onWiden }: SheetOptions): Sheet {
  const [kept, setSelection] = useState<Selection>(() => single(at(0, 0)));
  const [editing, setEditing] = useState<Sheet['editing']>(null);
  const [openColumn, setOpenColumn] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [begun, setBegun] = useState<number | null>(null);
  const wantsFocus = useRef(false);
  const { inputs, outputs } = table;
  const columns = useMemo(() => columnsOf({ hitPolicy: 'FIRST', inputs, outputs, rows: [] }), [inputs, outputs]);
  const size = sizeOf(table, !readOnly);
  const selection = clamped(kept, size);
  const range = rangeOf(selection, size);

  const focus = (): void => {
    wantsFocus.current = true;
  };
  const turn: Turn = {
    table,
    columns,
    size,
    selection,
    readOnly,
    begun,
    select: (next, from, within) => {
      focus();
      setSelection(clamped(next, within));
      setBegun(from);
      setSaid(null);
    },
    change: (next) => {
      if (next !== table) onChange(next);
    },
    edit: (text) => {
      setSaid(null);
      setEditing({ text });
    },
    open: setOpenColumn,
    say: setSaid,
    undo: () => {
      focus();
      onUndo();
    },
    redo: () => {
      focus();
      onRedo();
    },
    widen: onWiden,
  };
  return {
    table,
    columns,
    size,
    selection,
    range,
    readOnly,
    editing,
    openColumn,
    said,
    takesFocus: () => {
      const wanted = wantsFocus.current;
      wantsFocus.current = false;
      return wanted;
    },
    select: (next) => turn.select(next, null, size),
    run: (act) => runAct(act, turn),
    write: (text, then) => {
      setEditing(null);
      writeCell(text, then, turn);
    },
    cancel: () => {
      focus();
      setEditing(null);
    },
    open: (column) => {
      if (column === null) focus();
      setOpenColumn(column);
    },
    copied: () => textsOf(table, range),
    paste: (text) => pasteText(text, turn),
  };
}
