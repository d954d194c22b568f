import { afterEach, beforeEach, expect, test } from 'vitest';
import { AT, openIn, tempFolder } from './testing.ts';

/** What is said of it: more than a minute is on record. */
const MINUTE = 60_000;

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

/** Opens and closes it with a clock that says so; what that put on record. */
function opened(at: number) {
  const journal = openIn(folder, { now: () => at });
  const events = journal.events('runner').filter(({ epoch }) => epoch === journal.epoch);
  journal.close();
  return events.map(({ type, open }) => ({ type, open }));
}
const OPENED = { type: 'runner.opened', open: expect.anything() as unknown };

test('P8 a clock that was set back while nobody ran is on record when it is opened, once, with how far at least', () => {
  opened(AT);
  const back = 3 * 86_400_000;
  expect(opened(AT - back)).toEqual([{ type: 'clock.jumped', open: { by: -back, from: AT, down: true } }, OPENED]);
  expect(opened(AT - back + 5)).toEqual([OPENED]);
  expect(opened(AT - back - MINUTE)).toEqual([
    { type: 'clock.jumped', open: { by: -MINUTE - 5, from: AT - back + 5, down: true } },
    OPENED,
  ]);
});

test('P8 control: time that passed, and drift within a minute, are none', () => {
  expect(opened(AT)).toEqual([OPENED]);
  expect(opened(AT + 400 * 86_400_000)).toEqual([OPENED]);
  expect(opened(AT + 400 * 86_400_000 - MINUTE)).toEqual([OPENED]);
});
