import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { clampExtent, LIMITS, type Extent } from '../state/session.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';

interface ResizerProps {
  extent: Extent;
  label: string;
  /** Which way the panel grows. */
  grows: 'right' | 'left' | 'up';
}

/** The edge between two panels: dragged, or moved with the arrow keys. */
export function Resizer({ extent, label, grows }: ResizerProps) {
  const size = useStudio((state) => state.session[extent]);
  const start = useRef<{ at: number; size: number } | null>(null);
  const vertical = grows === 'up';
  const sign = grows === 'right' ? 1 : -1;
  const set = (pixels: number) => transit((state) => arranged(state, { [extent]: clampExtent(extent, pixels) }));
  const position = (event: PointerEvent) => (vertical ? event.clientY : event.clientX);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowRight: 16, ArrowUp: -16, ArrowDown: 16 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(size + sign * step);
  };

  return (
    <div
      className={`resizer ${grows}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={vertical ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={LIMITS[extent].min}
      aria-valuemax={LIMITS[extent].max}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        start.current = { at: position(event), size };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.size + sign * (position(event) - start.current.at));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onDoubleClick={() => set(LIMITS[extent].initial)}
    />
  );
}
