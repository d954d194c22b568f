/** Why a file is not read at all. Nothing of it was taken. */
export interface SheetRefusal {
  readonly ok: false;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Ends the reading of a file from deep inside; it never leaves this folder. */
export class SheetRefused extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The refusal that was thrown; anything else is a defect and goes on. */
export function refusalOf(error: unknown): SheetRefusal {
  if (!(error instanceof SheetRefused)) throw error;
  return { ok: false, message: error.message, hint: error.hint };
}
