import type { MonacoKit } from './monaco-kit.ts';

/**
 * The editor is large, and nobody needs it to look at a flow: it is loaded once, when the window has nothing better to
 * do, and until it is there every field works without it.
 */
let kit: MonacoKit | null = null;
let loading: Promise<MonacoKit | null> | null = null;

/** The editor, if it is here already. */
export const monacoNow = (): MonacoKit | null => kit;

/** Loads the editor; null when it cannot be loaded, and then the fields stay as they are. */
export function loadMonaco(): Promise<MonacoKit | null> {
  loading ??= import('./monaco-kit.ts').then(
    (module) => (kit = module.openKit()),
    () => {
      // Another try when it is asked for again: the service may be back.
      loading = null;
      return null;
    },
  );
  return loading;
}

/** Loads the editor in a quiet moment. */
export function loadMonacoSoon(): void {
  if (kit === null && loading === null) requestIdleCallback(() => void loadMonaco(), { timeout: 5_000 });
}
