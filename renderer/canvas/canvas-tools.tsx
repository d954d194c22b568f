import {
  ChartNetwork,
  Keyboard,
  Map as MapIcon,
  Maximize,
  Minus,
  Plus,
  Redo2,
  Search,
  Undo2,
  WandSparkles,
} from 'lucide-react';
import { words } from '../words/index.ts';
import { Tool } from './tool.tsx';

/** The small bar in the canvas's corner. */
export function CanvasTools() {
  return (
    <div className="canvas-tools" role="toolbar" aria-label={words().canvas.tools}>
      <Tool command="step.add" Icon={Plus} />
      <Tool command="edit.undo" Icon={Undo2} />
      <Tool command="edit.redo" Icon={Redo2} />
      <Tool command="canvas.tidy" Icon={WandSparkles} />
      <Tool command="canvas.find" Icon={Search} />
      <span className="divider" />
      <Tool command="canvas.zoom-out" Icon={Minus} />
      <Tool command="canvas.fit" Icon={Maximize} />
      <Tool command="canvas.zoom-in" Icon={Plus} />
      <Tool command="canvas.overview" Icon={MapIcon} />
      <Tool command="canvas.traffic" Icon={ChartNetwork} />
      <span className="divider" />
      <Tool command="window.keys" Icon={Keyboard} />
    </div>
  );
}
