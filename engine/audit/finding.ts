/** What verification can find, a closed set. */
export type FindingCode =
  | 'FILE_DAMAGED'
  | 'SCHEMA_CHANGED'
  | 'SEQUENCE'
  | 'EPOCH'
  | 'HEADER'
  | 'PAYLOAD'
  | 'LEAF'
  | 'HEAD'
  | 'TRUNCATED'
  | 'CHECKPOINT_ROOT'
  | 'CHECKPOINT_ORIGIN'
  | 'CHECKPOINT_SIGNATURE'
  | 'PROJECTION';

/** One thing that does not hold; `seq` is the event it was found at. */
export interface Finding {
  code: FindingCode;
  seq?: number;
  message: string;
}

/** Keeps the first findings of each code and counts the rest: one edit can put everything behind it out of place. */
export class Findings {
  static readonly MOST = 20;
  readonly #counts = new Map<FindingCode, number>();
  readonly #list: Finding[] = [];

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= Findings.MOST) this.#list.push(finding);
  }

  has(code: FindingCode): boolean {
    return this.#counts.has(code);
  }

  /** All findings kept, and for each code that had more a line that says how many. */
  list(): Finding[] {
    const more = [...this.#counts]
      .filter(([, count]) => count > Findings.MOST)
      .map(([code, count]) => ({ code, message: `and ${count - Findings.MOST} more of this kind` }));
    return [...this.#list, ...more];
  }
}
