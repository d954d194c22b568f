import { app, type BrowserWindow, Menu, protocol, session, shell } from 'electron';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { DESKTOP_SCHEME } from '../engine/studio/contract-names.ts';
import { restarts } from '../engine/studio/restarts.ts';
import { type EngineClient, startEngine } from './engine-client.ts';
import { denyPermissions, guardPages } from './guard.ts';
import { type DesktopHost, desktopHost } from './host.ts';
import { openDoor } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { appHandler } from './protocol.ts';
import { workspaceFrom } from './workspace-argument.ts';
import { openWindow } from './window.ts';

/** Built files lie beside each other: `dist/electron/*` and `dist/renderer`. */
const BUILT = import.meta.dirname;

// Before anything is ready: the scheme counts as a secure origin of its own, and every page is sandboxed.
protocol.registerSchemesAsPrivileged([
  { scheme: DESKTOP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();

/** The shell at work: one window, one engine. */
class Shell {
  private readonly host: DesktopHost;
  private engine: EngineClient | null = null;
  private window: BrowserWindow | null = null;
  private readonly mayRestart = restarts(() => Date.now());

  constructor(host: DesktopHost) {
    this.host = host;
  }

  /** Opens a workspace in the window, closing the one before; the window's page connects again by itself. */
  async open(workspace: string): Promise<void> {
    await this.close();
    this.engine = startEngine({
      entry: join(BUILT, 'engine.js'),
      open: { workspace, version: app.getVersion(), person: personHere(), passphrase: this.host.passphrase() },
      ended: (failure) => {
        this.engine = null;
        // The window keeps what is drawn, and connects again by itself.
        if (failure === null && this.mayRestart()) void this.open(workspace);
        else this.host.tell('Countersign', failure ?? 'The engine ended by itself, again and again.');
      },
    });
  }

  async choose(): Promise<void> {
    const workspace = await this.host.chooseWorkspace(this.window);
    if (workspace !== null) await this.open(workspace);
  }

  show(): void {
    if (this.window === null) {
      this.window = openWindow(join(BUILT, 'preload.cjs'));
      this.window.on('closed', () => (this.window = null));
      return;
    }
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  connect(port: Parameters<EngineClient['connect']>[0]): void {
    if (this.engine === null) throw new Error('STOPPED: no workspace is open.');
    this.engine.connect(port);
  }

  async close(): Promise<void> {
    const engine = this.engine;
    this.engine = null;
    await engine?.close();
  }
}

const personHere = (): string => (process.env['COUNTERSIGN_PERSON']?.trim() || userInfo().username).slice(0, 120);

async function start(): Promise<void> {
  await app.whenReady();
  denyPermissions(session.defaultSession);
  protocol.handle(DESKTOP_SCHEME, appHandler(join(BUILT, '..', 'renderer')));
  const studio = new Shell(desktopHost(join(app.getPath('userData'), 'passphrase'), process.env));
  openDoor((port) => studio.connect(port));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(process.platform, { openWorkspace: () => void studio.choose() })),
  );
  app.on('second-instance', () => studio.show());
  app.on('activate', () => studio.show());
  closeFirst(studio);
  const workspace = workspaceFrom(process.argv);
  if (workspace !== null) await studio.open(workspace);
  studio.show();
  if (workspace === null) await studio.choose();
}

/** The journal is closed before the shell is. */
function closeFirst(studio: Shell): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void studio.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => app.quit());
}

guardPages(app, (url) => void shell.openExternal(url));
if (app.requestSingleInstanceLock()) void start();
else app.quit();
