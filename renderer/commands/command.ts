import type { StudioState } from '../state/records.ts';
import type { Words } from '../words/index.ts';

/**
 * Where a command's keys reach, from everywhere to one place. `anywhere`: in every place, also while a text is written,
 * as far as the keys mean nothing to a text. `window`: in every place, but not while a text is written. `desk`: where
 * flows are drawn. `canvas`: while the canvas, or nobody, has the keyboard.
 */
export type Reach = 'anywhere' | 'window' | 'desk' | 'canvas';

/** A thing that a person can ask of the studio, by the palette, by keys, and by whatever button it has. */
export interface Command {
  /** `<room>.<what>`, which never changes: shortcuts that a person chose are kept under it. */
  readonly id: string;
  /** What it does, as a verb, or what it would do now. */
  readonly title: (state: StudioState) => string;
  readonly group: keyof Words['commands']['groups'];
  /** Keys by which it is reached until a person chooses others, as {@link chordOf} writes them; the first is shown. */
  readonly keys?: readonly string[];
  /** Keys that the room listens to by itself while it has the keyboard: they are told, and cannot be chosen. */
  readonly ownKeys?: readonly string[];
  /** `desk` where it is not said. */
  readonly reach?: Reach;
  /** Can it be done now? Always, where it is not said. */
  readonly enabled?: (state: StudioState) => boolean;
  readonly run: (state: StudioState) => void | Promise<void>;
  /** Other words by which it is searched. */
  readonly also?: () => string;
  /** It is about the hands alone, such as walking with the arrows, and does not stand in the palette. */
  readonly keysOnly?: true;
  /** Its own keys are left to the system, which tells the room what was done with them; others do it from here. */
  readonly bySystem?: true;
}

export const reachOf = (command: Command): Reach => command.reach ?? 'desk';

/** Commands of the desk are done there; the others wherever one is. */
export function isAvailable(command: Command, state: StudioState): boolean {
  const reach = reachOf(command);
  if ((reach === 'desk' || reach === 'canvas') && state.session.view !== 'flows') return false;
  return command.enabled?.(state) ?? true;
}
