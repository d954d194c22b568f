import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../engine/cli/command.ts';
import { makeKey } from '../../engine/cli/commands/keys.ts';
import { commandLine } from '../../engine/cli/main.ts';
import about from '../../package.json' with { type: 'json' };
import { countersign, refusalOf } from '../support/command-line.ts';
import { listing, scratch } from '../support/folder.ts';
import { changeFlow, copySupportDesk, SUPPORT_DESK, withoutApproval } from '../support/support-desk.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = scratch('cli');
afterAll(() => folder.remove());

/** Every command by the words that call it. */
function everyCall(command: Command, before: readonly string[] = []): string[][] {
  return command.commands.flatMap((one) => {
    const call = [...before, one.name()];
    return [call, ...everyCall(one, call)];
  });
}

const silent = { out: () => undefined, err: () => undefined, isTerminal: false, nowMs: () => 0 };
const calls = everyCall(commandLine({ io: silent, exit: { code: 0 } }));

/** A command may go by another name as well, which stands beside it. */
const OR_ALIAS = '(\\|[a-z]+)? ';

describe('help', () => {
  test.each(calls.map((call) => [call.join(' '), call] as const))('countersign %s --help', async (name, call) => {
    const told = await countersign(...call, '--help');
    expect(told).toMatchObject({ code: EXIT.holds, err: '' });
    expect(told.out).toMatch(new RegExp(`^Usage: countersign ${name.replace(' ', OR_ALIAS)}(\\|[a-z]+)?[ \\n]`));
    // A description, not only the usage line.
    expect(told.out.split('\n\n')[1]).toMatch(/^\S[^]*\.$/);
  });

  test('the first page names every command and the exit codes', async () => {
    const { out } = await countersign('--help');
    for (const [name] of calls) expect(out).toMatch(new RegExp(`\\n  ${name}[ |]`));
    expect(out).toContain('Exit codes: 0 it holds, 1 it does not hold, 2 wrong use, 3 the environment failed.');
    expect((await countersign('--version')).out).toBe(`${about.version}\n`);
  });
});

describe('exit codes', () => {
  test('0 what was asked holds', async () => {
    expect(await countersign('validate', SUPPORT_DESK)).toMatchObject({ code: 0, err: '' });
  });

  test('1 it does not hold, and the answer says what', async () => {
    const root = copySupportDesk(join(folder.path, 'unsafe'));
    changeFlow(root, withoutApproval);
    const told = await countersign('validate', root, '--json');
    expect(told).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(told.out)).toMatchObject({ holds: false });
  });

  test('3 the environment failed', async () => {
    const nowhere = join(folder.path, 'nowhere');
    const error = await refusalOf('runs', '--runner', nowhere);
    expect(error).toMatchObject({
      exit: 3,
      code: 'FILE_UNREADABLE',
      where: { file: join(nowhere, 'journal.sqlite') },
    });
  });

  const key = join(folder.path, 'k');
  const approver = makeKey('approver', join(folder.path, 'lea'), 'Lea');
  const wrong: (readonly string[])[] = [
    [],
    ['keys'],
    ['dance'],
    ['validate', '--dance'],
    ['validate', folder.path],
    ['validate', SUPPORT_DESK, 'and', 'more'],
    ['validate', join(SUPPORT_DESK, 'flows/none.flow.json')],
    ['runs'],
    ['runs', '--runner', folder.path, '--status', 'dancing'],
    ['runs', '--runner', folder.path, '--limit', 'few'],
    ['approvals', '--runner', folder.path, '--limit', '0'],
    ['keys', 'new', 'dancer', key, '--name', 'Dan'],
    ['export', SUPPORT_DESK, '--release', 'one', '--not-after', '2030-01-01T00:00:00Z', '--author', 'A'],
    ['export', SUPPORT_DESK, '--release', '1', '--not-after', 'soon', '--author', 'A'],
    ['run', 'x', '--runner', folder.path],
    ['run', 'x', '--runner', folder.path, '--data', 'a', '--input', 'b'],
    ['serve', '--runner', folder.path, '--port', 'many'],
    ['systems', SUPPORT_DESK, '--data', key, '--port', '65536'],
    ['runner', 'init', key, '--trust', approver.publicPath],
    ['runner', 'init', key, '--trust', approver.publicPath, '--person', 'lea'],
  ];
  test.each(wrong.map((argv) => [argv.join(' '), argv] as const))('2 wrong use: %s', async (_name, argv) => {
    const before = listing(folder.path);
    const error = await refusalOf(...argv);
    expect(error).toMatchObject({ exit: 2, code: 'USAGE', fault: 'user' });
    expect(error.hint).toMatch(/\.$/);
    expect(error.message).toMatch(/^[A-Z“/-].*\.$/);
    // What people read says the same: message, what to do, code.
    const told = await countersign(...argv);
    expect(told).toMatchObject({ code: 2, out: '' });
    expect(told.err).toContain(error.message);
    expect(told.err).toContain(`What to do: ${error.hint}`);
    expect(listing(folder.path)).toEqual(before);
  });
});

describe('--json', () => {
  test('stands before or behind the command and gives one document and nothing else', async () => {
    const before = await countersign('--json', 'validate', SUPPORT_DESK);
    const behind = await countersign('validate', SUPPORT_DESK, '--json');
    expect(before).toEqual(behind);
    expect(behind).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(behind.out)).toMatchObject({ holds: true, errors: [] });
  });

  test('a command that shows progress shows none', async () => {
    const told = await countersign('test', SUPPORT_DESK, '--json');
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(told.out)).toMatchObject({ holds: true });
    expect((await countersign('test', SUPPORT_DESK)).err).toContain('scenarios');
  });
});

describe('the command in the checkout', () => {
  test('npx countersign answers, with its exit code', () => {
    const run = (...argv: string[]) => spawnSync('npx', ['countersign', ...argv], { cwd: ROOT, encoding: 'utf8' });
    const told = run('keys', 'new', 'approver', join(folder.path, 'npx'), '--name', 'Nia', '--json');
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({ privatePath: join(folder.path, 'npx.key.json') });
    expect(run('dance')).toMatchObject({ status: 2, stdout: '' });
    rmSync(join(folder.path, 'npx.key.json'));
  });

  test('an older Node is told what is missing and ends with 3', () => {
    // What an older Node would do is what the door does when the version it is told is older.
    const script = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); await import('${new URL('../../engine/cli/countersign.mjs', import.meta.url).href}');`;
    const told = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(told).toMatchObject({ status: 3, stdout: '' });
    expect(told.stderr).toContain('countersign needs Node 24 or newer, and this is Node 20.1.0.');
  });
});
