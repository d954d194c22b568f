import { useEffect, useSyncExternalStore } from 'react';
import { useStudio } from '../state/store.ts';

/** How the window is drawn: `scheme` is what light and dark parts of others follow, `contrast` the studio's third theme. */
export interface Look {
  scheme: 'light' | 'dark';
  contrast: boolean;
}

/** What a theme looks like where the system asks for dark colours, or for more contrast. */
export function lookOf(
  theme: 'system' | 'light' | 'dark' | 'contrast',
  system: { dark: boolean; contrast: boolean },
): Look {
  const contrast = theme === 'contrast' || (theme === 'system' && system.contrast);
  const dark = contrast || theme === 'dark' || (theme === 'system' && system.dark);
  return { scheme: dark ? 'dark' : 'light', contrast };
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** The look that the person chose, or the system's; marks the page with it. */
export function useLook(): Look {
  const theme = useStudio((state) => state.session.theme);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const more = useMedia('(prefers-contrast: more)');
  const look = lookOf(theme, { dark, contrast: more });
  useEffect(() => {
    document.documentElement.toggleAttribute('data-high-contrast', look.contrast);
  }, [look.contrast]);
  return look;
}
