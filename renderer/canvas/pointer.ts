/** Where the mouse rests on empty paper, in the window's measures; null where it is elsewhere, or the keyboard has been used since. */
let rests: { x: number; y: number } | null = null;

export const pointerOnPaper = (): { x: number; y: number } | null => rests;

/**
 * Follows the mouse over the canvas. Letting a key go means that the person has turned to the keyboard; the key that asks
 * where the mouse is has not been let go then. Returns how to stop.
 */
export function watchPointer(): () => void {
  const follow = ({ target, clientX: x, clientY: y }: PointerEvent): void => {
    const onPaper = target instanceof Element && target.matches('.canvas .react-flow__pane');
    rests = onPaper ? { x, y } : null;
  };
  const forget = (): void => {
    rests = null;
  };
  window.addEventListener('pointermove', follow, { passive: true });
  window.addEventListener('keyup', forget);
  return () => {
    window.removeEventListener('pointermove', follow);
    window.removeEventListener('keyup', forget);
  };
}
