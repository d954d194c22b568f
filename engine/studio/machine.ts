import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What of this machine decides how the studio opens; a parameter, so that every case can be tried anywhere. */
export interface Machine {
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  exists: (path: string) => boolean;
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
});

/** Whether a window can open: on Linux only where there is a display. */
export const hasDisplay = ({ platform, environment }: Machine): boolean =>
  platform === 'win32' ||
  platform === 'darwin' ||
  Boolean(environment['DISPLAY']) ||
  Boolean(environment['WAYLAND_DISPLAY']);

const BINARY: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Electron's binary where it is there already; null otherwise. The package is not asked, since it would try to download
 * what is missing.
 */
export function findElectron(project: string, machine: Machine): string | null {
  const folder =
    machine.environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(project, 'node_modules', 'electron', 'dist');
  const binary = join(folder, BINARY[machine.platform] ?? 'electron');
  return machine.exists(binary) ? binary : null;
}

/** Why the desktop shell cannot be used here; null when it can. */
export function whyNoDesktop(project: string, machine: Machine): string | null {
  if (findElectron(project, machine) === null) return 'Electron’s binary is not here';
  if (!hasDisplay(machine)) return 'there is no display';
  if (machine.platform === 'linux' && machine.isRoot) return 'Electron does not run as root with its sandbox on';
  return null;
}

/** The command that opens an address in the person's browser; null where there is none to open. */
export function browserCommand(machine: Machine): readonly [string, ...string[]] | null {
  if (machine.platform === 'darwin') return ['open'];
  if (machine.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (!hasDisplay(machine)) return null;
  const folders = (machine.environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.some((folder) => machine.exists(join(folder, 'xdg-open'))) ? ['xdg-open'] : null;
}

/** Opens an address in the person's browser and does not wait. That it could not is no matter: the address is printed. */
export function openBrowser(url: string, machine: Machine): void {
  const command = browserCommand(machine);
  if (command === null) return;
  const [program, ...args] = command;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
