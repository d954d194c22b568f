interface Span {
  top: number;
  bottom: number;
}

export interface FitPadding {
  top: `${number}px` | `${number}%`;
  x: '6%';
  bottom: `${number}px`;
}

const GAP = 12;
const LEAST = 24;

/** What floats at the canvas's head or foot lies beside a flow that is seen whole, not on it. In pixels of the window. */
export function fitPadding(frame: Span, { head, foot }: { head: readonly Span[]; foot: readonly Span[] }): FitPadding {
  const low = Math.max(frame.top, ...head.map(({ bottom }) => bottom));
  const high = Math.min(frame.bottom, ...foot.map(({ top }) => top));
  return {
    top: low > frame.top ? `${low - frame.top + GAP}px` : '6%',
    x: '6%',
    bottom: `${Math.max(LEAST, frame.bottom - high + GAP)}px`,
  };
}
