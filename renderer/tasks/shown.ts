/** Which task is looked at: without React. */

interface Listed {
  id: string;
  due: number | null;
  created: number;
}

/** What is due soonest first, and what was asked first where nothing is due. */
export const inTurn = <T extends Listed>(tasks: readonly T[]): T[] =>
  tasks.toSorted((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity) || a.created - b.created);

/**
 * The task to look at: the one that is looked at already, as long as anything waits, and the first otherwise. What comes
 * up, or is decided by somebody else, never puts another task under the hand of a person who is about to decide.
 * @param tasks in the order in which they are listed
 * @param looked the task that is looked at; null before the first, and when it was the last
 * @param decided the task that was decided here last, which the list may still hold for a moment
 */
export function shownTask(tasks: readonly Listed[], looked: string | null, decided: string | null): string | null {
  const stays = looked !== null && (looked !== decided || tasks.some(({ id }) => id === looked));
  if (stays && tasks.length > 0) return looked;
  return (tasks.find(({ id }) => id !== decided) ?? tasks[0])?.id ?? null;
}

/** The task to look at once one was decided here: the next of the list, the one before at its end; null where none is left. */
export function afterTask(tasks: readonly Listed[], decided: string): string | null {
  const at = tasks.findIndex(({ id }) => id === decided);
  const others = tasks.filter(({ id }) => id !== decided);
  return (at === -1 ? others[0] : (others[at] ?? others.at(-1)))?.id ?? null;
}
