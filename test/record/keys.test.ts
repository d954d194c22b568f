import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrust } from '../../engine/manifest/trust.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { deskRunner, type DeskRunner } from '../support/desk-runner.ts';
import { verifierSays } from './verifier.ts';

/*
 * P20: rotating a key, revoking one, and verifying old evidence again are one command each. Evidence is made, then every
 * key that signed it goes.
 */

let desk: DeskRunner;
let evidence = '';
const runnerArguments = (): string[] => ['--runner', desk.runner];

beforeAll(async () => {
  desk = await deskRunner('keys');
  await desk.runRows(0, 6);
  const [task] = await desk.openTasks();
  if (task === undefined) throw new Error('a case waits for a person');
  await desk.decide(task, 'approve');
  evidence = desk.file('last-year.json');
  await holds('audit', 'export', task.run, ...runnerArguments(), '-o', evidence, '--open', '--between');
}, 180_000);
afterAll(async () => desk.remove());

const reverify = () => countersign('audit', 'reverify', evidence, ...runnerArguments());

test('a file that is no evidence does not hold, says where it is not, and the others are verified all the same', async () => {
  const other = desk.file('other.json');
  for (const [text, where] of [
    ['null', /not an evidence file/],
    ['{"format":"countersign.evidence"}', /not a whole one, first at version/],
    [readFileSync(evidence, 'utf8').replace('"checkpoint":', '"checkpoints":'), /first at checkpoint/],
  ] as const) {
    writeFileSync(other, text);
    const told = await countersign('audit', 'reverify', other, evidence, ...runnerArguments());
    expect(told.code).toBe(1);
    expect(told.out).toMatch(where);
    expect(told.out).toContain(`${evidence}: holds`);
  }
});

test('P20 the log’s key is rotated by one command: the old one vouches for the new, and the record goes on', async () => {
  const before = readFileSync(join(desk.runner, 'log.pub.json'), 'utf8');
  expect(await holds('keys', 'rotate', 'log', ...runnerArguments())).toContain('signed by');
  expect(readFileSync(join(desk.runner, 'log.pub.json'), 'utf8')).not.toBe(before);
  expect(existsSync(join(desk.runner, 'retired-keys', 'next.key.json'))).toBe(false);
  await desk.runRows(6, 8);
  const report = await answerOf(
    z.object({ ok: z.boolean(), signatures: z.string() }),
    'audit',
    'verify',
    ...runnerArguments(),
  );
  expect(report).toMatchObject({ code: 0, ok: true, signatures: 'checked' });
  const newOnly = ['--key', join(desk.runner, 'log.pub.json')];
  expect(await countersign('audit', 'verify', ...runnerArguments(), ...newOnly)).toMatchObject({ code: 1 });
  expect(await reverify()).toMatchObject({ code: 0 });
  expect(verifierSays(evidence, ...newOnly).code).toBe(3);
});

test('P20 keys of people and of who signs releases are rotated by one command, and old evidence holds', async () => {
  await holds('keys', 'rotate', `${desk.key('ana')}.pub.json`, desk.key('ana-2'), ...runnerArguments());
  await holds('keys', 'rotate', `${desk.key('rae')}.pub.json`, desk.key('rae-2'), ...runnerArguments());
  const trust = readTrust(readFileSync(join(desk.runner, 'trust.json')));
  expect(trust.keys.filter(({ name }) => name === 'rae').map(({ notAfter }) => notAfter !== undefined)).toEqual([
    true,
    false,
  ]);
  expect(await reverify()).toMatchObject({ code: 0 });
  const [task] = await desk.openTasks();
  const as = [...runnerArguments(), '--as', 'ana', '--key'];
  expect(await refusalOf('approvals', 'approve', task?.id ?? '', ...as, `${desk.key('ana')}.key.json`)).toMatchObject({
    code: 'APPROVAL_SIGNATURE',
  });
  await holds('approvals', 'approve', task?.id ?? '', ...as, `${desk.key('ana-2')}.key.json`);
});

test('P20 a key is revoked by one command: nothing new counts, what was on record before does', async () => {
  await holds('keys', 'revoke', `${desk.key('ana-2')}.pub.json`, ...runnerArguments());
  const [task] = await desk.openTasks();
  const as = [...runnerArguments(), '--as', 'ana', '--key', `${desk.key('ana-2')}.key.json`];
  expect(await refusalOf('approvals', 'approve', task?.id ?? '', ...as)).toMatchObject({ exit: 1 });
  await holds('keys', 'revoke', `${desk.key('rae')}.pub.json`, ...runnerArguments());
  const refused = await refusalOf('verify', desk.manifest, '--trust', join(desk.runner, 'trust.json'));
  expect(refused.code).toBe('MANIFEST_UNSIGNED');
  expect(await reverify()).toMatchObject({ code: 0 });
  expect(await refusalOf('keys', 'revoke', join(desk.runner, 'log.pub.json'), ...runnerArguments())).toMatchObject({
    code: 'USAGE',
  });
  expect(await refusalOf('keys', 'rotate', `${desk.key('leo')}.pub.json`, ...runnerArguments())).toMatchObject({
    code: 'USAGE',
  });
});

test('P20 control: without the keys that were retired old evidence does not hold', async () => {
  rmSync(join(desk.runner, 'retired-keys'), { recursive: true });
  const told = await reverify();
  expect(told.code).toBe(1);
  expect(told.out).toContain('holds in part');
});
