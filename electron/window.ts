import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import { DESKTOP_ORIGIN } from '../engine/studio/contract-names.ts';

/** How the window is made; the page in it has nothing but the door that the preload gives. */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1440,
  height: 900,
  minWidth: 720,
  minHeight: 450,
  show: false,
  title: 'Countersign',
  webPreferences: {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  },
});

export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow(windowOptions(preload));
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${DESKTOP_ORIGIN}/`);
  return window;
}
