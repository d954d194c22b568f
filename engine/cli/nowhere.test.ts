import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approvedFlow } from '../core/testing/flows.ts';
import { Office } from '../runner/testing/office.ts';

/* A folder where the system makes none, such as in Linux's /proc: every command comes back from there, with why. */

let office: Office;
beforeAll(async () => {
  office = new Office();
  const runner = office.start();
  runner.accept(office.manifest(approvedFlow('refund')));
  await office.stop(runner);
});
afterAll(async () => office.close());

const COMMAND = resolve(import.meta.dirname, 'countersign.mjs');

test.runIf(process.platform === 'linux').each([
  ['backup', (runner: string) => ['/proc/x', '--runner', runner]],
  ['keys', () => ['new', 'author', '/proc/x/y/ada', '--name', 'Ada']],
])('“%s” with a folder in /proc ends, and says that it could not be made', (name, rest) => {
  const argv = [COMMAND, name, ...rest(office.runner)];
  const { status, signal, stderr } = spawnSync(process.execPath, argv, { timeout: 20_000, encoding: 'utf8' });
  expect([signal, status]).toEqual([null, 3]);
  expect(stderr).toContain('/proc/x');
  expect(stderr).toContain('ENVIRONMENT');
});
