import { useSyncExternalStore } from 'react';
import type { StudioState } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';

/** So narrow a window, in CSS pixels, has room for one panel beside the canvas. */
const NARROW = '(max-width: 900px)';

const query = (): MediaQueryList | null => (typeof window === 'undefined' ? null : window.matchMedia(NARROW));
const isNarrow = (): boolean => query()?.matches ?? false;

function onChange(tell: () => void): () => void {
  const watched = query();
  watched?.addEventListener('change', tell);
  return () => watched?.removeEventListener('change', tell);
}

/** Which panels stand beside the canvas: in a narrow window the inspector goes before what is on the left. */
function panelsOf({ session, document }: StudioState, narrow: boolean): { left: boolean; right: boolean } {
  const right = session.rightOpen && document !== null;
  return { left: session.leftOpen && !(narrow && right), right };
}

export function usePanels(): { left: boolean; right: boolean } {
  const narrow = useSyncExternalStore(onChange, isNarrow, () => false);
  const left = useStudio((state) => panelsOf(state, narrow).left);
  const right = useStudio((state) => panelsOf(state, narrow).right);
  return { left, right };
}

/** Shows or hides what is on the left; where there is room for one panel, in the place of the inspector. */
export function toggleLeft(): void {
  transit((state) => {
    const narrow = isNarrow();
    const open = !panelsOf(state, narrow).left;
    return arranged(state, { leftOpen: open, ...(open && narrow ? { rightOpen: false } : {}) });
  });
}

export const toggleRight = (): void => transit((state) => arranged(state, { rightOpen: !state.session.rightOpen }));
