import type { ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';

/** Why documents in a folder of the workspace could not be read. */
export const faultsIn = (workspace: StudioAnswer<'workspace'> | null, folder: string): ErrorShape[] =>
  workspace?.errors.filter(({ where }) => where?.file?.startsWith(folder) === true) ?? [];
