import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openIn, tempFolder, wholeRun } from '../journal/testing.ts';
import { verifyAside, type Aside } from './verify-aside.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
  const journal = openIn(folder);
  journal.append(wholeRun('a'));
  journal.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  remove();
});

const begun = (heard: () => void = () => undefined): Aside =>
  verifyAside(join(folder, 'journal.sqlite'), { checkpoints: [], publicKeys: [] }, heard);

test('one that is stopped says nothing more, and its thread is not torn out of what it does', async () => {
  const torn = vi.spyOn(Worker.prototype, 'terminate');
  const heard = vi.fn<() => void>();
  const aside = begun(heard);
  aside.stop();
  expect(await aside.report).toBeNull();
  expect([heard.mock.calls, torn.mock.calls]).toEqual([[], []]);
  // Control: one that is not stopped says what it found.
  expect(await begun().report).toMatchObject({ ok: true, events: 5 });
});
