import { dialog, safeStorage, type BrowserWindow } from 'electron';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What only a desktop has. */
export interface DesktopHost {
  /** The folder that the person chose, or null. */
  chooseWorkspace(window: BrowserWindow | null): Promise<string | null>;
  /** The passphrase of the person's keys: from the environment, or from the system's keychain, or null without one. */
  passphrase(): string | null;
  /** Says what went wrong, in a window of the system's own. */
  tell(title: string, text: string): void;
}

/** @param file in which the passphrase is kept, encrypted by the system's keychain */
export function desktopHost(file: string, environment: Readonly<Record<string, string | undefined>>): DesktopHost {
  return {
    chooseWorkspace: async (window) => {
      const options = { title: 'Open a workspace', properties: ['openDirectory' as const] };
      const chosen = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
      return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
    },
    passphrase: () => environment['COUNTERSIGN_PASSPHRASE'] || keptPassphrase(file),
    tell: (title, text) => dialog.showErrorBox(title, text),
  };
}

/** Made at first use. Without a keychain there is none: a passphrase beside what it locks would lock nothing. */
function keptPassphrase(file: string): string | null {
  if (!hasKeychain()) return null;
  if (existsSync(file)) return safeStorage.decryptString(readFileSync(file));
  const made = randomBytes(32).toString('base64url');
  writeFileSync(file, safeStorage.encryptString(made), { mode: 0o600, flag: 'wx' });
  return made;
}

/** On Linux Electron falls back to a password that everybody knows, which is no keychain. */
const hasKeychain = (): boolean =>
  safeStorage.isEncryptionAvailable() &&
  (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text');
