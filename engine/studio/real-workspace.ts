import { realpathSync } from 'node:fs';
import { CountersignError } from '../flow/error.ts';

/** Where the folder of a workspace really lies. Throws FILE_UNREADABLE when there is none. */
export function realWorkspace(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `There is no folder “${path}”.`,
      where: { file: path },
      hint: 'Name the folder of a workspace, such as examples/support-desk.',
      cause,
    });
  }
}
