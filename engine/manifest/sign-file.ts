import { inFile } from './atomic.ts';
import { openManifest, replaceManifest } from './disk.ts';
import type { PrivateKey } from './key-file.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { signManifest } from './sign.ts';

/**
 * Adds a signature to the manifest file at `path`, whole or not at all; see {@link signManifest}. Two who sign at the same
 * time are both on it afterwards. Throws FILE_UNREADABLE, ENVIRONMENT, DISK_FULL, and what does not hold in it.
 */
export function signManifestFile(path: string, key: PrivateKey): void {
  // Before anything is made beside what is not there.
  openManifest(path);
  oneAtATime(path, () => {
    const { bytes, readBlob } = openManifest(path);
    replaceManifest(
      path,
      inFile(path, () => signManifest(bytes, readBlob, key)),
    );
  });
}
