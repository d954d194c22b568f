import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { words } from '../words/index.ts';
import { saidOf } from './said.ts';

type Detail = StudioAnswer<'task'>;
type ShownEffect = Detail['effects'][number];

/** What the button says that approves: the act itself, such as “Approve: credit 340 € to Ada Moss”. */
export function approveLabel(detail: Pick<Detail, 'effects' | 'type' | 'title'>): string {
  if (detail.type === 'settle') return words().tasks.settle;
  const acts = detail.effects.filter((effect) => effect.class !== 'read');
  const [first, ...more] = acts;
  if (first === undefined) return words().tasks.approve;
  // What follows a semicolon explains; it stands above, with the act, and not on the button.
  const said = saidOf(first.said);
  const act = lowerFirst(said.split(';')[0]?.trim() ?? said);
  return more.length === 0 ? words().tasks.approveAct(act) : words().tasks.approveActs(act, more.length);
}

/** The acts that change something, before those that only look. */
export const byWeight = (effects: readonly ShownEffect[]): ShownEffect[] => {
  const weight = { irreversible: 0, reversible: 1, read: 2 };
  return effects.toSorted((a, b) => weight[a.class] - weight[b.class]);
};

/** The first letter small, unless the word is written in capitals. */
const lowerFirst = (text: string): string =>
  /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
