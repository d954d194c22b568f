import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];

const windowsPaths = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of an installed Chromium, Chrome or Edge; undefined where there is none. `CHROMIUM_PATH` goes before all. */
export function findChromium(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => commandNames.map((name) => join(folder, name)));
  const candidates = [
    process.env['CHROMIUM_PATH'] ?? '',
    ...(process.platform === 'darwin' ? macApps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`) : []),
    ...(process.platform === 'win32'
      ? windowsFolders().flatMap((folder) => windowsPaths.map((path) => join(folder, path)))
      : onPath),
  ];
  return candidates.find(isExecutable);
}

/**
 * The path of a Chromium to test with. Installs Debian's package where there is none, if this is root on a machine
 * with apt-get; otherwise throws and says what to install.
 */
export function ensureChromium(say: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): string {
  const installed = findChromium();
  if (installed !== undefined) return installed;
  if (process.platform === 'linux' && process.getuid?.() === 0 && commandExists('apt-get')) {
    say("No Chromium found: installing Debian's package `chromium` with apt-get.");
    // A machine that has never asked for its packages' lists fails at first; that failure worries nobody.
    if (!installWithApt('ignore')) {
      apt('inherit', 'update');
      installWithApt('inherit');
    }
    const fresh = findChromium();
    if (fresh !== undefined) return fresh;
  }
  throw new Error(
    'The end-to-end tests need Chromium, Chrome or Edge, and none is installed. ' +
      'Install one (on Debian: `sudo apt-get install chromium`), or set CHROMIUM_PATH to where it is.',
  );
}

function installWithApt(errors: 'ignore' | 'inherit'): boolean {
  return apt(errors, 'install', '--yes', '--no-install-recommends', 'chromium');
}

function apt(errors: 'ignore' | 'inherit', ...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', errors] }).status === 0;
}

function commandExists(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function windowsFolders(): string[] {
  return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => process.env[name] ?? []);
}

function isExecutable(path: string): boolean {
  if (path === '') return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
