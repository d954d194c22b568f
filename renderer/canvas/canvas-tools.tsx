import { Tooltip } from '@mantine/core';
import { Keyboard, Maximize, Minus, Plus, Redo2, Undo2, WandSparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { redoEdit, tidyUp, undoEdit } from '../state/edit.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words.ts';
import { sizeOf } from './sizes.ts';
import { fitFlow, zoomIn, zoomOut } from './viewport.ts';

/** The small bar in the canvas's corner. */
export function CanvasTools() {
  const undoes = useStudio((state) => state.document?.history.past.at(-1)?.label ?? null);
  const redoes = useStudio((state) => state.document?.history.future[0]?.label ?? null);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  return (
    <div className="canvas-tools" role="toolbar" aria-label={words.canvas.tools}>
      <Tool
        label={words.commands.addStep}
        keys="N"
        disabled={readOnly}
        onClick={() => transit((s) => present(s, { quickAdd: { place: null, from: null } }))}
      >
        <Plus size={16} aria-hidden />
      </Tool>
      <Tool label={words.commands.undo(undoes)} keys="Ctrl Z" disabled={undoes === null} onClick={undoEdit}>
        <Undo2 size={16} aria-hidden />
      </Tool>
      <Tool label={words.commands.redo(redoes)} keys="Ctrl Shift Z" disabled={redoes === null} onClick={redoEdit}>
        <Redo2 size={16} aria-hidden />
      </Tool>
      <Tool
        label={words.commands.tidy}
        keys="Shift T"
        disabled={readOnly}
        onClick={() => {
          tidyUp(sizeOf);
          requestAnimationFrame(fitFlow);
        }}
      >
        <WandSparkles size={16} aria-hidden />
      </Tool>
      <span className="divider" />
      <Tool label={words.commands.zoomOut} keys="−" onClick={zoomOut}>
        <Minus size={16} aria-hidden />
      </Tool>
      <Tool label={words.commands.fit} keys="1" onClick={fitFlow}>
        <Maximize size={16} aria-hidden />
      </Tool>
      <Tool label={words.commands.zoomIn} keys="+" onClick={zoomIn}>
        <Plus size={16} aria-hidden />
      </Tool>
      <span className="divider" />
      <Tool
        label={words.commands.shortcuts}
        keys="?"
        onClick={() => transit((s) => present(s, { dialog: { dialog: 'shortcuts' } }))}
      >
        <Keyboard size={16} aria-hidden />
      </Tool>
    </div>
  );
}

interface ToolProps {
  label: string;
  keys: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, keys, disabled = false, onClick, children }: ToolProps) {
  return (
    <Tooltip label={`${label} · ${keys}`} position="top">
      <button type="button" className="plain icon" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </button>
    </Tooltip>
  );
}
