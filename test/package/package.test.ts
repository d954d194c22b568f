import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, DESKTOP, isStale, RENDERER } from '../../engine/studio/build.ts';
import { FLOW, makeWorkspace } from '../../engine/studio/testing/tiny-workspace.ts';

/*
 * Packages the desktop shell for real, but for Electron's own binary: in its place stands a folder of files with the
 * names that a distribution has. So everything that is ours in the package is checked, and no window is opened.
 */

const run = promisify(execFile);
const project = join(import.meta.dirname, '..', '..');

/** How Electron marks the place of its fuses in its binary, and eight of them as they come. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_AS_THEY_COME = '10110010';

let scratch: string;
let unpacked: string;
let files: string[];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'countersign-package-'));
  if (isStale(project, RENDERER)) await build(project, RENDERER);
  await build(project, DESKTOP);
  const output = join(scratch, 'package');
  const args = ['--linux', 'dir', `-c.electronDist=${fakeElectron()}`, `-c.directories.output=${output}`];
  await run(process.execPath, [join(project, 'node_modules/electron-builder/cli.js'), ...args], { cwd: project });
  unpacked = join(output, readdirSync(output).find((name) => name.endsWith('unpacked')) ?? '');
  files = listPackage(join(unpacked, 'resources/app.asar'), { isPack: false });
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function fakeElectron(): string {
  const folder = join(scratch, 'electron');
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const names = [
    'icudtl.dat',
    'LICENSE',
    'LICENSES.chromium.html',
    'resources.pak',
    'snapshot_blob.bin',
    'locales/en-US.pak',
  ];
  for (const name of names) writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, 'version'), '45.3.4');
  const binary = Buffer.concat([Buffer.from(FUSE_SENTINEL), Buffer.from([1, 8]), Buffer.from(FUSES_AS_THEY_COME)]);
  writeFileSync(join(folder, 'electron'), binary, { mode: 0o755 });
  return folder;
}

test('the builder takes our configuration, and would not take any', async () => {
  const validate = join(import.meta.dirname, 'validate-config.ts');
  expect((await run(process.execPath, [validate])).stdout).toBe('valid\n');
  await expect(run(process.execPath, [validate, 'asarUnpackk'])).rejects.toThrow('asarUnpackk');
});

test('the package holds the three programs, the renderer and one native binding', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      '/dist/electron/main.js',
      '/dist/electron/preload.cjs',
      '/dist/electron/engine.js',
      '/dist/renderer/index.html',
      '/examples/templates/refund-approval/countersign.json',
    ]),
  );
  expect(files.filter((file) => file.endsWith('.node'))).toEqual([
    `/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
  ]);
  // A binding is loaded by the system, which cannot look into the archive.
  const outside = readdirSync(join(unpacked, 'resources/app.asar.unpacked'), { recursive: true, encoding: 'utf8' });
  expect(outside.filter((file) => file.endsWith('.node'))).toEqual([
    `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
  ]);
});

test('the package holds no sources, maps, tests, keys, documents but the templates, or tools', () => {
  const isTemplate = (file: string): boolean => /^\/examples(\/templates(\/.+\.(json|md)|\/[^.]+)?)?$/.test(file);
  const templates = files.filter(isTemplate);
  expect(templates.filter((file) => file.endsWith('.flow.json'))).toHaveLength(6);
  const others = files.filter((file) => !templates.includes(file));
  const ours = others.filter((file) => !file.startsWith('/node_modules/'));
  expect(others.filter((file) => /\.(tsx?|map|flow\.json|key\.json|sqlite)$|\.test\./.test(file))).toEqual([]);
  expect(ours.filter((file) => !/^\/(dist|package\.json)/.test(file))).toEqual(['/node_modules']);
  const packages = new Set(files.flatMap((file) => /^\/node_modules\/([^/]+)/.exec(file)?.[1] ?? []));
  expect([...packages]).toEqual(['better-sqlite3']);
});

test('P38 the fuses are set', () => {
  const binary = readFileSync(join(unpacked, 'countersign'), 'latin1');
  const at = binary.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length + 2;
  // Run as Node, encrypted cookies, NODE_OPTIONS, --inspect, integrity of the archive, nothing beside the archive,
  // a snapshot of its own, extra privileges for files.
  expect(binary.slice(at, at + 8)).toBe('01001100');
});

test('the engine that is in the package opens a workspace, and exports, under Node', async () => {
  const app = join(scratch, 'app');
  extractAll(join(unpacked, 'resources/app.asar'), app);
  const workspace = makeWorkspace();
  const shell = join(scratch, 'shell.mjs');
  // Stands for the shell: what Electron gives the engine's process, and one window.
  writeFileSync(
    shell,
    `import { EventEmitter } from 'node:events';
     const [entry, workspace, path] = process.argv.slice(2);
     const parent = (process.parentPort = new EventEmitter());
     parent.postMessage = (message) => console.log(JSON.stringify(message));
     const port = new EventEmitter();
     port.start = () => {};
     port.postMessage = (message) => {
       if (!('id' in message)) return;
       console.log(JSON.stringify(message));
       parent.emit('message', { data: { message: 'close' }, ports: [] });
     };
     await import(entry);
     const open = { message: 'open', workspace, version: '1', person: 'ada', passphrase: null };
     parent.emit('message', { data: open, ports: [] });
     parent.emit('message', { data: { message: 'window' }, ports: [port] });
     const request = { path, release: 1, notAfter: null, note: '' };
     port.emit('message', { data: { id: 1, method: 'exportFlow', request } });`,
  );
  const args = [
    '--disallow-code-generation-from-strings',
    shell,
    join(app, 'dist/electron/engine.js'),
    workspace.root,
    FLOW,
  ];
  const { stdout } = await run(process.execPath, args);
  expect(JSON.parse(stdout)).toMatchObject({
    id: 1,
    answer: { manifest: 'releases/refunds-1.manifest.json', tests: 2 },
  });
  workspace.remove();
}, 60_000);
