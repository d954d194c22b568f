import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What tells one state of a file from another without reading it, by path in the workspace with forward slashes. */
export type Snapshot = ReadonlyMap<string, string>;

const FOLDERS = ['flows', 'connections', 'systems', 'models', 'models/blobs', 'releases'];

/** The folders of a workspace that hold documents, those that exist; `''` is the workspace itself. */
export function documentFolders(root: string): string[] {
  const within = ['tests', 'versions'].flatMap((folder) => [
    folder,
    ...namesIn(root, folder, 'folder').map((name) => `${folder}/${name}`),
  ]);
  return ['', ...FOLDERS, ...within].filter(
    (folder) => statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

/** The documents of a workspace as they are now. Hidden files, links and what lies elsewhere are not looked at. */
export function snapshotOf(root: string): Snapshot {
  const files = new Map<string, string>();
  for (const folder of documentFolders(root))
    for (const name of namesIn(root, folder, 'file')) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = statSync(join(root, path), { throwIfNoEntry: false });
      if (found !== undefined) files.set(path, `${found.mtimeMs} ${found.size} ${found.ino}`);
    }
  return files;
}

/** Paths that came, went or changed between two snapshots, sorted. */
export function changedBetween(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

function namesIn(root: string, folder: string, kind: 'file' | 'folder'): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && (kind === 'file' ? entry.isFile() : entry.isDirectory()))
      .map((entry) => entry.name);
  } catch {
    // A folder that went away between looking and listing holds nothing.
    return [];
  }
}
