import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, and how to remove it. */
export function scratch(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `countersign-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Everything below a folder, files by a digest of their bytes: equal before and after means that nothing was done there. */
export function listing(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [path, entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder'];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
