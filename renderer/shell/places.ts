import { VIEWS, type Role, type View } from '../state/records.ts';

/** Which places stand in the rail, and which under More. */

/** What somebody who mostly does that goes to, most often first. Tasks stand in all of them: their count is for everybody. */
const FIRST: Readonly<Record<Role, readonly View[]>> = {
  design: ['start', 'flows', 'sandbox', 'tasks', 'runs'],
  test: ['sandbox', 'flows', 'runs', 'models', 'tasks'],
  run: ['tasks', 'runs', 'record', 'releases', 'policy'],
};

/** Every place once: those of the role in its order, and the others in theirs. */
export function placesFor(role: Role): { first: readonly View[]; more: readonly View[] } {
  const first = FIRST[role];
  return { first, more: VIEWS.filter((view) => !first.includes(view)) };
}
