import type { Dialog } from './records.ts';
import { transit, useStudio } from './store.ts';
import { present } from './transitions.ts';

/** A dialog in which a person chooses, and whoever asked goes on with what was chosen. */
export interface Question<T> {
  /** Opens the dialog, in the place of one that is open, and gives what was chosen. */
  ask: (dialog: Dialog) => Promise<T>;
  /** What the person chose; the dialog closes. */
  answer: (choice: T) => void;
}

/**
 * Every asking comes to an end: a dialog that goes without a choice, closed or replaced by another or with its window's
 * state, is answered by `cancelled`.
 */
export function question<T>(cancelled: T): Question<T> {
  let asked: { dialog: Dialog; choice: T } | null = null;
  return {
    ask: (given) =>
      new Promise((resolve) => {
        // A dialog is known by its identity: asked again, it is another question.
        const dialog = { ...given };
        const mine = { dialog, choice: cancelled };
        transit((state) => present(state, { dialog }));
        asked = mine;
        const settle = ({ presence }: { presence: { dialog: Dialog | null } }): void => {
          if (presence.dialog === dialog) return;
          stop();
          resolve(mine.choice);
        };
        const stop = useStudio.subscribe(settle);
        // Whoever heard of it first may have closed it.
        settle(useStudio.getState());
      }),
    answer: (choice) => {
      if (asked === null) return;
      asked.choice = choice;
      const { dialog } = asked;
      asked = null;
      transit((state) => (state.presence.dialog === dialog ? present(state, { dialog: null }) : state));
    },
  };
}
