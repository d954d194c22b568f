import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError } from './atomic.ts';

/**
 * Makes a folder with those above it; one that is there already stays as it is. Node's own way of doing that never comes
 * back where the system says of a folder below one that is there that it is not, as `/proc` does: it makes the one above
 * again and again. Errors: FILE_EXISTS where a file is in the way, DISK_FULL, ENVIRONMENT.
 *
 * @param mode permission bits of the folders that are made; 0o777 when not given, less what the process masks
 */
export function makeFolder(path: string, mode?: number): void {
  try {
    makeWithAbove(path, mode);
  } catch (cause) {
    throw fileError(path, cause, 'made');
  }
}

function makeWithAbove(path: string, mode: number | undefined): void {
  const above = dirname(path);
  const refused = madeOne(path, mode);
  if (refused === null) return;
  if (!isMissing(refused) || above === path) throw refused;
  makeWithAbove(above, mode);
  // Once: where the one above is there by now, and this cannot be made all the same, it never can.
  const again = madeOne(path, mode);
  if (again !== null) throw again;
}

/** Makes one folder, and gives why not; null where it is there. */
function madeOne(path: string, mode: number | undefined): Error | null {
  try {
    mkdirSync(path, { mode });
    return null;
  } catch (refused) {
    if (isFolder(path)) return null;
    if (refused instanceof Error) return refused;
    throw refused;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const isMissing = (refused: Error): boolean => 'code' in refused && refused.code === 'ENOENT';
