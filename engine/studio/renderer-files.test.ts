import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBrowserHost } from './browser-host.ts';
import type { StudioService } from './service.ts';
import { openStudio } from './testing/tiny-workspace.ts';

let root: string;
let service: StudioService;
let close: () => Promise<void>;
beforeEach(() => ({ root, studio: service, close } = openStudio()));
afterEach(() => close());

test('a window whose files were built anew meanwhile is told so, and the engine goes on', async () => {
  const renderer = join(root, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  writeFileSync(join(renderer, 'assets', 'editor-1.js'), 'export {};');
  const host = await startBrowserHost({ service, renderer, port: 0 });
  try {
    const opened = await fetch(host.newLink(), { redirect: 'manual' });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const ask = (path: string) => fetch(`http://127.0.0.1:${host.port}${path}`, { headers: { cookie } });
    expect((await ask('/assets/editor-1.js')).status).toBe(200);
    rmSync(join(renderer, 'assets', 'editor-1.js'));
    expect((await ask('/assets/editor-1.js')).status).toBe(404);
    expect((await ask('/')).status).toBe(200);
  } finally {
    await host.close();
  }
});
