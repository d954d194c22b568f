import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import { isStale } from './build.ts';
import { browserCommand, findElectron, whyNoDesktop, type Machine } from './machine.ts';
import { personHere, readStartOptions } from './start.ts';

const machine = (
  platform: NodeJS.Platform,
  environment: Machine['environment'],
  files: string[],
  isRoot = false,
): Machine => ({
  platform,
  environment,
  isRoot,
  exists: (path) => files.includes(path),
});

describe('Electron is used where its binary is and a window can open', () => {
  const binary = '/p/node_modules/electron/dist/electron';
  const display = { DISPLAY: ':0' };
  test.each([
    ['all there', machine('linux', display, [binary]), null],
    ['Wayland', machine('linux', { WAYLAND_DISPLAY: 'wayland-0' }, [binary]), null],
    ['no binary', machine('linux', display, []), 'Electron’s binary is not here'],
    ['no display', machine('linux', {}, [binary]), 'there is no display'],
    ['root', machine('linux', display, [binary], true), 'Electron does not run as root with its sandbox on'],
    ['a Mac', machine('darwin', {}, ['/p/node_modules/electron/dist/Electron.app/Contents/MacOS/Electron']), null],
    ['Windows', machine('win32', {}, ['/p/node_modules/electron/dist/electron.exe']), null],
  ])('%s', (_what, given, why) => {
    expect(whyNoDesktop('/p', given)).toBe(why);
  });

  test('a binary kept elsewhere is found', () => {
    const elsewhere = machine('linux', { ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' }, ['/opt/electron/electron']);
    expect(findElectron('/p', elsewhere)).toBe('/opt/electron/electron');
  });
});

test('the browser is opened where there is one to open', () => {
  expect(browserCommand(machine('linux', { PATH: '/bin:/usr/bin' }, ['/usr/bin/xdg-open']))).toBeNull();
  expect(browserCommand(machine('linux', { DISPLAY: ':0', PATH: '/bin:/usr/bin' }, ['/usr/bin/xdg-open']))).toEqual([
    'xdg-open',
  ]);
  expect(browserCommand(machine('linux', { DISPLAY: ':0' }, []))).toBeNull();
  expect(browserCommand(machine('darwin', {}, []))).toEqual(['open']);
  expect(browserCommand(machine('win32', {}, []))?.[0]).toBe('rundll32');
});

describe('the command line', () => {
  test('without anything it is the sample workspace', () => {
    expect(readStartOptions([])).toMatchObject({ browser: false, port: 0, open: true });
    expect(readStartOptions([])).toHaveProperty('workspace', expect.stringMatching(/examples.support-desk$/));
  });

  test('a port asks for the browser', () => {
    const options = readStartOptions(['w', '--port', '4001', '--no-open']);
    expect(options).toMatchObject({ browser: true, port: 4001, open: false });
    expect(options).toHaveProperty('workspace', join(process.cwd(), 'w'));
  });

  test.each([['--port', 'x'], ['--port', '70000'], ['--port=-1'], ['--nonsense'], ['a', 'b']])(
    '%s %s is wrong use',
    (...args) => {
      let code = 'none';
      try {
        readStartOptions(args.filter((one) => one !== undefined));
      } catch (error) {
        code = toErrorShape(error).code;
      }
      expect(code).toBe('USAGE');
    },
  );
});

test('whoever is named is on record, and otherwise the login', () => {
  expect(personHere({ COUNTERSIGN_PERSON: ' Ada Moss ' })).toBe('Ada Moss');
  expect(personHere({}).length).toBeGreaterThan(0);
});

test('what is built is stale when a source is newer, and a test is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'countersign-build-'));
  const put = (path: string, at: number): void => {
    writeFileSync(join(root, path), '');
    utimesSync(join(root, path), at, at);
  };
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  const build = { made: 'made.js', from: ['src', 'none'], runs: [] };
  put('src/deep/a.ts', 1000);
  expect(isStale(root, build)).toBe(true);
  put('made.js', 2000);
  expect(isStale(root, build)).toBe(false);
  put('src/deep/a.test.ts', 3000);
  expect(isStale(root, build)).toBe(false);
  put('src/deep/a.ts', 3000);
  expect(isStale(root, build)).toBe(true);
  rmSync(root, { recursive: true });
});
