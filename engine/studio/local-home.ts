import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';

/**
 * `.countersign` in a workspace: keys, the local runner, what the simulated systems remember. It belongs to this machine,
 * so it is readable by its owner alone and keeps itself out of git, where workspaces are at home.
 */
export function localHome(root: string): string {
  const home = join(root, '.countersign');
  makeFolder(home, 0o700);
  const ignore = join(home, '.gitignore');
  if (!existsSync(ignore)) writeFileAtomic(ignore, '*\n');
  return home;
}
