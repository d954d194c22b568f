import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { changedBetween, documentFolders, snapshotOf, type Snapshot } from './snapshot.ts';

export interface WatchOptions {
  /** Quiet milliseconds after the last sign of a change before it is looked at. */
  debounceMs?: number;
  /** Milliseconds between looks when nothing tells us: some file systems never do. */
  pollMs?: number;
}

/**
 * Tells which documents of a workspace changed on disk, by whomever. The system's notices only say when to look; what
 * changed is found by comparing, so that a notice missed costs at most `pollMs`. Returns how to stop.
 */
export function watchWorkspace(
  root: string,
  tell: (paths: string[]) => void,
  { debounceMs = 80, pollMs = 3000 }: WatchOptions = {},
): () => void {
  let before = snapshotOf(root);
  let timer: NodeJS.Timeout | undefined;
  const watchers = new Map<string, FSWatcher>();

  const look = (): void => {
    const after = seen();
    if (after === null) return;
    const changed = changedBetween(before, after);
    before = after;
    follow();
    if (changed.length > 0) tell(changed);
  };
  const seen = (): Snapshot | null => {
    try {
      return snapshotOf(root);
    } catch {
      // A disk that does not answer now may when it is looked at next; the engine does not end for it.
      return null;
    }
  };
  const notice = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, debounceMs);
    timer.unref();
  };
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const follow = (): void => {
    const folders = new Set(documentFolders(root));
    for (const folder of watchers.keys()) if (!folders.has(folder)) drop(folder);
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(join(root, folder), { persistent: false }, notice);
        watcher.on('error', () => drop(folder));
        watchers.set(folder, watcher);
      } catch {
        // Out of notices, or a file system without them: the poll finds it.
      }
    }
  };

  follow();
  const poll = setInterval(look, pollMs);
  poll.unref();
  return () => {
    clearInterval(poll);
    clearTimeout(timer);
    for (const folder of watchers.keys()) drop(folder);
  };
}
