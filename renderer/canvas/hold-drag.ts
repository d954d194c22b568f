import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';

/** A drag is over with whichever comes first, also where React Flow is not there any more to tell of it. */
const ENDS = ['pointerup', 'pointercancel', 'blur'] as const;
/** Also what is kept from those around it; but of `blur` only the window's own. */
const how = (end: (typeof ENDS)[number]) => ({ capture: end !== 'blur' });

/**
 * A card begins to be dragged: until it is let go, and is drawn where it lies then, nothing else is drawn that its
 * selection would bring, so that it stays under the hand.
 */
export function holdDrag(): void {
  const over = (): void => {
    for (const end of ENDS) window.removeEventListener(end, over, how(end));
    requestAnimationFrame(() => setTimeout(letGo));
  };
  for (const end of ENDS) window.addEventListener(end, over, how(end));
  transit((state) => present(state, { dragging: true }));
}

const letGo = (): void => transit((state) => (state.presence.dragging ? present(state, { dragging: false }) : state));
