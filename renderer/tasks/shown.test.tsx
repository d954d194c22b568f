import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState } from '../state/transitions.ts';
import { ANSWERS } from '../test-kit/answers.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { afterTask, inTurn, shownTask } from './shown.ts';
import { Shown } from './task-detail.tsx';

const task = (id: string, due: number | null, created = 0) => ({ id, due, created });
const lists = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
  .map((ids) => inTurn(ids.map((id, i) => task(id, null, i))));

describe('the task that is looked at', () => {
  it('W1 is the one that is due first, and it stays when one comes up that is due before it', () => {
    const before = inTurn([task('late', 900), task('whenever', null)]);
    expect(before.map(({ id }) => id)).toEqual(['late', 'whenever']);
    const looked = shownTask(before, null, null);
    expect(looked).toBe('late');
    const after = inTurn([...before, task('urgent', 100)]);
    expect(after[0]?.id).toBe('urgent');
    expect(shownTask(after, looked, null)).toBe('late');
  });

  it('W2 is never another one because of what others do: only nothing is left when nothing waits', () => {
    fc.assert(
      fc.property(lists, fc.array(lists), (first, later) => {
        const looked = shownTask(first, null, null);
        for (const list of later) expect(shownTask(list, looked, null)).toBe(looked);
        expect(shownTask([], looked, null)).toBeNull();
      }),
    );
  });

  it('W3 is another one once it was decided here, and never the one that was', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom('a', 'b', 'c', 'd'), (list, decided) => {
        const next = afterTask(list, decided);
        const others = list.filter(({ id }) => id !== decided).map(({ id }) => id);
        expect(others.length === 0 ? [null] : others).toContain(next);
      }),
    );
    const [a, b, c] = [task('a', 1), task('b', 2), task('c', 3)];
    expect([afterTask([a, b, c], 'b'), afterTask([a, b, c], 'c'), afterTask([a], 'a')]).toEqual(['c', 'b', null]);
  });

  it('W3 is the next that comes, also where the list still holds the one that was decided here for a moment', () => {
    const [a, b] = [task('a', 1), task('b', 2)];
    // It was the only one, and the list is that of before.
    const still = shownTask([a], afterTask([a], 'a'), 'a');
    expect(shownTask([b], still, 'a')).toBe('b');
    expect(shownTask([a, b], null, 'a')).toBe('b');
    // One that comes back under its name can be looked at.
    expect(shownTask([a, b], 'a', 'a')).toBe('a');
  });

  it('W4 that waits no more says so in the place of its buttons', () => {
    const { task: detail } = ANSWERS;
    if (detail === undefined) throw new Error('there is a task');
    const nothing = (): void => undefined;
    const told = (gone: boolean) =>
      textsOf(drawn(initialState(), <Shown detail={detail} gone={gone} onDecided={nothing} onAgain={nothing} />));
    expect(told(true)).toContain(words().tasks.gone);
    expect(told(true)).not.toContain(words().tasks.reject);
    expect(told(false)).toContain(words().tasks.reject);
    expect(told(false)).not.toContain(words().tasks.gone);
  });
});
