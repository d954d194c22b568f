import type { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Environment } from './environment.ts';
import type { Held } from './holds.ts';

export interface EngineOptions {
  /** Opens the journal; called again after a failed commit. */
  openJournal: () => Journal;
  environment: Environment;
  /** The verified program with this digest, or null when no accepted release has it. */
  programOf: (digest: string) => Program | null;
  /** Names the flow of a program as a manifest has it, whatever its release; its title where this is left out. */
  flowOf?: (program: string, manifest: string | null) => string | null;
  /** Whether an operator has stopped what a case is of: then nothing is begun. */
  isStopped?: (held: Held) => boolean;
  /** Told once when another process has taken over the journal: this engine writes nothing any more and never will. */
  replaced?: (error: CountersignError) => void;
  /** Runs that may be under way at once; past it starting is refused with OVERLOADED. Waiting runs do not count. */
  maxUnderWay?: number;
}
