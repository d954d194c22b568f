import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../engine/studio/renderer-files.ts';
import { denyPermissions, guardPage, mayOpenOutside } from './guard.ts';
import { menuTemplate } from './menu.ts';
import { appHandler } from './protocol.ts';
import { workspaceFrom } from './workspace-argument.ts';

vi.mock('electron', () => ({ BrowserWindow: null }));
const { windowOptions } = await import('./window.ts');

test('P38 a page is isolated, sandboxed and without Node', () => {
  expect(windowOptions('/preload.cjs').webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  });
});

/** A page that remembers its guards. */
function guarded() {
  const guards = new Map<string, (event: unknown) => void>();
  let open: ((details: { url: string }) => { action: string }) | undefined;
  const outside: string[] = [];
  const contents = {
    on: (name: string, guard: (event: unknown) => void) => guards.set(name, guard),
    setWindowOpenHandler: (handler: typeof open) => (open = handler),
  };
  // The two members of Electron's page that are used, so that it need not be there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  guardPage(contents as unknown as Parameters<typeof guardPage>[0], (url) => outside.push(url));
  const prevented = (name: string, event: object): boolean => {
    let was = false;
    guards.get(name)?.({ ...event, preventDefault: () => (was = true) });
    return was;
  };
  return { prevented, open: (url: string) => open?.({ url }), outside };
}

describe('P38 a page stays where it is', () => {
  test.each([
    'https://evil.example/',
    'file:///etc/passwd',
    'countersign://other/',
    'countersign://app.evil.example/',
    'countersign://app/other.html',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('it does not go to %s', (url) => {
    expect(guarded().prevented('will-navigate', { url })).toBe(true);
  });

  test('it may be loaded again', () => {
    expect(guarded().prevented('will-navigate', { url: 'countersign://app/' })).toBe(false);
    expect(guarded().prevented('will-navigate', { url: 'countersign://app/#runs' })).toBe(false);
  });

  test('it is not redirected, and no other page is embedded', () => {
    const { prevented } = guarded();
    expect(prevented('will-redirect', {})).toBe(true);
    expect(prevented('will-frame-navigate', { isMainFrame: false })).toBe(true);
    expect(prevented('will-attach-webview', {})).toBe(true);
  });

  test('no window opens; an https address opens in the browser, and nothing else does', () => {
    const { open, outside } = guarded();
    const urls = [
      'https://example.org/page',
      'http://example.org/',
      'file:///etc/passwd',
      'smb://host/share',
      'ms-msdt:/id',
      'javascript:alert(1)',
      'https://user:pass@example.org/',
      'not an address',
    ];
    expect(urls.map((url) => open(url))).toEqual(urls.map(() => ({ action: 'deny' })));
    expect(outside).toEqual(['https://example.org/page']);
    expect(mayOpenOutside('HTTPS://example.org')).toBe(true);
  });
});

test('P38 every permission is denied', () => {
  const answers: unknown[] = [];
  const answer = (given: unknown) => answers.push(given);
  type Handler = (...given: unknown[]) => unknown;
  const session = {
    setPermissionRequestHandler: (handler: Handler) => handler(null, 'media', answer),
    setPermissionCheckHandler: (handler: Handler) => answer(handler(null, 'clipboard-read')),
    setDevicePermissionHandler: (handler: Handler) => answer(handler({})),
    setDisplayMediaRequestHandler: (handler: Handler) => handler({}, answer),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  denyPermissions(session as unknown as Parameters<typeof denyPermissions>[0]);
  expect(answers).toEqual([false, false, false, {}]);
});

test('P38 our scheme serves the renderer under the policy, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-renderer-'));
  writeFileSync(join(folder, 'index.html'), 'the page');
  const answer = appHandler(folder);
  const page = answer(new Request('countersign://app/'));
  expect(page.status).toBe(200);
  expect(await page.text()).toBe('the page');
  expect(page.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  for (const url of ['countersign://other/', 'countersign://app/none', 'countersign://app/..%2f..%2fetc%2fpasswd'])
    expect([url, answer(new Request(url)).status]).toEqual([url, 404]);
  expect(answer(new Request('countersign://app/', { method: 'POST' })).status).toBe(404);
  rmSync(folder, { recursive: true });
});

test('the menu has what each system expects', () => {
  const opened = vi.fn<() => void>();
  const labels = (platform: NodeJS.Platform) =>
    menuTemplate(platform, { openWorkspace: opened }).map((item) => item.label ?? item.role);
  expect(labels('linux')).toEqual(['&File', '&Edit', '&View', 'windowMenu']);
  expect(labels('darwin')[0]).toBe('appMenu');
});

test('the workspace is the one that is named, whatever else the command line holds', () => {
  expect(workspaceFrom(['electron', '/project', '--workspace', '/w s'])).toBe('/w s');
  expect(workspaceFrom(['countersign', '--no-first-run', '--workspace=/w', '--lang=en'])).toBe('/w');
  expect(workspaceFrom(['countersign'])).toBeNull();
  expect(workspaceFrom(['countersign', '--workspace'])).toBeNull();
});
