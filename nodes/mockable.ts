import type { FeelType } from '../engine/feel/index.ts';
import type { AnyKind } from './index.ts';
import type { Analysis } from './kind.ts';

/**
 * Whether a step of this kind can be given a made-up outcome in the sandbox: what has a way in and leaves a value. The
 * start gets its value from the case, ends and what opens or closes branches are the drawing itself.
 */
export const canBeMocked = (kind: AnyKind): boolean =>
  kind.inProgram &&
  kind.hasInput &&
  kind.ends === undefined &&
  kind.opens === undefined &&
  kind.closes === undefined &&
  kind.seam === undefined;

/** The type of the value that a step leaves by an exit. */
export const typeAtExit = ({ writes, writesAt }: Pick<Analysis, 'writes' | 'writesAt'>, port: string): FeelType =>
  (writesAt !== undefined && Object.hasOwn(writesAt, port) ? writesAt[port] : writes) ?? { kind: 'null' };
