import { create } from 'zustand';
import type { Flow } from '../../engine/flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { initialState } from './transitions.ts';
import { setLocale } from '../ui/format.ts';
import { catalogueOf, languageOf, speak } from '../words/index.ts';
import { readSession, SESSION_KEY, writeSession } from './session.ts';
import type { StudioState } from './records.ts';

const inBrowser = typeof window !== 'undefined';

/** The one store of the window: a value and a way to replace it. What happens is in the transitions. */
export const useStudio = create<StudioState>()(() =>
  initialState(
    inBrowser
      ? readSession(
          keep((storage) => storage.getItem(SESSION_KEY)),
          window.innerWidth,
        )
      : undefined,
  ),
);

/** The language of the locale that the person chose, or of the window. */
export const languageSpoken = (locale: string | null): string =>
  languageOf(locale ?? (inBrowser ? window.navigator.language : null));

/** Numbers as in the locale, texts in its language. */
function write(locale: string | null): void {
  setLocale(locale);
  const language = languageSpoken(locale);
  speak(catalogueOf(language));
  if (inBrowser) document.documentElement.lang = language;
}

write(useStudio.getState().session.locale);

if (inBrowser) {
  useStudio.subscribe((state, before) => {
    if (state.session.locale !== before.session.locale) write(state.session.locale);
    if (state.session !== before.session) keep((storage) => storage.setItem(SESSION_KEY, writeSession(state.session)));
  });
}

/** Storage may be denied or full; the session is then not remembered, and nothing else is lost. */
function keep<T>(work: (storage: Storage) => T): T | null {
  try {
    return work(window.localStorage);
  } catch {
    return null;
  }
}

export type Transition = (state: StudioState) => StudioState;

export const transit = (transition: Transition): void => useStudio.setState(transition, true);

const NO_SURROUNDINGS: Surroundings = { connections: {}, models: {} };

export const flowOf = (state: StudioState): Flow | null => state.document?.history.present ?? null;

const known = new WeakMap<NonNullable<StudioState['service']['workspace']>, Surroundings>();

/** What flows may lean on: the same object as long as the workspace is the same. */
export function surroundingsOf({ service: { workspace } }: StudioState): Surroundings {
  if (workspace === null) return NO_SURROUNDINGS;
  const { connections, models, documents, simulated } = workspace;
  const around = { connections, models, flows: documents };
  const made = known.get(workspace) ?? (simulated === undefined ? around : { ...around, simulated });
  known.set(workspace, made);
  return made;
}

export const useFlow = (): Flow | null => useStudio(flowOf);
export const useSurroundings = (): Surroundings => useStudio(surroundingsOf);
