import { useSyncExternalStore } from 'react';
import { useStudio } from '../state/store.ts';

const query = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

/** Light or dark: what the person chose, or what the system says. */
export function useScheme(): 'light' | 'dark' {
  const theme = useStudio((state) => state.session.theme);
  const dark = useSyncExternalStore(
    (changed) => {
      const media = query();
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => query().matches,
  );
  return theme === 'system' ? (dark ? 'dark' : 'light') : theme;
}
