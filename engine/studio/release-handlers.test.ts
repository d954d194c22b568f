import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { asking } from './testing/asking.ts';
import { FLOW, openStudio } from './testing/tiny-workspace.ts';

let root: string;
let studio: StudioService;
let close: () => Promise<void>;
const { ask } = asking(() => studio);
const paths: string[] = [];

beforeAll(async () => {
  ({ root, studio, close } = openStudio({ startSystems: hostSystems }));
  for (const release of [1, 2]) {
    const note = release === 2 ? 'Second' : '';
    const notAfter = release === 2 ? '2999-01-01' : null;
    paths.push((await studio.call('exportFlow', { path: FLOW, release, notAfter, note })).manifest);
  }
});
afterAll(() => close());

describe('a release', () => {
  test('says what it pins, asks for and was signed by, and where the local engine stands with it', async () => {
    const [first = '', second = ''] = paths;
    const old = await ask('release', { path: first });
    const now = await ask('release', { path: second });
    expect(old).toMatchObject({ flow: FLOW, title: 'Refunds', release: 1, author: 'ada', notAfter: null, note: '' });
    expect(old.local).toEqual({ state: 'replaced', by: 2 });
    expect(now).toMatchObject({ release: 2, note: 'Second', notAfter: Date.UTC(2999, 0, 1, 23, 59, 59) });
    expect(now.local).toEqual({ state: 'in force' });
    expect(now.pins.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['flow', 'connection', 'tests', 'proof']));
    expect(now.requires).toMatchObject([{ connection: 'shop' }]);
    expect(now.signatures).toHaveLength(2);
  });

  test('holds by the keys of this machine', async () => {
    const answer = await ask('verifyRelease', { path: paths[1] ?? '' });
    expect(answer.refused).toBeNull();
    expect(answer.signers.map(({ role, name }) => `${role} ${name}`)).toEqual(['release ada']);
    // It trusts the release key that was made here; who drew it is told and not believed.
    expect(answer.warnings).toHaveLength(1);
    expect(answer.files).toBe(new Set((await ask('release', { path: paths[1] ?? '' })).pins.map((p) => p.sha256)).size);
  });

  test('control: with a changed file, or a changed signature, it does not hold, and says why', async () => {
    const [path = ''] = paths;
    const blobs = join(root, 'releases/blobs');
    const { pins } = await ask('release', { path });
    const flow = pins.find(({ kind }) => kind === 'flow')?.sha256 ?? '';
    const blob = join(blobs, readdirSync(blobs).find((name) => name.includes(flow)) ?? '');
    const good = readFileSync(blob);
    writeFileSync(blob, Buffer.concat([good, Buffer.from(' ')]));
    expect((await ask('verifyRelease', { path })).refused?.code).toBe('MANIFEST_BLOB');
    writeFileSync(blob, good);

    const file = join(root, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(/"sig": ?"(.)/g, (whole, sign: string) => whole.slice(0, -1) + (sign === 'A' ? 'B' : 'A')),
    );
    expect((await ask('verifyRelease', { path })).refused?.code).toBe('MANIFEST_TAMPERED');
    writeFileSync(file, text);
  });

  test('what is no release of the workspace is not read', async () => {
    const refused = studio.call('release', { path: 'releases/../countersign.json' });
    expect(await refused.catch((error: unknown) => toErrorShape(error).code)).toBe('REQUEST_REFUSED');
  });
});

test('a connection is met by its simulated system, and grants what it has', async () => {
  const { bindings } = await ask('bindings', {});
  expect(bindings['shop']?.simulated).toBe(true);
  expect(bindings['shop']?.grants).toContain('refund');
});
